"""How long a text message is, as carriers count and charge it.

Source: 3GPP TS 23.038 (the GSM 7-bit alphabet) and 23.040 (concatenation). One text holds 160
septets or 70 UTF-16 units; of a longer one each part holds 153 or 67, and nothing that takes two
units (an escaped character, a surrogate pair) is cut in two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from notifications.rules.letters import BadLetter, Letter

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = frozenset("^{}\\[~]|€\f")
LONGEST = 1600  # characters; what Twilio takes at most
MOST_SEGMENTS = 6  # of a wording filled with usual values; beyond it it is a letter


class TooLong(BadLetter):
    """A text message that would cost like a letter, or that no carrier takes."""

    code = "sms_too_long"


@dataclass(frozen=True, slots=True)
class Length:
    """`alphabet` is GSM-7 or UCS-2, `units` what of it is used, `segments` what is paid for."""

    alphabet: str
    units: int
    segments: int

    @property
    def in_words(self) -> str:
        parts = "1 segment" if self.segments == 1 else f"{self.segments} segments"
        return f"{self.units} units of {self.alphabet}, {parts}"


def measure(text: str) -> Length:
    """How `text` is sent. One character outside of GSM-7 makes all of it UCS-2."""
    if all(character in _BASIC or character in _ESCAPED for character in text):
        sizes = [2 if character in _ESCAPED else 1 for character in text]
        return Length("GSM-7", sum(sizes), _count_segments(sizes, alone=160, joined=153))
    sizes = [2 if ord(character) > 0xFFFF else 1 for character in text]
    return Length("UCS-2", sum(sizes), _count_segments(sizes, alone=70, joined=67))


def _count_segments(sizes: Iterable[int], *, alone: int, joined: int) -> int:
    sizes = list(sizes)
    if sum(sizes) <= alone:
        return 1 if sizes else 0
    segments, used = 1, 0
    for size in sizes:
        if used + size > joined:
            segments, used = segments + 1, 0
        used += size
    return segments


def read_text(body: str) -> Letter:
    """The wording of a text message: no subject, and the same placeholders. Raises `BadLetter`."""
    return Letter.of(subject="", body=body)


STOP = frozenset(
    {
        *("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"),
        *("stopp", "abmelden", "arret", "arrêt", "arreter", "arrêter", "alto", "baja", "parar"),
        *("停止", "配信停止", "ストップ"),
    }
)
START = frozenset({"start", "unstop", "yes", "anmelden", "reprendre", "alta", "再開"})


def is_stop(words: str) -> bool:
    """Whether an answer asks for no more texts: one word alone, as carriers understand it."""
    return _bare(words) in STOP


def is_start(words: str) -> bool:
    """Whether an answer takes a STOP back."""
    return _bare(words) in START


def _bare(words: str) -> str:
    return words.strip().strip(".!。！ ").casefold()
