"""The return side of the case page, as facts: screens put them into the reader's words."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.db.models import Q

from core.errors import BadInput
from core.events import reference
from core.models import Event, User
from core.money import ZERO
from core.numbers import read_number
from core.roles import Permission
from fulfilment import queries as parcels
from fulfilment.models import InboundParcel
from payments import queries as payments
from payments.models import CreditMemo
from policies.models import Decision
from returns.models import CaseNote, Receipt, Return, ReturnLine, UnitClaim
from returns.queries.actions import list_actions
from returns.rules import DAYS_FOR_THE_REST, Action
from returns.states import OVER, LineDecision, ReturnState

LONGEST_LIST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A line with the units it holds and the decision that stands."""

    line: ReturnLine
    units: list[int]
    decision: Decision | None

    @property
    def credit(self) -> Decimal:
        """What the line is worth after its fee, in the case's currency."""
        return self.line.gross - self.line.fee


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A station of the return. `at` and `by` are of the event that reached it."""

    code: str
    label: str
    state: Literal["done", "now", "todo", "stopped"]
    at: dt.datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnColumn:
    """Everything the return column shows, read once."""

    case: Return
    lines: list[CaseLine]
    steps: list[Step]
    receipts: list[Receipt]
    parcel: InboundParcel | None
    memos: list[CreditMemo]
    notes: list[CaseNote]
    actions: list[Action]

    @property
    def credit(self) -> Decimal:
        """What the memos come to; before there is one, what the lines are worth after fees."""
        if self.memos:
            return sum((memo.gross for memo in self.memos), ZERO)
        counting = {LineDecision.PENDING, LineDecision.REVIEW, LineDecision.AUTHORISED}
        return sum((line.credit for line in self.lines if line.line.decision in counting), ZERO)


# What an event of this kind has reached, in the order of a return's life.
STATIONS: tuple[tuple[str, str, str], ...] = (
    ("opened", "Requested", "return.opened"),
    ("authorised", "Authorised", "return.authorised"),
    ("departed", "In transit", "return.departed"),
    ("received", "Received", "return.goods_received"),
    ("inspected", "Inspected", "return.goods_inspected"),
    ("closed", "Closed", "return.closed"),
)
# A carrier or a customer may never have told us; whatever came later says that it happened.
MAY_BE_SILENT = frozenset({"departed"})
NOT_REACHED_IN = {
    "received": (ReturnState.PARTLY_RECEIVED,),
    "inspected": (ReturnState.PARTLY_RECEIVED, ReturnState.RECEIVED),
}


def get_case(*, number: str, user: User) -> Return:
    """One case that `user` may see, by its RMA number. Raises Return.DoesNotExist."""
    cases = Return.objects.visible_to(user, Permission.SEE_CASES)
    case: Return = cases.select_related(
        "partner", "channel", "customer", "assigned_to", "policy_version"
    ).get(number=number)
    return case


def list_cases(
    *,
    user: User,
    states: Collection[str] = (),
    assigned_to: User | None = None,
    text: str = "",
    limit: int = LONGEST_LIST,
) -> list[Return]:
    """Cases that `user` may see, oldest first, so that who waits longest comes first.

    `text` is an RMA number, an order number from its start, an e-mail address or a SKU.
    """
    cases = Return.objects.visible_to(user, Permission.SEE_CASES)
    if states:
        cases = cases.filter(state__in=states)
    if assigned_to:
        cases = cases.filter(assigned_to=assigned_to)
    if text.strip():
        cases = cases.filter(_matches(text.strip())).distinct()
    return list(
        cases.select_related("channel", "customer", "assigned_to")
        .prefetch_related("lines__order_line__order")
        .order_by("opened_at", "pk")[:limit]
    )


def _matches(text: str) -> Q:
    try:
        number = read_number(text)
    except BadInput:
        number = text
    return (
        Q(number=number)
        | Q(customer__email__iexact=text)
        | Q(lines__order_line__order__number__istartswith=text)
        | Q(lines__order_line__sku__iexact=text)
    )


def list_overdue(*, now: dt.datetime, limit: int, partner_id: int | None = None) -> list[Return]:
    """Cases whose last day to send the goods has passed somewhere on earth, the rest of those that
    came in part some days later; of one partner where it is named.

    Whether it has passed in their own shop's time zone, the command decides.
    """
    latest_today = now.astimezone(dt.timezone(dt.timedelta(hours=14))).date()
    rest_due = latest_today - dt.timedelta(days=DAYS_FOR_THE_REST)
    cases = Return.objects.filter(
        Q(state=ReturnState.AUTHORISED, send_back_by__lt=latest_today)
        | Q(state=ReturnState.PARTLY_RECEIVED, send_back_by__lt=rest_due)
    )
    if partner_id is not None:
        cases = cases.filter(partner=partner_id)
    return list(cases.order_by("send_back_by", "pk")[:limit])


def describe_return(case: Return, *, permissions: Collection[Permission]) -> ReturnColumn:
    """The column for a person with these permissions."""
    return ReturnColumn(
        case=case,
        lines=list_lines(case),
        steps=list_steps(case),
        receipts=list(
            case.receipts.select_related("location")
            .prefetch_related("lines__inspections__dispositions", "lines__variant")
            .order_by("pk")
        ),
        parcel=parcels.get_parcel(reference(case)),
        memos=payments.list_memos(reference(case)),
        notes=list(case.notes.select_related("author").order_by("-pk")),
        actions=list_actions(case, permissions=permissions),
    )


def list_lines(case: Return) -> list[CaseLine]:
    """The lines in order, each with the decision that stands and its findings."""
    lines = list(
        case.lines.select_related("order_line__variant__product", "order_line__order").order_by(
            "position"
        )
    )
    subjects = [reference(line) for line in lines]
    units: defaultdict[int, list[int]] = defaultdict(list)
    claims = UnitClaim.objects.filter(return_line__in=lines, freed_at__isnull=True)
    for line_id, unit in claims.order_by("unit_number").values_list("return_line", "unit_number"):
        units[line_id].append(unit)
    decisions = {
        decision.subject: decision
        for decision in Decision.objects.filter(subject__in=subjects).order_by("pk")
    }
    return [
        CaseLine(
            line=line,
            units=units[line.pk],
            decision=decisions.get(reference(line)),
        )
        for line in lines
    ]


def list_steps(case: Return) -> list[Step]:
    """The stepper: what was reached when and by whom, what is next, and where it stopped."""
    reached = {
        event.kind: event for event in Event.objects.filter(subject=reference(case)).order_by("pk")
    }
    is_over = case.state in set(OVER) - {ReturnState.CLOSED}
    done = [_is_reached(code, kind, case=case, reached=reached) for code, _, kind in STATIONS]
    last = max((at for at, is_done in enumerate(done) if is_done), default=-1)
    steps: list[Step] = []
    for at, (code, label, kind) in enumerate(STATIONS):
        event = reached.get(kind) if done[at] else None
        was_passed = code in MAY_BE_SILENT and at < last
        state = _station_state(is_done=done[at] or was_passed, is_next=at == last + 1)
        steps.append(
            Step(
                code=code,
                label=label,
                state=state,
                at=event.at if event else None,
                by=event.actor if event else "",
            )
        )
    return _stopped(case, steps) if is_over else steps


def _is_reached(code: str, kind: str, *, case: Return, reached: dict[str, Event]) -> bool:
    return kind in reached and case.state not in NOT_REACHED_IN.get(code, ())


def _station_state(*, is_done: bool, is_next: bool) -> Literal["done", "now", "todo"]:
    if is_done:
        return "done"
    return "now" if is_next else "todo"


def _stopped(case: Return, steps: list[Step]) -> list[Step]:
    end = Step(
        code="ended",
        label=ReturnState(case.state).label,
        state="stopped",
        at=case.closed_at,
    )
    return [*(step for step in steps if step.state == "done"), end]
