"""What the templates of evidence are given."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.components import Action, Badge, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoTile:
    """One thumbnail. `alt` says what is wrong with what; `seen_url` leads to an older case."""

    page_url: str
    photo_url: str
    small_url: str
    alt: str
    when: str
    seen_number: str = ""
    seen_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """The photos of one return line and its defect. `progress` is “2 of 3 photos”."""

    title: str
    line_id: int
    photos: list[PhotoTile]
    progress: str
    is_enough: bool
    defect: list[Fact] = field(default_factory=list)
    warranty: Badge | None = None
    warranty_words: str = ""
    pattern: Fact | None = None
    defect_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePanel:
    """All of a case. Without `upload_url` nothing can be added any more."""

    lines: list[EvidenceLine]
    upload_url: str = ""
    op_id: str = ""
    ask: Action | None = None
    asked_words: str = ""
    warnings: list[Fact] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoPage:
    """One photo, as large as the screen."""

    photo: PhotoTile
    title: str
    case_number: str
    back_url: str
    facts: list[Fact]
    previous_url: str = ""
    next_url: str = ""
    remove: Action | None = None
