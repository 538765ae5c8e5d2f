"""The codes that policy rules may name from here: why goods come back."""

from __future__ import annotations

from policies import vocabulary
from returns.states import Reason


def offer_codes() -> None:
    vocabulary.offer("reason", _reasons)


def _reasons(partner_id: int) -> list[tuple[str, str]]:
    return [(reason.value, str(reason.label)) for reason in Reason]
