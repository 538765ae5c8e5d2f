"""What comes back: its stations, its lines, and what the rules said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from console.badges import return_badge
from console.case.arrivals import list_differences, list_papers
from console.case.page import ReturnSide
from console.case.record import CaseRecord
from console.case.risk import draw_risk
from console.components import Badge, Fact, GoodsLine, Step, Stepper
from console.decisions import DecisionPanel, draw_decision
from console.reader import Reader
from core.events import reference
from core.models import Event
from fulfilment.models import Visit
from fulfilment.queries import find_next_visit
from returns.models import ReturnLine
from returns.states import LineDecision, Reason, ReturnState

S = ReturnState
# Station, and the event that reaches it.
STATIONS = (
    ("Requested", "return.opened"),
    ("Authorised", "return.authorised"),
    ("In transit", "return.departed"),
    ("Received", "return.goods_received"),
    ("Inspected", "return.goods_inspected"),
    ("Closed", "return.closed"),
)
# The station that each state works towards; those before it are behind.
NEXT = {
    S.DRAFT: 0,
    S.REQUESTED: 1,
    S.AWAITING_EVIDENCE: 1,
    S.IN_REVIEW: 1,
    S.AUTHORISED: 2,
    S.IN_TRANSIT: 3,
    S.PARTLY_RECEIVED: 3,
    S.RECEIVED: 4,
    S.INSPECTED: 5,
    S.SETTLING: 5,
    S.CLOSED: 6,
}
STOPPED = (S.REJECTED, S.CANCELLED, S.EXPIRED)
OUT = (LineDecision.REJECTED, LineDecision.REFUSED, LineDecision.CANCELLED, LineDecision.EXPIRED)


def draw_return(record: CaseRecord, reader: Reader) -> ReturnSide:
    reasons = dict.fromkeys(str(Reason(line.reason).label) for line in record.lines)
    return ReturnSide(
        badge=_badge(record),
        stepper=draw_stepper(record, reader),
        lines=[_line(line, record, reader) for line in record.lines],
        reason=", ".join(reasons),
        decisions=list_decisions(record),
        facts=_facts(record, reader),
        papers=list_papers(record),
        differences=list_differences(record),
        risk=draw_risk(record, reader),
    )


def _badge(record: CaseRecord) -> Badge:
    badge = return_badge(record.case.state, is_refused=record.is_refused)
    if record.grades:
        return Badge(word=f"{badge.word}, grade {', '.join(record.grades)}", tone=badge.tone)
    return badge


def draw_stepper(record: CaseRecord, reader: Reader) -> Stepper:
    state = record.case.state
    reached = _reached(record.events)
    if state in STOPPED:
        return Stepper(label="Return", steps=_stopped_steps(state, reached, reader))
    steps = [
        Step(
            word=word, state=_state(at, NEXT[state]), note=_note(at, kind, record, reached, reader)
        )
        for at, (word, kind) in enumerate(STATIONS)
    ]
    return Stepper(label="Return", steps=steps, waits_for=_waits_for(record, reader))


def _reached(events: Iterable[Event]) -> dict[str, Event]:
    """The last event of each kind."""
    reached: dict[str, Event] = {}
    for event in events:
        reached.setdefault(event.kind, event)
    return reached


def _state(at: int, following: int) -> Any:
    return "done" if at < following else "now" if at == following else "todo"


def _note(at: int, kind: str, record: CaseRecord, reached: dict[str, Event], reader: Reader) -> str:
    state = record.case.state
    if at < NEXT[state]:
        return reader.short(reached[kind].at) if kind in reached else ""
    if at > NEXT[state]:
        return ""
    if state == S.PARTLY_RECEIVED:
        came = sum(line.received for line in record.lines)
        return f"{came} of {sum(line.quantity for line in record.lines)}"
    return {
        S.IN_REVIEW: "in review",
        S.AWAITING_EVIDENCE: "evidence",
        S.AUTHORISED: "announced",
    }.get(state, "")


def _stopped_steps(state: str, reached: dict[str, Event], reader: Reader) -> list[Step]:
    done = [
        Step(word=word, state="done", note=reader.short(reached[kind].at))
        for word, kind in STATIONS
        if kind in reached
    ]
    end = reached.get(f"return.{state}")
    word = str(ReturnState(state).label)
    return [*done, Step(word=word, state="stopped", note=reader.short(end.at) if end else "")]


def _find_visit(record: CaseRecord) -> Visit | None:
    """The crew's appointment, where one fetches the goods."""
    column = record.column
    if column is None or not column.facts.needs_visit:
        return None
    return find_next_visit(reference(column.exchange))


