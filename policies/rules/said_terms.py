"""The terms of a case in words, beside those of another version: what an admin compares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policies.rules.kinds import KINDS, Parameters, PricePolicy, RestockingFee, SendBack
from policies.rules.terms import Terms


@dataclass(frozen=True, slots=True)
class SaidTerm:
    """One term under two versions; `rule` names what lays it down in the second, if anything."""

    title: str
    before: str
    after: str
    rule: str

    @property
    def has_changed(self) -> bool:
        return self.before != self.after


def compare_terms(before: Terms, after: Terms) -> list[SaidTerm]:
    """Every term that a rule of either version lays down, in the order of the kinds."""
    old, new = dict(_list_given(before)), dict(_list_given(after))
    laid_down = before.rules.keys() | after.rules.keys()
    return [
        SaidTerm(
            title=kind.title,
            before=_say(kind, old.get(name), before),
            after=_say(kind, new.get(name), after),
            rule=str(after.rules.get(name, "")),
        )
        for name, kind in KINDS.items()
        if name in laid_down
    ]


def _list_given(terms: Terms) -> Iterator[tuple[str, Parameters]]:
    yield SendBack.kind, SendBack(days=terms.send_back_days)
    yield (
        PricePolicy.kind,
        PricePolicy(policy=terms.price_policy, other_product=terms.other_product_price_policy),
    )
    for name in terms.__slots__:
        value = getattr(terms, name)
        if isinstance(value, Parameters):
            yield value.kind, value


def _say(kind: type[Parameters], given: Parameters | None, terms: Terms) -> str:
    if kind.kind not in terms.rules:
        return kind.without
    if kind is RestockingFee and terms.is_fee_waived:
        return "Waived: we are at fault."
    return given.in_words() if given else "Does not apply to this case."
