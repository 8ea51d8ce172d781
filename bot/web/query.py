"""Reading the query of a request."""

from __future__ import annotations

import re
from typing import Final

from starlette.requests import Request

from bot.web.problems import Problem

# What fits the database's column.
MAX_NUMBER: Final = 2**31 - 2


def number_of(request: Request, name: str) -> int:
    """A number, 0 without one. Raises `Problem` 422 for what is none."""
    written = request.query_params.get(name, "0")
    if not re.fullmatch(r"[0-9]{1,10}", written) or int(written) > MAX_NUMBER:
        raise Problem(422, f"The parameter {name} must be a number from 0 to {MAX_NUMBER}.")
    return int(written)
