"""Evidence and defects of a case in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.urls import reverse

from console.components import Action, Badge, Fact, Tone
from console.evidence.page import EvidenceLine, EvidencePanel, PhotoPage, PhotoTile
from console.links import case_url
from console.reader import Reader
from console.refusals import stamp
from console.rights import Rights
from core.roles import Permission
from policies.models import Decision
from returns.models import DefectReport, Evidence, EvidenceRequest, Return, ReturnLine
from returns.queries.defects import count_cases
from returns.queries.evidence import SeenBefore, list_evidence, list_seen_before, read_wanted
from returns.states import OVER, Reason, WarrantyVerdict

TONE_OF_WARRANTY: dict[str, Tone] = {
    WarrantyVerdict.FULL_REFUND: "good",
    WarrantyVerdict.PARTIAL_CREDIT: "warn",
    WarrantyVerdict.REPAIR: "info",
    WarrantyVerdict.NONE: "bad",
}


def draw_evidence(
    case: Return,
    lines: Sequence[ReturnLine],
    decisions: dict[int, Decision],
    reader: Reader,
    rights: Rights,
    *,
    version: int,
    seen: int,
) -> EvidencePanel:
    """The panel of the case page: every line with its photos and its defect."""
    photos = list_evidence(lines)
    reports = {line.pk: report_of(line) for line in lines}
    before = list_seen_before([photo for each in photos.values() for photo in each])
    cases = count_cases(
        [report.pattern_id for report in reports.values() if report and report.pattern_id]
    )
    may_add = Permission.OPEN_CASE in rights and case.state not in OVER
    asked = EvidenceRequest.objects.filter(return_case=case, ended_at__isnull=True).first()
    return EvidencePanel(
        lines=[
            _line(
                line,
                photos.get(line.pk, []),
                reports.get(line.pk),
                before,
                cases,
                wanted=read_wanted(decisions.get(line.pk)),
                reader=reader,
                may_add=may_add,
            )
            for line in lines
        ],
        upload_url=reverse("console:case_evidence", args=[case.number]) if may_add else "",
        op_id=str(uuid4()),
        ask=_ask(case, asked, version=version, seen=seen) if may_add else None,
        asked_words=_asked_words(asked, reader) if asked else "",
        warnings=[
            Fact(
                term="This photo was used before",
                value=each.other_case.number,
                url=case_url(each.other_case),
            )
            for each in _one_per_case(before)
        ],
    )


def report_of(line: ReturnLine) -> DefectReport | None:
    """The line's report, read with it; most lines have none."""
    return getattr(line, "defect_report", None)


def draw_tile(
    evidence: Evidence, reader: Reader, *, alt: str, before: Sequence[SeenBefore] = ()
) -> PhotoTile:
    seen = next((each for each in before if each.evidence_id == evidence.pk), None)
    taken = f"taken {reader.moment(evidence.taken_at)}, " if evidence.taken_at else ""
    return PhotoTile(
        page_url=reverse("console:photo", args=[evidence.public_id]),
        photo_url=reverse("console:photo_file", args=[evidence.public_id]),
        small_url=reverse("console:photo_small", args=[evidence.public_id]),
        alt=alt,
        when=f"{taken}added {reader.moment(evidence.added_at)}",
        seen_number=seen.other_case.number if seen else "",
        seen_url=case_url(seen.other_case) if seen else "",
    )


def alt_of(line: ReturnLine | None, report: DefectReport | None, number: int, of: int) -> str:
    """What a picture shows, for whoever cannot see it: “Leak of Brew 400, photo 1 of 3”."""
    kind = report.defect_type.name if report and report.defect_type else ""
    what = kind or (str(Reason(line.reason).label) if line else "Photo")
    goods = f" of {line.order_line.title}" if line else ""
    return f"{what}{goods}, photo {number} of {of}"


