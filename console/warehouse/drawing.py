"""The inspection page in the reader's words: announced beside found, and what follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.urls import reverse

from console.badges import return_badge
from console.components import Badge, Banner, Check, EmptyState, Fact, GoodsLine, Tab
from console.reader import Reader
from console.refusals import stamp
from console.warehouse.counting import Count
from console.warehouse.grading import Graded, list_dispositions, list_grades, list_passes
from console.warehouse.page import AnnouncedLine, CountRow, GradeRow, InspectPage
from core.money import ZERO
from exchanges.models import Exchange
from exchanges.states import OVER
from returns.models import ReceiptLine, Return, ReturnLine
from returns.queries import ToGrade, preview_memo
from returns.rules import can_receive
from returns.states import DispositionKind, LineDecision, ReceivedAs, ReturnState


def draw_inspection(
    case: Return,
    work: Count | list[Graded],
    *,
    exchange: Exchange | None,
    ungraded: int,
    op_id: str,
    reader: Reader,
    banner: Banner | None = None,
) -> InspectPage:
    """`work` is what is being done: a count, or grades."""
    is_counting = isinstance(work, Count)
    step = (
        _counting(case, work) if isinstance(work, Count) else _grading(case, work, exchange, reader)
    )
    return InspectPage(
        number=case.number,
        case_url=reverse("console:case", args=[case.number]),
        about=f"{case.customer} · opened {reader.day(case.opened_at)}",
        badge=return_badge(case.state),
        tabs=_tabs(case, ungraded, is_counting=is_counting),
        step="count" if is_counting else "grade",
        stamp=stamp(version=case.version) | {"op_id": op_id},
        announced=[_announced(line) for line in case.lines.all()],
        facts=_facts(case, exchange, reader),
        banner=banner,
        **step,
    )


def _tabs(case: Return, ungraded: int, *, is_counting: bool) -> list[Tab]:
    url = reverse("console:inspect", args=[case.number])
    awaited = sum(line.awaited for line in _awaiting(case))
    placed = reverse("console:placed_goods", args=[case.number])
    return [
        Tab(label="Count", url=f"{url}?step=count", count=awaited, is_current=is_counting),
        Tab(label="Grade", url=f"{url}?step=grade", count=ungraded, is_current=not is_counting),
        Tab(label="Where it is", url=placed),
    ]


def _awaiting(case: Return) -> list[ReturnLine]:
    return [line for line in case.lines.all() if line.decision == LineDecision.AUTHORISED]


# ── announced ────────────────────────────────────────────────────────────────


def _announced(line: ReturnLine) -> AnnouncedLine:
    return AnnouncedLine(
        goods=_goods_of_line(line, detail=f"{line.quantity} announced"),
        said=" · ".join(part for part in (line.get_reason_display(), line.comment) if part),
        counter=_counter(line),
    )


def _counter(line: ReturnLine) -> Badge:
    if line.decision not in (
        LineDecision.AUTHORISED,
        LineDecision.ACCEPTED,
        LineDecision.REFUSED,
    ):
        return Badge(word=str(line.get_decision_display()), tone="bad")
    words = f"{line.received} of {line.quantity}"
    if line.received_damaged:
        return Badge(word=f"{words}, {line.received_damaged} damaged", tone="warn")
    if not line.awaited:
        return Badge(word=f"{words} here", tone="good")
    return Badge(word=f"{words} here", tone="warn" if line.received else "plain")


def _goods_of_line(line: ReturnLine, *, detail: str) -> GoodsLine:
    sold = line.order_line
    return GoodsLine(
        title=sold.title,
        sku=sold.sku,
        category=sold.variant.product.category if sold.variant else "",
        detail=detail,
    )


def _facts(case: Return, exchange: Exchange | None, reader: Reader) -> list[Fact]:
    facts = []
    if case.send_back_by:
        facts.append(Fact(term="Awaited until", value=reader.day(case.send_back_by)))
    if exchange:
        facts.append(Fact(term="Exchange", value=exchange.number, is_code=True))
    return facts


# ── counting ─────────────────────────────────────────────────────────────────


def _counting(case: Return, count: Count) -> dict[str, Any]:
    lines = {line.pk: line for line in case.lines.all()}
    blocked = " ".join(can_receive(case.state).reasons)
    return {
        "arrival_form": count.arrival,
        "counting": [
            CountRow(
                goods=_goods_of_line(lines[pk], detail=f"{count.awaited[pk].awaited} awaited"),
                form=form,
            )
            for pk, form in count.lines.items()
        ],
        "found": count.found,
        "awaits_serial": count.awaits_serial,
        "what_follows": _after_count(count),
        "confirm_label": "Book as counted",
        "blocked_because": blocked,
        "empty": _nothing_to_count() if not count.lines and not count.found else None,
    }


def _after_count(count: Count) -> list[Check]:
    if not count.arrival.is_bound:
        return [Check(sentence="Scan each unit, or type how many there are.")]
    if not count.is_valid():
        return [Check(sentence="Some of it cannot be read yet.", outcome="review")]
    counted = count.counted
    expected = {row.return_line_id: 0 for row in counted}
    for row in counted:
        expected[row.return_line_id] += row.quantity
    short = sum(max(0, line.awaited - expected.get(pk, 0)) for pk, line in count.awaited.items())
    units = sum(row.quantity for row in counted)
    return [
        Check(sentence=f"{_units(units)} booked in, to be graded next."),
        Check(sentence=f"{_units(short)} still awaited: another parcel may follow.")
        if short
        else Check(sentence="Nothing is awaited any more."),
        *(
            [Check(sentence="What was not announced is kept apart.", outcome="review")]
            if count.found
            else []
        ),
    ]


def _nothing_to_count() -> EmptyState:
    return EmptyState(
        title="Nothing is awaited",
        words="Everything announced is here. Something that came besides can be added below.",
        icon="box",
    )


# ── grading ──────────────────────────────────────────────────────────────────


def _grading(
    case: Return, grading: Sequence[Graded], exchange: Exchange | None, reader: Reader
) -> dict[str, Any]:
    chosen = [graded for graded in grading if graded.inspected]
    return {
        "grading": [_grade_row(graded) for graded in grading],
        "what_follows": _after_grading(case, grading, exchange, reader),
        "confirm_label": f"Book {'these grades' if len(chosen) > 1 else 'this grade'}",
        "blocked_because": "" if chosen or not grading else "Choose a grade first.",
        "empty": None if grading else _nothing_to_grade(),
    }


def _grade_row(graded: Graded) -> GradeRow:
    row = graded.row
    return GradeRow(
        prefix=graded.prefix,
        goods=_goods_of_row(row),
        form=graded.form,
        grades=list_grades(graded),
        passes=list_passes(graded),
        dispositions=list_dispositions(graded),
        suggested=graded.suggested,
    )


def _goods_of_row(row: ReceiptLine) -> GoodsLine:
    title = row.variant.full_title if row.variant else row.sku_found
    if row.return_line and row.kind != ReceivedAs.WRONG_ITEM:
        title = row.return_line.order_line.title
    parts = [f"serial {row.serial_found}"] if row.serial_found else []
    if row.lot_found:
        parts.append(f"lot {row.lot_found}")
    if row.damaged:
        parts.append(f"{row.damaged} damaged")
    parts.append(f"at {row.receipt.location.name}")
    is_expected = row.kind == ReceivedAs.EXPECTED
    return GoodsLine(
        title=title,
        sku=row.sku_found,
        category=row.variant.product.category if row.variant else "",
        detail=" · ".join(parts),
        badge=None if is_expected else Badge(word=str(row.get_kind_display()), tone="bad"),
        amount=f"× {row.quantity}" if is_expected else "",
    )


def _after_grading(
    case: Return, grading: Sequence[Graded], exchange: Exchange | None, reader: Reader
) -> list[Check]:
    chosen = [graded for graded in grading if graded.inspected]
    if not chosen:
        return [Check(sentence="Grade what lies before you; the rest can wait.")]
    is_last = case.state == ReturnState.RECEIVED and all(each.finishes_row for each in grading)
    return [
        *_stock_follows(chosen),
        *_credit_follows(case, chosen, reader),
        *_case_follows(grading, exchange, is_last=is_last),
    ]


def _stock_follows(chosen: Sequence[Graded]) -> list[Check]:
    checks = []
    for graded in chosen:
        inspected = graded.inspected
        assert inspected is not None
        to = DispositionKind(graded.disposition)
        checks.append(
            Check(
                sentence=f"{inspected.quantity} × {graded.row.sku_found}: "
                f"{to.label.lower()} at {graded.row.receipt.location.name}.",
                outcome="pass" if inspected.is_accepted else "review",
            )
        )
    return checks


def _credit_follows(case: Return, chosen: Sequence[Graded], reader: Reader) -> list[Check]:
    """What is taken off and what the customer gets, to the cent, as booking would have it."""
    memo = preview_memo(case, _count_chosen(chosen))
    if not memo:
        return []
    off = [
        Check(
            sentence=f"{row.title}: {reader.money(-row.gross, case.currency)} is taken off.",
            outcome="review",
        )
        for row in memo
        if row.gross < 0
    ]
    total = sum((row.gross for row in memo), ZERO)
    return [*off, Check(sentence=f"{reader.money(total, case.currency)} is credited in all.")]


def _count_chosen(chosen: Sequence[Graded]) -> dict[int, ToGrade]:
    """Goods that nobody announced count for nothing."""
    counted: defaultdict[int, ToGrade] = defaultdict(ToGrade)
    for graded in chosen:
        inspected, line = graded.inspected, graded.row.return_line_id
        if inspected is None or line is None or graded.ungraded.counts_as != ReceivedAs.EXPECTED:
            continue
        if inspected.is_accepted:
            counted[line].passed[inspected.grade] += inspected.quantity
        else:
            more = counted[line].refused + inspected.quantity
            counted[line] = replace(counted[line], refused=more)
    return dict(counted)


def _case_follows(
    grading: Sequence[Graded], exchange: Exchange | None, *, is_last: bool
) -> list[Check]:
    if not is_last:
        return [Check(sentence="The case waits for the rest.", outcome="review")]
    if any(graded.is_accepted is False for graded in grading):
        return [Check(sentence="An agent decides how the case goes on.", outcome="review")]
    checks = [Check(sentence="The credit is fixed and its memo issued.")]
    if exchange and exchange.state not in OVER:
        checks.append(Check(sentence="The replacement goes to pick and ship by itself."))
    return checks


def _nothing_to_grade() -> EmptyState:
    return EmptyState(title="Nothing to grade", words="Count what has arrived first.", icon="check")


def _units(count: int) -> str:
    return f"{count} unit" if count == 1 else f"{count} units"
