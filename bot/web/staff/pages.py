"""The pages around signing in, made from their templates."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.web.headers import page_policy
from bot.web.staff.sessions import csrf_token, session_token

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates" / "staff"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(request: Request, template: str, status: int = 200, **shown: Any) -> Response:
    """A page that no other may frame; `csrf` is there for its forms."""
    csrf = csrf_token(request) if session_token(request) else ""
    response = HTMLResponse(
        _TEMPLATES.get_template(template).render({"csrf": csrf, **shown}), status
    )
    response.headers["Content-Security-Policy"] = page_policy("'none'", form_action="'self'")
    response.headers["X-Frame-Options"] = "DENY"
    return response
