"""Rules that a scenario lays down for exchanges, in place of what the published policy says."""

from __future__ import annotations

from typing import Any, get_type_hints

from policies.rules import Terms

RULES: dict[str, Any] = {}
KINDS = get_type_hints(Terms)


def lay_down(**rules: dict[str, Any]) -> None:
    """``lay_down(netting={"is_on": False})``; forgotten after the test by its conftest."""
    RULES.update({name: KINDS[name](**fields) for name, fields in rules.items()})


def offer_advanced(**fields: Any) -> None:
    """Replacements may leave before their goods; what `fields` do not say is as policy has it."""
    lay_down(advanced_exchange={"is_offered": True} | fields)
