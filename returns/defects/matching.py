"""Whether a reported defect is one that is known: by SKU, lot or serials, type and words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_RUNS = re.compile(r"\d+|\D+")
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A defect as somebody tells of it. Blank is what they do not know."""

    sku: str
    defect_type: str = ""
    symptom: str = ""
    serial: str = ""
    lot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A pattern as it is matched; blank says nothing, so it excludes nothing.

    `serial_from` and `serial_to` are inclusive, as are `lot` and `lot_to` where there are several
    lots; `words` are any of which one must be said.
    """

    pk: int
    sku: str
    lot: str = ""
    lot_to: str = ""
    serial_from: str = ""
    serial_to: str = ""
    defect_type: str = ""
    words: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        """How much it says: the pattern that says most is the one that matches best."""
        return sum(map(bool, (self.lot, self.serial_from, self.defect_type, self.words)))


def find_match(reported: Reported, patterns: Iterable[Known]) -> Known | None:
    """The pattern that says most of those that fit; of two alike the older."""
    fitting = [pattern for pattern in patterns if fits(reported, pattern)]
    return max(fitting, key=lambda pattern: (pattern.weight, -pattern.pk), default=None)


def fits(reported: Reported, pattern: Known) -> bool:
    """Whether everything that the pattern says is so. What nobody told never fits."""
    return (
        reported.sku == pattern.sku
        and is_of_lots(reported.lot, pattern.lot, pattern.lot_to)
        and pattern.defect_type in ("", reported.defect_type)
        and _is_in_range(reported.serial, pattern.serial_from, pattern.serial_to)
        and _says_one_of(reported.symptom, pattern.words)
    )


def is_of_lots(lot: str, first: str, last: str = "") -> bool:
    """Whether a lot is the first one, or between the two where a last one is named."""
    if not last:
        return first.casefold() in ("", lot.casefold())
    return _is_in_range(lot, first, last)


def _is_in_range(serial: str, first: str, last: str) -> bool:
    if not first and not last:
        return True
    if not serial:
        return False
    key = serial_key(serial)
    # Without an end it goes on for as long as serials look like the first.
    return (not first or serial_key(first) <= key) and (not last or key <= serial_key(last))


def serial_key(serial: str) -> tuple[tuple[int, int | str], ...]:
    """Sorts serials as people count them: S-99 before S-100. Case says nothing."""
    runs = _RUNS.findall(serial.upper())
    return tuple((0, int(run)) if run.isdecimal() else (1, run) for run in runs)


def _says_one_of(symptom: str, words: Iterable[str]) -> bool:
    wanted = [word.casefold() for word in words]
    if not wanted:
        return True
    said = _WORDS.findall(symptom.casefold())
    # The beginning of a word is enough: "leak" is said by "leaks" and "leaking".
    return any(spoken.startswith(word) for spoken in said for word in wanted)


def read_words(text: str) -> tuple[str, ...]:
    """Words as an admin lists them, by commas or lines, each once and in their order."""
    parts = (part.strip().casefold() for part in re.split(r"[,;\n]", text))
    return tuple(dict.fromkeys(part for part in parts if part))
