"""The pages, made from the templates in bot/web/templates/panel."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from bot.web.panel import door
from bot.web.panel.door import Who

_TEMPLATES: Final = Path(__file__).resolve().parent.parent / "templates" / "panel"

# Where one can go, and who may.
_PLACES: Final = (
    ("phone", "Phone", "phone", door.CALL),
    ("chats", "Chats", "chat", door.TALK),
    ("policies", "Policies", "page", door.EVERYBODY),
    ("conversations", "Look back", "clock", door.EVERYBODY),
    ("desk", "Desk", "list", door.DESK),
)

# Systems write 2999 or 9999 where no date was set.
_NEVER: Final = "2200"

POSITIONS: Final = {
    "medically_necessary": "Medically necessary",
    "not_medically_necessary": "Not medically necessary",
    "investigational": "Investigational",
    "conditional": "Depends on criteria",
    "not_covered": "The policy’s words: “not covered”",
    "no_determination": "No position stated",
}


def page(name: str, who: Who, status: int = 200, **values: Any) -> Response:
    """A page with what all of them show."""
    places = [place for place in _PLACES if who.may(place[3])]
    template = _ENVIRONMENT.get_template(name)
    return HTMLResponse(template.render(who=who, places=places, door=door, **values), status)


def download(name: str) -> dict[str, str]:
    """The headers of what is kept as a file."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def day(value: date | datetime | str | None) -> str:
    """A date as it is said in the United States, as far as it is known: November 2019."""
    if not value:
        return "–"
    written = value if isinstance(value, str) else value.isoformat()
    parts = written[:10].split("-")
    months = (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    )
    if len(parts) == 1 or not parts[1].isdigit():
        return written
    month = months[int(parts[1]) - 1]
    return f"{month} {int(parts[2])}, {parts[0]}" if len(parts) == 3 else f"{month} {parts[0]}"


def review(value: str | None) -> str:
    """The date of a review; one that nobody will live to see is said to be what it is."""
    told = day(value)
    return f"{told}, apparently a placeholder" if value and value >= _NEVER else told


def minute(value: datetime | str) -> str:
    written = value if isinstance(value, str) else value.isoformat()
    return f"{day(written)}, {written[11:16]} UTC"


def words(value: str) -> str:
    return value.replace("_", " ")


def pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters |= {
    "day": day,
    "minute": minute,
    "review": review,
    "words": words,
    "pretty": pretty,
}
_ENVIRONMENT.globals |= {"positions": POSITIONS}
