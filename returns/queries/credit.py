"""What a case credits, by the facts and terms on which it was opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.db.models import Sum

from core.events import reference
from core.kept import KeptQuery
from core.money import ZERO, round_half_up
from core.roles import Role
from orders.rules import LineCredit
from payments.models import CreditMemoLine
from payments.rules import MemoLine
from payments.states import MemoState
from policies import queries as policies
from policies.models import Decision
from policies.rules import CaseFacts
from policies.rules.kinds import percent
from returns.models import Return, ReturnLine, UnitClaim
from returns.queries.lines import read_lines
from returns.queries.planning import compute_credit
from returns.queries.targets import CreditedNow, list_targets
from returns.rules import (
    CreditTerms,
    LineToCredit,
    Part,
    Reduction,
    compose_memo,
    read_credit_terms,
)
from returns.states import LineDecision, Outcome

Kind = CreditMemoLine.Kind

_OPEN_UNITS: KeptQuery[int] = KeptQuery(
    lambda line_id: (
        UnitClaim.objects.filter(
            return_line=line_id, freed_at__isnull=True, memo__isnull=True, grade=""
        )
        .order_by("unit_number")
        .values_list("unit_number", flat=True)
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """Units that need not come back and are credited all the same, `rate` of their value."""

    units: Sequence[int]
    rate: Decimal = Decimal(1)
    title: str = "Kept by the customer"


def get_facts(line: ReturnLine) -> CaseFacts:
    """The facts on which the line was last judged, read once for as long as the line is in hand."""
    if not hasattr(line, "judged_facts"):
        judged_on = getattr(line, "judged_on", None)  # `read_lines` brings it along
        if judged_on is None:
            judged_on = Decision.objects.filter(subject=reference(line)).latest("pk").facts
        line.judged_facts = CaseFacts.from_json(judged_on)
    facts: CaseFacts = line.judged_facts
    return facts


def get_terms(line: ReturnLine) -> CreditTerms:
    """The terms of the policy version that the case keeps."""
    version = line.return_case.policy_version
    return read_credit_terms(policies.get_terms(version=version, facts=get_facts(line)))


def find_refund_limits(case: Return) -> dict[Role, Decimal | None] | None:
    """What agents and leads may refund of this case alone, where a rule of policy says so.

    The strictest of its lines counts; a rule speaks only of its own currency.
    """
    found: dict[Role, Decimal | None] = {}
    for line in read_lines(case):
        terms = policies.get_terms(version=case.policy_version, facts=get_facts(line))
        if "refund_limit" not in terms.rules:
            continue
        for role in (Role.AGENT, Role.LEAD):
            limit = terms.refund_limit.limit_for(role)
            known = found.setdefault(role, limit)
            if limit is not None and (known is None or limit < known):
                found[role] = limit
    return found or None


def list_memo_lines(
    case: Return,
    *,
    accepted: Mapping[int, Mapping[int, str]] | None = None,
    waived: Mapping[int, Waived] | None = None,
) -> list[MemoLine]:
    """What the case credits now: goods, and what is taken off as lines of their own (domain §7).

    `accepted` holds the units that passed with their grades, `waived` those that are kept, by
    return line id. Without either every authorised line counts with what is open of it, as if all
    of it came as new. By the terms of the opening; what earlier memos hold is not taken again.
    """
    is_draft = accepted is None and waived is None
    now = []
    for line in read_lines(case):
        if is_draft and not _may_still_credit(line):
            continue
        units = (
            dict.fromkeys(list_open_units(line), "")
            if is_draft
            else (accepted or {}).get(line.pk, {})
        )
        if credited := _credit_now(line, units, (waived or {}).get(line.pk)):
            now.append(credited)
    if not now:
        return []
    lines = [_describe(credited) for credited in now]
    return compose_memo(lines, list_targets(case, now), currency=case.currency)


def _may_still_credit(line: ReturnLine) -> bool:
    """What is repaired goes back to the customer and credits nothing."""
    return line.decision == LineDecision.AUTHORISED and line.outcome != Outcome.REPAIR


def list_open_units(line: ReturnLine) -> list[int]:
    """Units that this line holds and that are still to come or to be graded, lowest first."""
    return _OPEN_UNITS(line.pk)


def _credit_now(
    line: ReturnLine, units: Mapping[int, str], waived: Waived | None
) -> CreditedNow | None:
    """A line as far as it is credited in this step, or None where it is not."""
    terms = get_terms(line)
    parts = [
        _came(line, [unit for unit, _ in run], grade, terms)
        for grade, run in groupby(sorted(units.items(), key=_by_grade), key=lambda pair: pair[1])
    ]
    if waived and waived.units:
        parts.append(_kept(line, waived))
    if not parts:
        return None
    return CreditedNow(
        line=line,
        terms=terms,
        units=[*units, *(waived.units if waived else [])],
        parts=tuple(parts),
    )


def _by_grade(pair: tuple[int, str]) -> tuple[str, int]:
    unit, grade = pair
    return grade, unit


def _came(line: ReturnLine, units: Sequence[int], grade: str, terms: CreditTerms) -> Part:
    """Units of one grade, with what their condition takes off and what a warranty leaves."""
    reductions = []
    if off := terms.reductions.get(grade, ZERO):
        title = f"Condition: grade {grade}, {percent(off)} off"
        reductions.append(Reduction(kind=Kind.CONDITION, title=title, rate=off))
    if terms.warranty == "partial_credit" and terms.warranty_rate < 1:
        title = f"Warranty: {percent(terms.warranty_rate)} credited"
        left = 1 - terms.warranty_rate
        reductions.append(Reduction(kind=Kind.WARRANTY, title=title, rate=left))
    return Part(
        units=len(units), value=compute_credit(line.order_line, units), reductions=tuple(reductions)
    )


def _kept(line: ReturnLine, waived: Waived) -> Part:
    reductions: tuple[Reduction, ...] = ()
    if waived.rate < 1:
        title = f"{waived.title}: {percent(waived.rate)} credited"
        reductions = (Reduction(kind=Kind.KEPT, title=title, rate=1 - waived.rate),)
    value = compute_credit(line.order_line, waived.units)
    return Part(units=len(waived.units), value=value, reductions=reductions, bears_fee=False)


def _describe(now: CreditedNow) -> LineToCredit:
    line = now.line
    fee = now.terms.fee
    return LineToCredit(
        reference=reference(line),
        order_line_id=line.order_line_id,
        title=line.order_line.title,
        parts=now.parts,
        fee=fee,
        net_before=_came_before(line).net if fee else ZERO,
        fee_before=_fee_before(line) if fee else ZERO,
    )


def _came_before(line: ReturnLine) -> LineCredit:
    """What earlier steps credited of goods that came; what was kept bears no fee."""
    came = line.claims.filter(memo__isnull=False).exclude(grade="")
    return compute_credit(line.order_line, list(came.values_list("unit_number", flat=True)))


def _fee_before(line: ReturnLine) -> Decimal:
    taken = CreditMemoLine.objects.filter(
        memo__case=reference(line.return_case), reference=reference(line), kind=Kind.RESTOCKING_FEE
    ).exclude(memo__state=MemoState.DRAFT)
    total: Decimal | None = taken.aggregate(total=Sum("gross"))["total"]
    return round_half_up(-(total or ZERO), line.return_case.currency)
