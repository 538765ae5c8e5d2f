"""Rules that a scenario lays down for exchanges, in place of what the published policy says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

RULES: dict[str, Any] = {}


def lay_down(**rules: dict[str, Any]) -> None:
    """``lay_down(netting={"is_on": False})``; forgotten after the test by its conftest."""
    RULES.update({name: SimpleNamespace(**fields) for name, fields in rules.items()})
