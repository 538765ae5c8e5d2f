"""Files that somebody sent, taken as photos one by one; a bad one does not spoil the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.core.files.uploadedfile import UploadedFile

from core.actors import Actor
from core.errors import DomainError
from returns.models import Evidence
from returns.photos import forget, keep_photo, read_upload
from returns.services import add_evidence

MOST_AT_ONCE = 10
LONGEST_NAME = 40


@dataclass(slots=True)
class Taken:
    """What was kept, and what was not and why: “IMG_1.heic: This is no JPEG, PNG or WebP photo.”"""

    kept: list[Evidence] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def take_photos(
    uploads: Sequence[UploadedFile],
    *,
    order_line_id: int,
    return_line_id: int | None,
    actor: Actor,
    op_id: UUID,
    now: Any,
) -> Taken:
    """Each upload is an operation of its own, named by the form and the file's content."""
    taken = Taken()
    for upload in uploads[:MOST_AT_ONCE]:
        try:
            photo = keep_photo(read_upload(upload))
        except DomainError as error:
            taken.refused.append(f"{name_of(upload)}: {error.message}")
            continue
        try:
            evidence = add_evidence(
                order_line_id=order_line_id,
                return_line_id=return_line_id,
                photo=photo,
                actor=actor,
                op_id=uuid5(op_id, f"{return_line_id or order_line_id}:{photo.sha256}"),
                now=now,
            )
        except DomainError as error:
            forget(photo.name)
            taken.refused.append(f"{name_of(upload)}: {error.message}")
            continue
        if evidence.name != photo.name:  # it was there already
            forget(photo.name)
        taken.kept.append(evidence)
    if len(uploads) > MOST_AT_ONCE:
        taken.refused.append(f"At most {MOST_AT_ONCE} photos are taken at once.")
    return taken


def name_of(upload: UploadedFile) -> str:
    """The file's name as it may be shown: short, printable, nothing that turns the line round."""
    plain = "".join(each for each in (upload.name or "") if each.isprintable())
    return (plain[: LONGEST_NAME - 1] + "…" if len(plain) > LONGEST_NAME else plain) or "A photo"


def read_op_id(data: Any) -> UUID:
    """The id the form was drawn with, so that sending it twice adds once."""
    try:
        return UUID(data.get("op_id", ""))
    except ValueError:
        return uuid4()