def _waits_for(record: CaseRecord, reader: Reader) -> str:
    case = record.case
    place = record.parcel.location.name if record.parcel else "the warehouse"
    match case.state:
        case S.REQUESTED | S.IN_REVIEW:
            return "a lead to decide"
        case S.AWAITING_EVIDENCE:
            return "photos from the customer"
        case S.AUTHORISED if visit := _find_visit(record):
            return f"the crew to fetch it, {reader.weekday(visit.day)}"
        case S.AUTHORISED:
            due = f", by {reader.day(case.send_back_by)}" if case.send_back_by else ""
            return f"{case.customer} to hand over the parcel{due}"
        case S.IN_TRANSIT:
            return f"the parcel to arrive at {place}"
        case S.PARTLY_RECEIVED:
            return f"the rest to arrive at {place}"
        case S.RECEIVED:
            return f"inspection at {place}"
        case S.SETTLING if record.is_refused and _swaps(record):
            return "a decision about the refused goods"
        case S.SETTLING:
            return "the replacement to be delivered" if _swaps(record) else "the refund to be paid"
    return ""


def _swaps(record: CaseRecord) -> bool:
    return record.column is not None and record.column.exchange.ended_at is None


def _line(line: ReturnLine, record: CaseRecord, reader: Reader) -> GoodsLine:
    sold = line.order_line
    order = f"order {sold.order.number}" if record.has_several_orders else ""
    counted = f"{line.quantity} of {sold.quantity}"
    parts = [order, counted, *_lots(line), *_whereabouts(line), line.comment]
    is_out = line.decision in OUT
    return GoodsLine(
        title=sold.title,
        sku=sold.sku,
        category=sold.variant.product.category if sold.variant else "",
        detail=" · ".join(part for part in parts if part),
        amount=reader.money(line.gross, record.case.currency),
        badge=Badge(word=str(LineDecision(line.decision).label), tone="bad") if is_out else None,
    )


def _lots(line: ReturnLine) -> list[str]:
    """Which lots its goods are of, as far as a channel or a scan has said."""
    report = getattr(line, "defect_report", None)
    if report and report.lot:
        return [f"lot {report.lot}"]
    lots: list[str] = getattr(line, "lots_found", []) or getattr(line, "lots_sold", [])
    return [f"lot{'s' if len(lots) > 1 else ''} {', '.join(lots)}"] if lots else []


def _whereabouts(line: ReturnLine) -> list[str]:
    """How many of its units are where, as far as they are not simply awaited."""
    counts = {
        "received": line.received,
        "damaged": line.received_damaged,
        "accepted": line.accepted if line.accepted != line.quantity else 0,
        "refused": line.refused,
        "missing": line.missing,
        "kept": line.kept,
        "cancelled": line.cancelled if line.cancelled != line.quantity else 0,
        "still awaited": line.awaited if line.awaited != line.quantity else 0,
    }
    return [f"{units} {what}" for what, units in counts.items() if units]


def list_decisions(record: CaseRecord) -> list[DecisionPanel]:
    """What was decided about each line, as it was kept; said once where lines got the same."""
    several = len(record.lines) > 1
    version = f"policy v{record.case.policy_version.number}"
    panels: dict[str, DecisionPanel] = {}
    for line in record.lines:
        decision = record.decisions.get(line.pk)
        if decision is None:
            continue
        title = line.order_line.title if several else ""
        said = repr((decision.verdict, decision.findings))
        before = panels.get(said)
        titles = f"{before.title}, {title}" if before else title
        panels[said] = draw_decision(decision, title=titles, version=version)
    return list(panels.values())


def _facts(record: CaseRecord, reader: Reader) -> list[Fact]:
    case, parcel = record.case, record.parcel
    facts = []
    if parcel:
        facts.append(Fact(term="Goes to", value=parcel.location.name))
        label = " ".join(part for part in (parcel.carrier, parcel.tracking_number) if part)
        if label:
            facts.append(Fact(term="Label", value=label, is_code=True))
    if case.send_back_by:
        facts.append(Fact(term="Due back", value=reader.day(case.send_back_by)))
    for memo in record.memos:
        value = f"{memo.number or 'draft'}, {reader.money(memo.gross, memo.currency)}"
        facts.append(Fact(term="Credit memo", value=value, url=_sums_url(record)))
    if not record.memos:
        facts.append(Fact(term="Refund", value="as arithmetic", url=_sums_url(record)))
    facts.append(Fact(term="Policy", value=f"version {case.policy_version.number}"))
    if case.assigned_to:
        facts.append(Fact(term="Worked on by", value=str(case.assigned_to)))
    return facts


def _sums_url(record: CaseRecord) -> str:
    return reverse("console:refund_sums", args=[record.case.number])
