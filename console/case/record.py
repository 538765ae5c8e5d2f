"""One case as it is stored, read once for the page that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Prefetch, Subquery
from django.shortcuts import get_object_or_404

from console.people import name_people
from console.queue.tabs import is_held
from console.rights import Rights
from core.actors import Actor
from core.events import reference
from core.models import Event
from core.roles import Permission
from exchanges import queries as exchanges
from exchanges.models import Exchange
from exchanges.queries import ExchangeColumn
from fulfilment import queries as fulfilment
from fulfilment.models import InboundParcel
from payments import queries as payments
from payments.models import CreditMemo
from payments.states import MemoState
from policies.models import Decision
from returns import queries as returns
from returns.models import (
    CaseNote,
    Concession,
    Inspection,
    Return,
    ReturnLine,
    RiskAssessment,
    RiskHold,
)
from returns.queries.lots import with_lots
from returns.rules import Action
from returns.states import ConcessionState, LineDecision, ReturnState

LONGEST_TIMELINE = 300
INSPECTED = (ReturnState.INSPECTED, ReturnState.SETTLING, ReturnState.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """The rows of a case. `names` says who is meant by ``user:12``; `grades` what inspection gave.

    `events` are newest first; `decisions` go by return line id and are the last of each.
    """

    case: Return
    lines: list[ReturnLine]
    decisions: dict[int, Decision]
    column: ExchangeColumn | None
    parcel: InboundParcel | None
    memos: list[CreditMemo]
    events: list[Event]
    notes: dict[int | None, CaseNote]
    names: dict[str, str]
    grades: list[str]
    earlier_returns: int
    return_actions: list[Action]
    risk: RiskAssessment | None = None
    risk_hold: RiskHold | None = None

    @property
    def is_risk_held(self) -> bool:
        return self.risk_hold is not None and self.risk_hold.cleared_at is None

    @property
    def order(self) -> Any:
        return self.lines[0].order_line.order

    @property
    def has_several_orders(self) -> bool:
        return len({line.order_line.order_id for line in self.lines}) > 1

    @property
    def issued(self) -> list[CreditMemo]:
        """Memos that have their number, oldest first: one for each part that was accepted."""
        return [memo for memo in self.memos if memo.state != MemoState.DRAFT]

    @property
    def draft(self) -> CreditMemo | None:
        """What is still to be accepted."""
        return next((memo for memo in self.memos if memo.state == MemoState.DRAFT), None)

    @property
    def is_refused(self) -> bool:
        """Inspection did not pass some of the goods."""
        return any(line.decision == LineDecision.REFUSED for line in self.lines)

    @property
    def seen(self) -> int:
        """The newest event on the page."""
        return self.events[0].pk if self.events else 0

    @property
    def pulse(self) -> str:
        """Changes whenever the page would: `read_pulse` asks the same of the database."""
        held: bool = getattr(self.case, "is_held", False)
        return _pulse(self.case.version, self.seen, held)


def read_case(number: str, rights: Rights) -> CaseRecord:
    """The case with everything the page shows. Raises Http404 where it may not be seen."""
    case = get_object_or_404(_cases(rights), number=number)
    events = list(Event.objects.filter(case=reference(case)).order_by("-pk")[:LONGEST_TIMELINE])
    written = any(event.data.get("note") for event in events)
    notes = {note.pk: note for note in case.notes.all()} if written else {}
    lines = sorted(case.lines.all(), key=lambda line: line.position)
    decisions = _list_decisions(lines)
    for line in lines:
        if line.pk in decisions:
            line.judged_on = decisions[line.pk].facts  # as `read_lines` would bring it
    risk = returns.get_assessment(case) if getattr(case, "is_unusual", False) else None
    hold = returns.get_newest_risk_hold(case) if risk else None
    exchange = exchanges.get_exchange(return_id=case.pk)
    if exchange is not None:
        exchange.return_case = case  # with its lines, so that nobody reads them again
    return CaseRecord(
        case=case,
        lines=lines,
        decisions=decisions,
        column=_describe(exchange, rights, events) if exchange else None,
        parcel=fulfilment.get_parcel(reference(case)),
        memos=payments.list_memos(reference(case)),
        events=events,
        notes=notes,
        names=name_people(
            {case.opened_by, *(event.actor for event in events)}
            | ({hold.cleared_by} if hold and hold.cleared_by else set())
        ),
        grades=_list_grades(case) if case.state in INSPECTED else [],
        earlier_returns=getattr(case, "earlier_returns", 0) or 0,
        return_actions=returns.list_actions(
            case, permissions=rights.permissions, decider=Actor.user(rights.user).ref
        ),
        risk=risk,
        risk_hold=hold,
    )


def read_pulse(number: str, rights: Rights) -> str:
    """What `CaseRecord.pulse` would be now, in one query."""
    newest = Event.objects.filter(case=_case_reference()).order_by("-pk").values("pk")[:1]
    cases = _visible(rights).annotate(newest=Subquery(newest), is_held=is_held())
    case: Any = get_object_or_404(cases.only("version", "number"), number=number)
    return _pulse(case.version, case.newest or 0, case.is_held)


def _pulse(version: int, seen: int, held: bool) -> str:
    return f"{version}.{seen}.{int(held)}"


def _case_reference() -> Func:
    return Func(
        OuterRef("pk"), function="concat", template="%(function)s('return:', %(expressions)s)"
    )


def _visible(rights: Rights) -> Any:
    return Return.objects.visible_to(rights.user, Permission.SEE_CASES)


def _cases(rights: Rights) -> Any:
    others = (
        Return.objects.filter(customer=OuterRef("customer"), pk__lt=OuterRef("pk"))
        .order_by()
        .values("customer")
        .annotate(count=Count("pk"))
        .values("count")
    )
    lines = with_lots(
        ReturnLine.objects.select_related(
            "order_line__order__ship_to",
            "order_line__variant__product",
            "defect_report__defect_type",
            "defect_report__pattern",
        )
    )
    return (
        _visible(rights)
        .select_related("channel", "customer", "assigned_to", "policy_version")
        .prefetch_related(Prefetch("lines", lines))
        .annotate(
            earlier_returns=Subquery(others, IntegerField()),
            is_held=is_held(),
            is_unusual=Exists(RiskAssessment.objects.filter(return_case=OuterRef("pk"))),
            is_risk_held=Exists(
                RiskHold.objects.filter(return_case=OuterRef("pk"), cleared_at=None)
            ),
            is_conceding=Exists(
                Concession.objects.filter(
                    return_case=OuterRef("pk"), state=ConcessionState.ASKED, mismatch=None
                )
            ),
        )
    )


def _describe(exchange: Exchange, rights: Rights, events: list[Event]) -> ExchangeColumn:
    return exchanges.describe_exchange(exchange, permissions=rights.permissions, events=events)


def _list_decisions(lines: Iterable[ReturnLine]) -> dict[int, Decision]:
    line_of_subject = {reference(line): line.pk for line in lines}
    decisions = Decision.objects.filter(subject__in=line_of_subject).order_by("pk")
    return {line_of_subject[decision.subject]: decision for decision in decisions}


def _list_grades(case: Return) -> list[str]:
    graded = Inspection.objects.filter(receipt_line__receipt__return_case=case)
    return list(graded.order_by("grade").values_list(F("grade"), flat=True).distinct())
