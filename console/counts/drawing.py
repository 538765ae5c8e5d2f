"""A count in the reader's words: how far it is, what is in hand, what closing it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from django.urls import reverse

from console.components import Action, Badge, Banner, Check, EmptyState, Tab, Tone
from console.counts.forms import FigureForm
from console.counts.page import CountPage, FoundDifference, LineInHand, LineRow
from console.counts.record import VIEWS, CountRecord
from console.discrepancies.rows import direction_of, signed
from console.goods import line_of
from console.jobs.page import Progress
from console.people import name_people, word_for
from console.reader import Reader
from inventory.models import CycleCount, CycleCountLine, Discrepancy
from inventory.states import CountState, DiscrepancyState

_STATES: dict[str, tuple[str, Tone]] = {
    CountState.OPEN: ("Being counted", "info"),
    CountState.CLOSED: ("Closed", "good"),
    CountState.CANCELLED: ("Cancelled", "plain"),
}


def draw_count(
    record: CountRecord,
    reader: Reader,
    *,
    view: str,
    may_count: bool,
    line: CycleCountLine | None = None,
    form: FigureForm | None = None,
    matches: Sequence[CycleCountLine] = (),
    heard: Banner | None = None,
    banner: Banner | None = None,
) -> CountPage:
    count = record.count
    url = reverse("console:count", args=[count.number])
    is_counting = record.is_open and may_count
    lines = record.list_of(view)
    actors = {each.counted_by for each in lines} | {count.opened_by}
    names = name_people(actors)
    more = record.sizes[view] - len(lines)
    return CountPage(
        number=count.number,
        url=url,
        about=f"{place_of(count)} · begun by {word_for(count.opened_by, names, reader)}, "
        f"{reader.moment(count.opened_at)}",
        badge=badge_of(count),
        progress=Progress(
            words=f"{record.sizes['counted']} of {record.total} counted",
            done=record.sizes["counted"],
            total=record.total,
        ),
        tabs=_tabs(record, url, view),
        rows=[draw_line(each, url, names, reader, in_hand=line) for each in lines],
        rest=f"{more} more follow as these are counted" if more > 0 else "",
        heard=heard,
        line=_in_hand(line, form) if line and is_counting else None,
        matches=[draw_line(each, url, {}, reader) for each in matches],
        what_follows=_what_follows(record) if record.is_open else [],
        close=_close(record) if is_counting else None,
        cancel=_cancel(count) if is_counting else None,
        found=[_found(each) for each in record.list_discrepancies()] if not record.is_open else [],
        empty=None if lines else _empty(view),
        banner=banner,
    )


def badge_of(count: CycleCount) -> Badge:
    word, tone = _STATES[count.state]
    return Badge(word=word, tone=tone)


def place_of(count: CycleCount) -> str:
    return f"{count.location}, bin {count.bin.code}" if count.bin else f"{count.location}, all"


def draw_line(
    line: CycleCountLine,
    url: str,
    names: dict[str, str],
    reader: Reader,
    *,
    in_hand: CycleCountLine | None = None,
) -> LineRow:
    level = line.stock_level
    row = LineRow(
        url=f"{url}?line={level.pk}",
        title=level.variant.full_title,
        sku=level.variant.sku,
        bin=level.bin.code if level.bin else "",
        lot=level.lot,
        is_in_hand=in_hand is not None and in_hand.pk == line.pk,
    )
    if line.counted is None or line.expected is None:
        return row
    difference = line.counted - line.expected
    return replace(
        row,
        counted=str(line.counted),
        expected=str(line.expected),
        difference=signed(difference) if difference else "agrees",
        direction=direction_of(difference),
        by=word_for(line.counted_by, names, reader),
    )


def hear_figure(line: CycleCountLine) -> Banner:
    """What was entered, and only now what the ledger says."""
    counted, expected = line.counted or 0, line.expected or 0
    words = f"{line.stock_level.variant.full_title}: {counted} counted"
    if counted == expected:
        return Banner(words=f"{words}, as in the ledger.", tone="good")
    difference = signed(counted - expected)
    return Banner(words=f"{words}, {expected} in the ledger: {difference}.", tone="warn")


def _tabs(record: CountRecord, url: str, view: str) -> list[Tab]:
    return [
        Tab(
            label=label,
            url=f"{url}?show={code}",
            count=record.sizes[code],
            is_current=code == view,
        )
        for code, (label, _) in VIEWS.items()
    ]


def _in_hand(line: CycleCountLine, form: FigureForm | None) -> LineInHand:
    level = line.stock_level
    parts = [f"bin {level.bin.code}" if level.bin else "no bin named"]
    if level.lot:
        parts.append(f"lot {level.lot}")
    again = f" · {line.counted} counted before" if line.counted is not None else ""
    return LineInHand(
        goods=line_of(level.variant),
        where=" · ".join(parts) + again,
        form=form or FigureForm(),
        fields={"line": str(level.pk), "op_id": str(uuid4())},
    )


def _what_follows(record: CountRecord) -> list[Check]:
    differing, waiting = record.sizes["differing"], record.sizes["to_count"]
    checks = []
    if differing:
        opened = "1 discrepancy is" if differing == 1 else f"{differing} discrepancies are"
        checks.append(Check(sentence=f"{opened} opened, for a person to post.", outcome="review"))
    elif record.sizes["counted"]:
        checks.append(Check(sentence="Every figure agrees with the ledger."))
    if waiting:
        lines = "1 line" if waiting == 1 else f"{waiting} lines"
        checks.append(
            Check(sentence=f"{lines} not counted: nothing is said of them.", outcome="review")
        )
    return [*checks, Check(sentence="No stock changes by closing.")]


def _close(record: CountRecord) -> Action:
    counted = record.sizes["counted"]
    return Action(
        label="Close the count",
        url=reverse("console:count_close", args=[record.count.number]),
        kind="primary" if not record.sizes["to_count"] else "secondary",
        fields={"op_id": str(uuid4())},
        blocked_because="" if counted else "Nothing is counted yet.",
    )


def _cancel(count: CycleCount) -> Action:
    return Action(
        label="Give it up",
        url=reverse("console:count_cancel", args=[count.number]),
        method="get",
        kind="quiet",
        opens="give-up",
    )


def _found(discrepancy: Discrepancy) -> FoundDifference:
    is_open = discrepancy.state == DiscrepancyState.OPEN
    return FoundDifference(
        number=discrepancy.number,
        url=reverse("console:discrepancy", args=[discrepancy.number]),
        title=discrepancy.variant.full_title,
        difference=signed(discrepancy.difference),
        badge=Badge(word=str(discrepancy.get_state_display()), tone="warn" if is_open else "plain"),
    )


def _empty(view: str) -> EmptyState:
    titles = {
        "to_count": ("Everything is counted", "Look at what differs, then close the count."),
        "counted": ("Nothing is counted yet", "Scan the first barcode, or choose a line."),
        "differing": ("Nothing differs", "Figures that agree with the ledger open nothing."),
    }
    title, words = titles[view]
    return EmptyState(title=title, words=words, icon="scan")
