"""GS1 element strings, as scanners read them off cartons: article, lot and serial number in one."""

from __future__ import annotations

import re
from dataclasses import dataclass

# After whatever has no fixed length comes a group separator, which some scanners print as ␝.
_ENDS = "\x1d␝"
_BRACKETED = re.compile(r"\((\d{2})\)([^(]+)")
_PLAIN = re.compile(rf"(01)(\d{{14}})|(1[1-7])(\d{{6}})|(10|21)([^{_ENDS}]{{1,20}})[{_ENDS}]?")
_PREFIX = re.compile(r"^\](C1|d2|e0|Q3)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """What a label says of one unit; `article` without the zeros that pad it to 14 digits."""

    article: str
    lot: str = ""
    serial: str = ""


def read_label(scan: str) -> Labelled | None:
    """The label in a scan, or None where it is none: “(01)…(10)…” or as the symbols hold it."""
    found = _read_brackets(scan) if scan.startswith("(") else _read_plain(_PREFIX.sub("", scan))
    if "01" not in found:
        return None
    return Labelled(
        article=found["01"].lstrip("0"), lot=found.get("10", ""), serial=found.get("21", "")
    )


def list_spellings(article: str) -> set[str]:
    """How an article's number may stand in a catalogue: in 12, 13 or 14 digits, or unpadded."""
    if not article.isdecimal():
        return {article}
    bare = article.lstrip("0")
    return {article, bare, *(bare.zfill(digits) for digits in (12, 13, 14))}


def _read_brackets(scan: str) -> dict[str, str]:
    return {code: value.strip(_ENDS + " ") for code, value in _BRACKETED.findall(scan)}


def _read_plain(scan: str) -> dict[str, str]:
    """Nothing where any of it is not understood: then it is no label but some other number."""
    found: dict[str, str] = {}
    at = 0
    while at < len(scan):
        match = _PLAIN.match(scan, at)
        if match is None:
            return {}
        code, value = (part for part in match.groups() if part is not None)
        found[code] = value
        at = match.end()
    return found
