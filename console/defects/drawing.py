"""Defects in the reader's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from console.charts import Bar, draw_line
from console.components import Badge, Pager, Tone
from console.defects.page import DefectsPage, PatternRow, ReportRow, ScoreRow
from console.evidence.drawing import TONE_OF_WARRANTY
from console.links import case_url
from console.reader import Reader
from console.rights import Rights
from core.roles import Permission
from returns.defects.accuracy import Judged, Score, score, score_by_month, score_by_type
from returns.models import DefectPattern, DefectReport
from returns.queries.radar import Cluster, list_clusters, list_judged, list_patterns
from returns.states import PatternState, WarrantyVerdict

LOOKS_BACK = dt.timedelta(days=90)
MEASURED_OVER = dt.timedelta(days=365)
GOAL = 0.985
TONE_OF_STATE: dict[str, Tone] = {
    PatternState.PROPOSED: "warn",
    PatternState.CONFIRMED: "bad",
    PatternState.DISMISSED: "plain",
    PatternState.RETIRED: "plain",
}


def draw_defects(
    reports: Sequence[DefectReport], *, form: Any, pager: Pager, reader: Reader, rights: Rights
) -> DefectsPage:
    proposed = list_patterns(user=reader.user, states=[PatternState.PROPOSED])
    confirmed = list_patterns(user=reader.user, states=[PatternState.CONFIRMED])
    judged = list_judged(user=reader.user, since=reader.now - MEASURED_OVER)
    whole = score(judged)
    return DefectsPage(
        form=form,
        unusual=draw_unusual([*proposed, *confirmed]),
        proposed=[draw_pattern_row(pattern) for pattern in proposed],
        confirmed=[draw_pattern_row(pattern) for pattern in confirmed],
        clusters=_clusters(list_clusters(user=reader.user, since=reader.now - LOOKS_BACK)),
        reports=[draw_report(report, reader) for report in reports],
        pager=pager,
        is_filtered=any(form.data.get(name) for name in form.fields),
        accuracy=_share(whole.accuracy) if whole.cases else "",
        accuracy_note=_accuracy_note(whole),
        scores=[_score(each) for each in score_by_type(judged)],
        over_time=_over_time(judged),
        new_pattern_url=reverse("console:new_defect_pattern")
        if Permission.DECIDE_CASE in rights
        else "",
    )


def draw_unusual(patterns: Iterable[DefectPattern]) -> list[Bar]:
    """What stands out, the most defects first, each against the largest."""
    counted = [pattern for pattern in patterns if pattern.defects]
    most = max((pattern.defects or 0 for pattern in counted), default=0)
    return [
        Bar(
            label=pattern.title,
            value=f"{pattern.defects} · {say_chance(pattern.p_value)}",
            share=(pattern.defects or 0) / most,
            tone="bad" if pattern.state == PatternState.CONFIRMED else "warn",
            url=pattern_url(pattern),
        )
        for pattern in sorted(counted, key=lambda each: -(each.defects or 0))[:8]
    ]


def draw_pattern_row(pattern: DefectPattern) -> PatternRow:
    cases = getattr(pattern, "cases", 0)
    return PatternRow(
        title=pattern.title,
        url=pattern_url(pattern),
        badge=state_badge(pattern),
        figures=say_figures(pattern),
        cases=f"{cases} case{'' if cases == 1 else 's'}",
        stops_lot=pattern.stops_lot,
    )


def state_badge(pattern: DefectPattern) -> Badge:
    label = str(PatternState(pattern.state).label)
    return Badge(word=label, tone=TONE_OF_STATE[pattern.state])


def pattern_url(pattern: DefectPattern) -> str:
    return reverse("console:defect_pattern", args=[pattern.public_id])


def say_figures(pattern: DefectPattern) -> str:
    if pattern.units_sold is None or pattern.expected is None:
        return "Written down by a person."
    return (
        f"{pattern.defects} defects in {pattern.units_sold} units, "
        f"{pattern.expected:.1f} expected · {say_chance(pattern.p_value)}"
    )


def say_chance(p_value: float | None) -> str:
    if p_value is None:
        return ""
    return "p < 0.001" if p_value < 0.001 else f"p {p_value:.3f}"


def draw_report(report: DefectReport, reader: Reader) -> ReportRow:
    line = report.return_line
    return ReportRow(
        case=line.return_case.number,
        case_url=f"{case_url(line.return_case)}#evidence",
        when=reader.short(report.reported_at),
        goods=line.order_line.title,
        sku=line.order_line.sku,
        defect=report.defect_type.name if report.defect_type else "Not said",
        serial=report.serial,
        lot=report.lot,
        warranty=Badge(
            word=str(WarrantyVerdict(report.warranty).label),
            tone=TONE_OF_WARRANTY[report.warranty],
        ),
        pattern=report.pattern.title if report.pattern else "",
        pattern_url=pattern_url(report.pattern) if report.pattern else "",
    )


def _clusters(clusters: Sequence[Cluster]) -> list[Bar]:
    most = max((cluster.reports for cluster in clusters), default=0)
    return [
        Bar(
            label=f"{cluster.title}{f', lot {cluster.lot}' if cluster.lot else ''}",
            value=str(cluster.reports),
            share=cluster.reports / most,
            url=f"{reverse('console:defects')}?q={cluster.lot or cluster.sku}#log",
        )
        for cluster in clusters
    ]


def _accuracy_note(whole: Score) -> str:
    if not whole.cases:
        return "Inspection has not answered a report yet."
    low, high = whole.interval
    return (
        f"{whole.hits + whole.right_refusals} of {whole.cases} against inspection · "
        f"between {_share(low)} and {_share(high)} · goal {_share(GOAL)}"
    )


def _score(each: Score) -> ScoreRow:
    return ScoreRow(
        label=each.label,
        cases=each.cases,
        accuracy=_share(each.accuracy),
        precision=_share(each.precision),
        recall=_share(each.recall),
    )


def _over_time(judged: Sequence[Judged]) -> Any:
    months = score_by_month(judged)
    if len(months) < 2:
        return None
    rows = [(each.label, each.accuracy or 0.0, _share(each.accuracy)) for each in months]
    return draw_line(
        rows, title="Identified right, by month", unit="Month", low=0.5, high=1.0, goal=GOAL
    )


def _share(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
