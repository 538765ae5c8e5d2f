"""What leaving goods with the customer, or giving them up, would credit. Saves nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.errors import BadInput
from core.verdicts import Verdict
from payments.rules import MemoLine
from returns.models import Return, ReturnLine
from returns.queries.concessions import find_asked_concession, list_asked_units
from returns.queries.credit import Waived, get_terms, list_memo_lines, list_open_units
from returns.queries.lines import read_lines
from returns.rules import can_waive, count_waived, is_within_policy
from returns.states import LineDecision, ShortCloseRule

TITLES = {
    ShortCloseRule.KEPT: "Kept by the customer",
    ShortCloseRule.GOODWILL: "Credited as goodwill",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is waived of each line, by its id, and by which rule."""

    rule: ShortCloseRule
    waived: dict[int, Waived]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What letting the customer keep what is awaited would credit, and whether policy gives it."""

    lines: list[MemoLine]
    verdict: Verdict
    is_by_policy: bool


def preview_keeping(case: Return, *, rate: Decimal | None = None) -> Keeping:
    """By the plan of `keep_goods` itself. Saves nothing."""
    chosen = choose_units(case, None)
    is_asked = find_asked_concession(case) is not None
    given = plan_waiver(case, chosen, ShortCloseRule.KEPT, rate=rate)
    return Keeping(
        lines=list_memo_lines(case, waived=given.waived),
        verdict=can_waive(case.state, awaited=sum(chosen.values()), is_asked=is_asked),
        is_by_policy=is_given_by_policy(case, given),
    )


def is_given_by_policy(case: Return, given: Given) -> bool:
    """Whether nobody else has to agree to it."""
    amount = sum_credit(case, given)
    return all(
        is_within_policy(
            get_terms(line),
            rule=given.rule,
            rate=given.waived[line.pk].rate,
            amount=amount,
            currency=case.currency,
        )
        for line in read_lines(case)
        if line.pk in given.waived
    )


def sum_credit(case: Return, given: Given) -> Decimal:
    """What it would credit today, tax included."""
    if given.rule == ShortCloseRule.NOTHING:
        return Decimal(0)
    lines = list_memo_lines(case, waived=given.waived)
    return sum((line.gross for line in lines), Decimal(0))


def choose_units(case: Return, units: Mapping[int, int] | None) -> dict[int, int]:
    """Units by return line id: those that were named, else all awaited. Raises BadInput."""
    awaited = {
        line.pk: line.awaited
        for line in read_lines(case)
        if line.decision == LineDecision.AUTHORISED and line.awaited
    }
    if units is None:
        return awaited
    verdict = count_waived(units, awaited)
    if not verdict:
        raise BadInput(" ".join(verdict.reasons), field="units")
    return {line_id: count for line_id, count in units.items() if count}


def plan_waiver(
    case: Return,
    units: Mapping[int, int],
    rule: ShortCloseRule,
    *,
    rate: Decimal | None = None,
) -> Given:
    """The highest open units of each line, at the policy's rate unless one is named.

    Those that wait for a second person's yes come last, so that two may be asked for at once.
    """
    waived = {}
    for line in read_lines(case):
        if not units.get(line.pk):
            continue
        kept_rate = get_terms(line).kept_rate
        by_policy = kept_rate if rule == ShortCloseRule.KEPT else None
        waived[line.pk] = Waived(
            units=_pick(line, units[line.pk]),
            rate=next(each for each in (rate, by_policy, Decimal(1)) if each is not None),
            title=TITLES.get(rule, ""),
        )
    return Given(rule=rule, waived=waived)


def _pick(line: ReturnLine, count: int) -> list[int]:
    asked, units = list_asked_units(line), list_open_units(line)
    free_last = sorted(units, key=lambda unit: (unit not in asked, unit))
    return sorted(free_last[-count:])
