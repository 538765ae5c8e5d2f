"""Rules that a scenario lays down for exchanges, in place of what the published policy says."""

from __future__ import annotations

from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

from policies.rules import AdvancedExchange

RULES: dict[str, Any] = {}


def lay_down(**rules: dict[str, Any]) -> None:
    """``lay_down(netting={"is_on": False})``; forgotten after the test by its conftest."""
    RULES.update({name: SimpleNamespace(**fields) for name, fields in rules.items()})


def offer_advanced(**fields: Any) -> None:
    """Replacements may leave before their goods; what `fields` do not say is as policy has it."""
    lay_down(advanced_exchange=asdict(AdvancedExchange(is_offered=True, **fields)))
