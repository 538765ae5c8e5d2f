"""What is wrong with a line of a new case: photos, the warranty's verdict, known defects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from console.components import Check
from console.evidence.drawing import draw_tile, say_progress
from console.new_case.asked import AskedLine
from console.new_case.page import NewEvidence
from console.reader import Reader
from core.actors import Actor
from orders.models import Order
from policies.rules import Evidence as EvidenceRule
from policies.rules import Judgement
from returns.queries.defects import Diagnosis
from returns.queries.evidence import list_seen_before
from returns.states import Reason, WarrantyVerdict
from returns.taking import Taken, read_op_id, take_photos

OUTCOME_OF_WARRANTY: dict[WarrantyVerdict, Literal["pass", "review", "fail"]] = {
    WarrantyVerdict.FULL_REFUND: "pass",
    WarrantyVerdict.PARTIAL_CREDIT: "review",
    WarrantyVerdict.REPAIR: "review",
    WarrantyVerdict.NONE: "fail",
}


def list_defect_checks(diagnosis: Diagnosis | None) -> list[Check]:
    """Warranty, serial number and known pattern, as they stand while the agent types."""
    if diagnosis is None:
        return []
    warranty = diagnosis.warranty
    checks = [
        Check(
            sentence=warranty.sentence,
            outcome=OUTCOME_OF_WARRANTY[warranty.verdict],
            source="warranty",
        )
    ]
    if diagnosis.serial_matches is not None:
        words = "was sold on this order" if diagnosis.serial_matches else "was sold to nobody here"
        checks.append(
            Check(
                sentence=f"Serial {diagnosis.serial} {words}.",
                outcome="pass" if diagnosis.serial_matches else "fail",
                source=f"lot {diagnosis.lot}" if diagnosis.lot else "serial",
            )
        )
    if diagnosis.pattern:
        cases = diagnosis.pattern_cases
        checks.append(
            Check(
                sentence=f"Known defect: {diagnosis.pattern.title}.",
                source=f"{cases} case{'' if cases == 1 else 's'}",
            )
        )
    return checks


def list_photo_checks(line: AskedLine) -> list[Check]:
    """A warning for each older case on which one of the photos was used."""
    seen = list_seen_before(line.photos)
    cases = dict.fromkeys(each.other_case.number for each in seen)
    return [
        Check(sentence=f"A photo was used on {number} before.", outcome="review", source="photo")
        for number in cases
    ]


def count_wanted(judgement: Judgement) -> int:
    """How many photos the rules want of a line, as they judge what is typed so far."""
    asked = next((each for each in judgement.findings if each.kind == EvidenceRule.kind), None)
    return int(asked.values.get("wanted") or 0) if asked else 0


def draw_photos(line: AskedLine, judgement: Judgement | None, reader: Reader) -> NewEvidence:
    """Without a judgement, as long as too little is said for one, nothing is wanted yet."""
    sold, count = line.order_line, len(line.photos)
    before = list_seen_before(line.photos)
    wanted = count_wanted(judgement) if judgement else 0
    reason = str(Reason(line.values["reason"]).label)
    return NewEvidence(
        field_name=f"photos-{sold.pk}",
        kept_name=f"photo-{sold.pk}",
        title=sold.title,
        progress=say_progress(count, wanted),
        is_enough=count >= wanted,
        photos=[
            (
                photo.public_id,
                draw_tile(
                    photo,
                    reader,
                    alt=f"{reason} of {sold.title}, photo {at} of {count}",
                    before=before,
                ),
            )
            for at, photo in enumerate(line.photos, start=1)
        ],
    )


def take_sent(
    order: Order, files: MultiValueDict[str, UploadedFile], data: object, reader: Reader
) -> dict[int, Taken]:
    """Keep the photos that came with the form, by order line id, for whoever sent them."""
    taken = {}
    for line in order.lines.all():
        uploads: Sequence[UploadedFile] = [
            each for each in files.getlist(f"photos-{line.pk}") if each
        ]
        if uploads:
            taken[line.pk] = take_photos(
                uploads,
                order_line_id=line.pk,
                return_line_id=None,
                actor=Actor.user(reader.user),
                op_id=read_op_id(data),
                now=reader.now,
            )
    return taken
