"""Which codes a scope may name, as the apps above tell.

Channels, categories and reasons live in apps this one must not know. They offer their codes
when they are ready, so that an admin picks from a list instead of mistyping a rule out of
effect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Codes = Sequence[tuple[str, str]]
Offer = Callable[[int], Codes]

_offers: dict[str, Offer] = {}


def offer(field: str, codes_of: Offer) -> None:
    """Have scopes choose `field` from ``codes_of(partner_id)``: pairs of code and label."""
    _offers[field] = codes_of


def codes_for(field: str, partner_id: int) -> Codes | None:
    """The codes to choose from; `None` where nobody has told, so that any code is fine."""
    return _offers[field](partner_id) if field in _offers else None
