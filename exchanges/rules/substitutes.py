from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """Another variant of a product, what tells it apart, and how many of it are free."""

    variant_id: int
    sku: str
    title: str
    options: Mapping[str, str]
    available: int


def rank_substitutes(
    wanted: Mapping[str, str], candidates: Iterable[Substitute], *, quantity: int
) -> list[Substitute]:
    """Those with enough free units, the likest first.

    Whoever wanted red in L takes blue in L before red in S: more shared options, then a shared
    size, then more stock, then the lowest id.
    """
    enough = [each for each in candidates if each.available >= quantity]

    def order(each: Substitute) -> tuple[int, bool, int, int]:
        shared = sum(each.options.get(name) == value for name, value in wanted.items())
        same_size = "size" in wanted and each.options.get("size") == wanted["size"]
        return (-shared, not same_size, -each.available, each.variant_id)

    return sorted(enough, key=order)
