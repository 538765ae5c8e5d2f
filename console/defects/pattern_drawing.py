"""One pattern in the reader's words: figures, causes, forecast, and what may be done."""

from __future__ import annotations

import math
from collections.abc import Sequence
from uuid import uuid4

from django.urls import reverse

from console.charts import Line, draw_line
from console.components import Action, Badge, Fact
from console.defects.drawing import draw_report, say_chance, say_figures, state_badge
from console.defects.page import CauseRow, PatternPage
from console.links import stock_url
from console.reader import Reader
from console.rights import Rights
from core.roles import Permission
from returns.defects.causes import Cause, TellingWord
from returns.defects.forecasting import Forecast
from returns.models import DefectPattern
from returns.queries.radar import (
    Concerned,
    find_causes_of,
    find_words_of,
    forecast_of,
    list_concerned,
    list_reports,
)
from returns.states import PatternState

MOST_REPORTS = 20
MOST_CAUSES = 8


def draw_pattern(pattern: DefectPattern, reader: Reader, rights: Rights) -> PatternPage:
    concerned = list_concerned(pattern, now=reader.now)
    coming = forecast_of(pattern, now=reader.now)
    reports = list_reports(user=reader.user, pattern=pattern.public_id)
    if pattern.state != PatternState.CONFIRMED:
        reports = list_reports(
            user=reader.user,
            text=pattern.one_lot or pattern.variant.sku,
        )
    return PatternPage(
        title=pattern.title,
        badge=state_badge(pattern),
        facts=_facts(pattern, reader),
        figures=_figures(pattern, reader),
        causes=[_cause(each) for each in find_causes_of(pattern, now=reader.now)[:MOST_CAUSES]],
        words=[_word(each) for each in find_words_of(pattern)],
        coming=_coming(coming),
        coming_note=_coming_note(coming),
        months=_months(coming),
        hazards=_hazards(coming),
        reports=[draw_report(report, reader) for report in reports[:MOST_REPORTS]],
        concerned=say_concerned(concerned),
        actions=_actions(pattern, concerned) if Permission.DECIDE_CASE in rights else [],
    )


def _facts(pattern: DefectPattern, reader: Reader) -> list[Fact]:
    facts = [Fact(term="SKU", value=pattern.variant.sku, url=stock_url(pattern.variant))]
    if pattern.lot:
        stopped = " · not sent as a replacement" if pattern.stops_lot else ""
        facts.append(Fact(term="Lot", value=f"{pattern.lots}{stopped}"))
    if pattern.serial_from or pattern.serial_to:
        span = f"{pattern.serial_from or '…'} to {pattern.serial_to or '…'}"
        facts.append(Fact(term="Serials", value=span))
    if pattern.defect_type:
        facts.append(Fact(term="Defect", value=pattern.defect_type.name))
    if pattern.symptom_words:
        facts.append(Fact(term="Words", value=pattern.symptom_words))
    if pattern.decided_by:
        facts.append(Fact(term="Decided by", value=str(pattern.decided_by)))
        facts.append(Fact(term="Because", value=pattern.decided_because))
    return facts


def _figures(pattern: DefectPattern, reader: Reader) -> list[Fact]:
    facts = [Fact(term="Found", value=reader.day(pattern.found_at))]
    if pattern.units_sold is None or pattern.expected is None or pattern.q_value is None:
        return [*facts, Fact(term="By", value=say_figures(pattern))]
    return [
        *facts,
        Fact(term="Units sold", value=str(pattern.units_sold)),
        Fact(term="Defects", value=str(pattern.defects)),
        Fact(term="Expected", value=f"{pattern.expected:.1f}, had it failed like its likes"),
        Fact(term="By chance", value=say_chance(pattern.p_value)),
        Fact(term="After all tests of the day", value=_say_q(pattern.q_value)),
    ]


def _say_q(q_value: float) -> str:
    return say_chance(q_value).replace("p", "q")


def _cause(cause: Cause) -> CauseRow:
    if cause.is_few:
        sure = Badge(word="Few cases", tone="warn")
    elif cause.is_sure:
        sure = Badge(word=_say_q(cause.q_value), tone="good")
    else:
        sure = Badge(word="May be chance", tone="plain")
    return CauseRow(
        factor=cause.factor,
        level=cause.level,
        units=f"{cause.defects} of {cause.units}",
        rate=_share(cause.rate),
        others=_share(cause.other_rate),
        times=_times(cause),
        explains=_share(cause.explains),
        sure=sure,
    )


