"""What holds for every policy, whatever its rules: drawn from all kinds with all their fields."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.rules import (
    CONDITIONS,
    KINDS,
    CaseFacts,
    Parameters,
    PolicyRule,
    RuleBook,
    Tally,
    judge,
    parse_parameters,
    plain_parameters,
    replay,
)
from policies.rules.differences import compare_books
from policies.rules.kinds import ParameterField, parameters_of
from tests.factories.policies import make_book, make_facts, make_rule

# Drawing a book of all kinds is slow on a busy machine, which says nothing of the policy.
calmly = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CODES = {
    "category": ["apparel", "electronics"],
    "reason": ["changed_mind", "defective"],
    "country": ["DE", "US"],
    "channel": ["web", "shop"],
}


def values_of(field: ParameterField) -> st.SearchStrategy[Any]:
    """Plain JSON values that a field takes."""
    about = field.about
    least, most = about.at_least or 0, about.at_most
    drawn: st.SearchStrategy[Any]
    if about.choices:
        drawn = st.sampled_from([code for code, _ in about.choices])
    elif about.is_currency:
        drawn = st.sampled_from(["EUR", "USD"])
    elif field.wanted is bool:
        drawn = st.booleans()
    elif field.wanted is int:
        drawn = st.integers(int(least), int(most if most is not None else 400))
    elif field.wanted is Decimal:
        top = Decimal(most if most is not None else 1000)
        drawn = st.decimals(Decimal(least), top, places=2).map(str)
    elif field.wanted is tuple:
        drawn = st.just(list(field.default or ()))
    else:
        drawn = st.sampled_from(["hygiene article", "sealed"])
    return st.one_of(st.none(), drawn) if field.is_optional else drawn


@st.composite
def parameters(draw: st.DrawFn, kind: type[Parameters]) -> Parameters:
    fields = parameters_of(kind.kind)
    return parse_parameters(
        kind.kind, {name: draw(values_of(field)) for name, field in fields.items()}
    )


@st.composite
def books(draw: st.DrawFn) -> RuleBook:
    """A policy with up to two rules of every kind, each with a scope and a priority."""
    rules: list[PolicyRule[Parameters]] = []
    for kind in KINDS.values():
        for _ in range(draw(st.integers(0, 2))):
            scope: dict[str, Any] = {
                name: draw(st.sampled_from(["", *codes])) for name, codes in CODES.items()
            }
            rules.append(
                make_rule(
                    draw(parameters(kind)),
                    len(rules) + 1,
                    priority=draw(st.integers(0, 2)),
                    **scope,
                )
            )
    return make_book(*rules)


@st.composite
def cases(draw: st.DrawFn) -> CaseFacts:
    net = draw(st.decimals(0, 999, places=2))
    days = draw(st.integers(0, 800))
    return make_facts(
        **{name: draw(st.sampled_from(codes)) for name, codes in CODES.items()},
        requested_on=dt.date(2026, 3, 1) + dt.timedelta(days),
        goods_net=net,
        goods_gross=net * Decimal("1.19"),
        currency=draw(st.sampled_from(["EUR", "USD"])),
        is_our_fault=draw(st.booleans()),
        is_returnable=draw(st.booleans()),
        is_final_sale=draw(st.booleans()),
        is_gift=draw(st.booleans()),
        is_new_customer=draw(st.booleans()),
        condition=draw(st.sampled_from(["", *dict(CONDITIONS)])),
        photos=draw(st.integers(0, 3)),
        is_serialised=draw(st.booleans()),
        has_serial=draw(st.booleans()),
        serial_matches=draw(st.sampled_from([None, True, False])),
        warranty_months=draw(st.sampled_from([None, 6, 24])),
        pattern_cases=draw(st.integers(0, 9)),
        returns_in_90_days=draw(st.integers(0, 9)),
        units_in_90_days=draw(st.integers(0, 9)),
        risk_score=draw(st.integers(0, 100)),
    )


def stored(book: RuleBook) -> RuleBook:
    """The same policy as it comes back from the database, its rules in another order."""
    return RuleBook(
        replace(
            rule,
            parameters=parse_parameters(rule.parameters.kind, plain_parameters(rule.parameters)),
        )
        for rule in reversed(book.rules)
    )


class TestAnyPolicy:
    @calmly
    @given(book=books(), facts=cases())
    def test_gives_the_same_facts_the_same_verdict(self, book: RuleBook, facts: CaseFacts) -> None:
        """Also once both were stored and read back, and whatever was asked in between."""
        first = judge(facts=facts, rules=book)
        again = judge(facts=CaseFacts.from_json(facts.as_json()), rules=stored(book))
        assert (again.verdict, again.sentence) == (first.verdict, first.sentence)
        assert again.findings == first.findings
        assert again.terms == first.terms

    @calmly
    @given(book=books(), past=st.lists(cases(), max_size=4))
    def test_flips_nothing_when_it_is_tried_against_itself(
        self, book: RuleBook, past: list[CaseFacts]
    ) -> None:
        tally = Tally()
        for facts in past:
            tally.add(facts, replay(facts, before=book, after=stored(book)))
        assert (tally.judged, tally.flipped) == (len(past), 0)
        assert not any(tally.credits.values())
        assert compare_books(book, stored(book)) == []
