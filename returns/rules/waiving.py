"""When goods need not come, and what that credits. No database, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from core.verdicts import Verdict
from returns.rules.cases import GOODS_MAY_COME, only_in
from returns.rules.credit_terms import CreditTerms
from returns.states import ReturnState, ShortCloseRule

# A second parcel may be on its way when the last day to send has passed.
DAYS_FOR_THE_REST = 14


def can_waive(state: str, *, awaited: int, is_asked: bool = False) -> Verdict:
    """Whether the customer may keep what is awaited. `is_asked`: an approval already waits."""
    return only_in(GOODS_MAY_COME, state, "no goods are awaited.") & Verdict.of(
        None if awaited else "Everything that was announced is here.",
        "A second person is deciding about it already." if is_asked else None,
    )


def can_short_close(state: str, *, awaited: int) -> Verdict:
    return can_waive(state, awaited=awaited)


def is_within_policy(
    terms: CreditTerms, *, rule: str, rate: Decimal, amount: Decimal, currency: str
) -> bool:
    """Whether that may be given without a second person.

    Goods are kept by policy up to its value and rate; goodwill up to its limit in its currency.
    Giving nothing needs nobody.
    """
    if rule == ShortCloseRule.NOTHING:
        return True
    if rule == ShortCloseRule.KEPT:
        return terms.kept_rate is not None and rate <= terms.kept_rate
    limit = terms.goodwill_limit
    return limit is not None and terms.goodwill_currency == currency and amount <= limit


def can_expire_rest(state: str, *, send_back_by: dt.date | None, today: dt.date) -> Verdict:
    """Whether what is still missing of a case that came in part is given up. The days count."""
    is_overdue = send_back_by is not None and today > send_back_by + dt.timedelta(
        days=DAYS_FOR_THE_REST
    )
    return only_in((ReturnState.PARTLY_RECEIVED,), state, "it did not come in part.") & Verdict.of(
        None if is_overdue else "The rest may still be on its way."
    )


def count_waived(units: Mapping[int, int], awaited: Mapping[int, int]) -> Verdict:
    """Whether so many units of each line are still awaited, by return line id."""
    return Verdict.of(
        None if any(units.values()) else "Choose at least one unit.",
        "Not that many units are awaited."
        if any(not 0 <= count <= awaited.get(line_id, 0) for line_id, count in units.items())
        else None,
    )