def _times(cause: Cause) -> str:
    """How many times as often, between which bounds."""
    high = "∞" if math.isinf(cause.high) else f"{cause.high:.1f}"
    if not cause.other_rate:
        return f"{cause.low:.1f} or more"
    return f"{cause.rate / cause.other_rate:.1f} ({cause.low:.1f} to {high})"


def _word(word: TellingWord) -> Fact:
    value = f"{word.reports} of {word.of} reports, elsewhere {_share(word.elsewhere)}"
    return Fact(term=word.word, value=f"{value} · {say_chance(word.p_value)}")


def _coming(coming: Forecast) -> str:
    if not coming.in_hands:
        return ""
    return f"{coming.expected:.1f} defects still to come, between {coming.low} and {coming.high}"


def _coming_note(coming: Forecast) -> str:
    if not coming.in_hands:
        return ""
    note = (
        f"{_count(coming.in_hands, 'unit')} under warranty at home, "
        f"learnt from {_count(coming.seen, 'defect')}."
    )
    if coming.beyond < len(coming.months):
        age = _count(coming.beyond, "month")
        note += f" No unit is older than {age}: beyond that it is a guess."
    return note


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _months(coming: Forecast) -> Line | None:
    if not coming.in_hands:
        return None
    rows = [
        (f"in {ahead} mo" if ahead else "this month", count, f"{count:.1f}")
        for ahead, count in enumerate(coming.by_month[:12])
    ]
    return draw_line(rows, title="Expected in each month from now", unit="Month")


def _hazards(coming: Forecast) -> Line | None:
    rows = [
        (
            f"month {month.month + 1}",
            month.hazard,
            f"{month.failed} of {month.at_risk}, {_share(month.hazard)} "
            f"({_share(month.low)} to {_share(month.high)})",
        )
        for month in coming.months[: coming.beyond]
    ]
    return draw_line(rows, title="How many fail, by age", unit="Age") if len(rows) > 1 else None


def say_concerned(concerned: Sequence[Concerned]) -> str:
    """The dry run in words: whom a letter would reach, and whom it would not."""
    if not concerned:
        return "Nobody has such a unit at home."
    reached = sum(each.can_be_written_to for each in concerned)
    units = sum(each.units for each in concerned)
    lost = len(concerned) - reached
    without = f"; {lost} have no e-mail address" if lost else ""
    who = "1 customer has" if len(concerned) == 1 else f"{len(concerned)} customers have"
    return f"{who} {units} unit{'' if units == 1 else 's'} at home, {reached} can be told{without}."


def _actions(pattern: DefectPattern, concerned: Sequence[Concerned]) -> list[Action]:
    state, fields = pattern.state, {"op_id": str(uuid4())}
    actions = []
    if state in (PatternState.PROPOSED, PatternState.DISMISSED):
        actions.append(_to(pattern, "confirmation", "Confirm…", kind="primary", key="a"))
    if state == PatternState.PROPOSED:
        actions.append(_to(pattern, "dismissal", "Dismiss…", key="x"))
    if state != PatternState.CONFIRMED:
        return actions
    if pattern.one_lot and not pattern.stops_lot:
        actions.append(
            Action(
                label="Stop this lot as a replacement",
                url=reverse("console:defect_pattern_stop", args=[pattern.public_id]),
                fields=fields,
            )
        )
    tell = _to(pattern, "letters", "Write to them…")
    is_empty = not any(each.can_be_written_to for each in concerned)
    actions.append(tell if not is_empty else _blocked(tell, "There is nobody to write to."))
    actions.append(_to(pattern, "retirement", "Retire…", kind="danger"))
    return actions


def _to(
    pattern: DefectPattern, what: str, label: str, *, kind: str = "secondary", key: str = ""
) -> Action:
    url = reverse("console:defect_pattern_decision", args=[pattern.public_id, what])
    return Action(label=label, url=url, method="get", kind=kind, key=key)  # type: ignore[arg-type]


def _blocked(action: Action, because: str) -> Action:
    return Action(label=action.label, url=action.url, method="get", blocked_because=because)


def _share(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"
