"""Papers as PDF: labels, slips, memos. Typst sets them; names come out right in most scripts.

Templates lie in ``templates/papers``. What a template is given travels as JSON and is never
read as markup, so a customer called ``#import`` prints as that. Fonts come with the desk: the
same paper on every machine.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import barcode
import segno
import typst
from barcode.writer import SVGWriter
from django.conf import settings

from core.formats import language_of

FONT_PACKAGES = ("fontpkg_noto_sans", "noto_cjk_sans_otc")
PDF = "application/pdf"
Form = Literal["pdf", "png"]


@dataclass(frozen=True, slots=True)
class Paper:
    """A rendered document and the name it is saved under."""

    content: bytes
    filename: str
    content_type: str = PDF


def render(template: str, data: Mapping[str, Any], *, language: str = "en") -> bytes:
    """The PDF of ``templates/papers/<template>.typ`` with `data`: plain JSON values.

    `language` (``de``, ``ja``…) chooses the shapes of Han characters and how words are broken.
    """
    return _compile(template, data, language, form="pdf")


def draw(template: str, data: Mapping[str, Any], *, language: str = "en") -> bytes:
    """The first page as PNG, as a printer would put it on paper at 150 dots per inch."""
    return _compile(template, data, language, form="png")


def _compile(template: str, data: Mapping[str, Any], language: str, *, form: Form) -> bytes:
    told = {"data": json.dumps(data), "language": language_of(language)}
    made = typst.compile(
        str(_folder() / f"{template}.typ"),
        root=str(_folder()),
        font_paths=_list_fonts(),
        ignore_system_fonts=True,
        format=form,
        ppi=150.0 if form == "png" else None,
        sys_inputs=told,
    )
    return bytes(made[0] if isinstance(made, list) else made)


def qr_code(text: str) -> str:
    """An SVG of a QR code; a quarter of it may be scratched. Never a Micro QR: few read those."""
    kept = io.BytesIO()
    segno.make_qr(text, error="q").save(kept, kind="svg", border=4, xmldecl=False)
    return kept.getvalue().decode()


def code_128(text: str) -> str:
    """An SVG of a Code 128 without the words below; the template sets those in a real font."""
    kept = io.BytesIO()
    drawn = barcode.get("code128", text, writer=SVGWriter())
    drawn.write(kept, options={"write_text": False, "module_height": 12, "quiet_zone": 4})
    return kept.getvalue().decode()


def _folder() -> Path:
    return Path(settings.BASE_DIR) / "templates" / "papers"


@cache
def _list_fonts() -> list[str]:
    """Found without importing the packages: their code is not needed."""
    folders = []
    for package in FONT_PACKAGES:
        found = find_spec(package)
        if found is None or not found.submodule_search_locations:
            raise RuntimeError(f"{package} is not installed: papers have no font.")
        folders.append(found.submodule_search_locations[0])
    return folders