def draw_photo(
    evidence: Evidence, siblings: Sequence[Evidence], reader: Reader, rights: Rights
) -> PhotoPage:
    """One photo with those before and after it."""
    line = evidence.return_line
    report = DefectReport.objects.filter(return_line=line).first() if line else None
    at = next(at for at, each in enumerate(siblings) if each.pk == evidence.pk)
    before = list_seen_before([evidence])
    tile = draw_tile(
        evidence, reader, alt=alt_of(line, report, at + 1, len(siblings)), before=before
    )
    facts = [Fact(term="Added", value=reader.moment(evidence.added_at))]
    if evidence.taken_at:
        facts.insert(0, Fact(term="Taken", value=reader.moment(evidence.taken_at)))
    facts.append(Fact(term="Size", value=f"{evidence.width} × {evidence.height}"))
    facts += [
        Fact(term="Used before", value=each.other_case.number, url=case_url(each.other_case))
        for each in _one_per_case(before)
    ]
    case = line.return_case if line else None
    may_remove = Permission.OPEN_CASE in rights and (case is None or case.state not in OVER)
    return PhotoPage(
        photo=tile,
        title=tile.alt,
        case_number=case.number if case else "",
        back_url=f"{case_url(case)}#evidence" if case else "",
        facts=facts,
        previous_url=_page_of(siblings, at - 1),
        next_url=_page_of(siblings, at + 1),
        remove=Action(
            label="Remove photo",
            url=reverse("console:photo_removal", args=[evidence.public_id]),
            kind="danger",
            fields={"op_id": str(uuid4())},
        )
        if may_remove
        else None,
    )


def _page_of(siblings: Sequence[Evidence], at: int) -> str:
    if not 0 <= at < len(siblings):
        return ""
    return reverse("console:photo", args=[siblings[at].public_id])


def _line(
    line: ReturnLine,
    photos: Sequence[Evidence],
    report: DefectReport | None,
    before: Sequence[SeenBefore],
    cases: dict[int, int],
    *,
    wanted: int,
    reader: Reader,
    may_add: bool,
) -> EvidenceLine:
    shown: dict[str, Any] = _defect(report, cases) if report else {}
    tells = report is not None or line.reason in (Reason.DEFECTIVE, Reason.DAMAGED)
    return EvidenceLine(
        title=line.order_line.title,
        line_id=line.pk,
        photos=[
            draw_tile(photo, reader, alt=alt_of(line, report, at, len(photos)), before=before)
            for at, photo in enumerate(photos, start=1)
        ],
        progress=say_progress(len(photos), wanted),
        is_enough=len(photos) >= wanted,
        defect_url=reverse("console:case_defect", args=[line.return_case.number, line.position])
        if may_add and tells
        else "",
        **shown,
    )


def say_progress(photos: int, wanted: int) -> str:
    """How many photos there are, of how many the rules want where they want any."""
    if wanted:
        return f"{photos} of {wanted} photo{'' if wanted == 1 else 's'}"
    return f"{photos} photo{'' if photos == 1 else 's'}" if photos else "No photos"


def _defect(report: DefectReport, cases: dict[int, int]) -> dict[str, Any]:
    facts = []
    if report.defect_type:
        facts.append(Fact(term="Defect", value=report.defect_type.name))
    if report.symptom:
        facts.append(Fact(term="In their words", value=report.symptom))
    if report.serial:
        match = {True: "sold here", False: "not sold on this order", None: "not checked"}
        value = f"{report.serial} · {match[report.serial_matches]}"
        facts.append(Fact(term="Serial", value=value, is_code=True))
    if report.lot:
        facts.append(Fact(term="Lot", value=report.lot, is_code=True))
    pattern = report.pattern
    return {
        "defect": facts,
        "warranty": Badge(
            word=str(WarrantyVerdict(report.warranty).label),
            tone=TONE_OF_WARRANTY[report.warranty],
        ),
        "warranty_words": report.warranty_sentence,
        "pattern": Fact(
            term=pattern.title,
            value=_count_cases(cases.get(pattern.pk, 0)),
            url=reverse("console:defect_pattern", args=[pattern.public_id]),
        )
        if pattern
        else None,
    }


def _count_cases(cases: int) -> str:
    return "1 case" if cases == 1 else f"{cases} cases"


def _ask(case: Return, asked: EvidenceRequest | None, *, version: int, seen: int) -> Action:
    return Action(
        label="Ask the customer again" if asked else "Ask the customer for photos",
        url=reverse("console:case_evidence_request", args=[case.number]),
        kind="secondary",
        fields=stamp(version=version, seen=seen),
    )


def _asked_words(asked: EvidenceRequest, reader: Reader) -> str:
    return (
        f"The customer was asked {reader.moment(asked.asked_at)}; "
        f"the link works until {reader.day(asked.expires_at)}."
    )


def _one_per_case(before: Sequence[SeenBefore]) -> list[SeenBefore]:
    return list({each.other_case.pk: each for each in before}.values())
