"""Staff of each role, as where signing in is tested."""

from __future__ import annotations

from tests.web.staff.conftest import clock, person, store

__all__ = ["clock", "person", "store"]
