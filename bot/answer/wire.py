"""An answer as JSON, in the shape of `bot/schemas/answer.schema.json`."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from bot.answer.model import Answer
from bot.policy.model import Code, Criteria
from bot.policy.wire import code_to_json, criteria_to_json


def to_json(answer: Answer) -> dict[str, Any]:
    """Plain JSON values; what does not apply is left out, but for `topics`, which is always there."""
    return {"topics": [], **_plain(answer)}


def _plain(value: Any) -> Any:
    if isinstance(value, Code):
        return code_to_json(value)
    if isinstance(value, Criteria):
        return criteria_to_json(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        named = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: _plain(v) for name, v in named if v is not None and v != ()}
    return value
