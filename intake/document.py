"""Typed reads from a parsed JSON object, remembering what could not be read.

A document is written by strangers: any value may have any type. A `Node` never raises for one; it
returns None and leaves a finding that quotes what stood there. Where the reader names the target
`field` the value is for, the finding holds the document; elsewhere it is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from intake.reading import Finding, Severity

AMOUNT = re.compile(r"-?\d{1,13}(\.\d{1,12})?")
OFFSET_APART = re.compile(r" ([+-]\d\d:?\d\d)$")  # “12:04:18 +0100”, as exports have it
QUOTED = 40  # characters of an unreadable value that a finding repeats
LONGEST_TEXT = 500


class Node:
    """One JSON object, its place in the document, and the findings of the whole document.

    ``target`` is what the object becomes, for the fields of its findings: “lines[0]”.
    """

    __slots__ = ("at", "findings", "target", "value")

    def __init__(
        self, value: Mapping[str, Any], findings: list[Finding], at: str = "", target: str = ""
    ) -> None:
        self.value = value
        self.findings = findings
        self.at = at
        self.target = target

    def __contains__(self, key: str) -> bool:
        return key in self.value

    def __bool__(self) -> bool:
        return bool(self.value)

    def text(self, key: str, field: str = "") -> str | None:
        """A string, or a number as text; the empty string and null alike are None."""
        stated = self.value.get(key)
        if type(stated) is str and len(stated) <= LONGEST_TEXT:
            return stated or None
        if stated is None:
            return None
        if isinstance(stated, bool) or not isinstance(stated, str | int | Decimal):
            return self._unreadable(key, field, "a text", "")
        if len(str(stated)) > LONGEST_TEXT:
            return self._unreadable(key, field, f"a text of at most {LONGEST_TEXT} characters", "")
        return str(stated)

    def money(self, key: str, field: str = "") -> Decimal | None:
        """An amount, written as a string or as a JSON number."""
        stated = self.value.get(key)
        if stated is None or stated == "":
            return None
        if type(stated) is str and AMOUNT.fullmatch(stated):
            return Decimal(stated) + 0
        if isinstance(stated, bool) or not isinstance(stated, str | int | Decimal):
            return self._unreadable(key, field, "an amount")
        text = f"{stated:f}" if isinstance(stated, Decimal) else str(stated).strip()
        if not AMOUNT.fullmatch(text):
            return self._unreadable(key, field, "an amount")
        return Decimal(text) + 0  # a document's “-0.00” is nought like any other

    def moment(self, key: str, field: str = "", *, naive_is_utc: bool = False) -> datetime | None:
        """An ISO 8601 date and time in UTC. One without an offset is refused unless known UTC."""
        stated = self.value.get(key)
        if stated is None or stated == "":
            return None
        try:
            apart = OFFSET_APART.sub(r"\1", stated) if " " in stated else stated
            moment = datetime.fromisoformat(apart)
            if moment.tzinfo is None:
                if not naive_is_utc:
                    return self._unreadable(key, field, "a time with its zone")
                return moment.replace(tzinfo=UTC)
            return moment.astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            return self._unreadable(key, field, "a date and time")

    def unix(self, key: str, field: str = "") -> datetime | None:
        """Seconds since 1970 as a number; a copy that somebody re-serialised has ISO 8601."""
        stated = self.value.get(key)
        if isinstance(stated, bool) or not isinstance(stated, int | Decimal):
            return self.moment(key, field)
        try:
            return datetime.fromtimestamp(int(stated), UTC)
        except (ValueError, OverflowError, OSError):
            return self._unreadable(key, field, "a date and time")

    def mail_date(self, key: str, field: str = "") -> datetime | None:
        """A date as mails have it (RFC 2822), or ISO 8601."""
        stated = self.text(key)
        if stated is None:
            return None
        try:
            return parsedate_to_datetime(stated).astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            return self.moment(key, field)

    def local_time(self, key: str) -> datetime | None:
        """A date and time without its zone; None for one that has it or cannot be read."""
        try:
            moment = datetime.fromisoformat(str(self.value.get(key)))
        except ValueError:
            return None
        return moment if moment.tzinfo is None else None

    def flag(self, key: str) -> bool | None:
        stated = self.value.get(key)
        return stated if isinstance(stated, bool) else None

    def says_yes(self, key: str) -> bool:
        """A flag in any of the ways channels write it: true, "true", 1, "1"."""
        return str(self.value.get(key)).lower() in {"true", "1", "yes"}

    def sku(self, *keys: str) -> str | int | None:
        """The first of `keys` that holds one; some channels send numbers, which stay numbers."""
        for key in keys:
            stated = self.value.get(key)
            if isinstance(stated, int) and not isinstance(stated, bool):
                return stated
            if self.text(key) is not None:
                return self.text(key)
        return None

    def whole(self, key: str) -> int:
        """A count; anything but a whole number that is not negative counts as none."""
        amount = self.money(key)
        if amount is None or amount < 0 or amount != amount.to_integral_value():
            return 0
        return int(amount)

    def child(self, key: str) -> Node:
        """The object under `key`; an empty one where there is none."""
        stated = self.value.get(key)
        inner = stated if isinstance(stated, dict) else {}
        return Node(inner, self.findings, self._at(key), self.target)

    def sum(self, key: str, of: str) -> Decimal:
        """The sum of `of` over the objects listed under `key`; what is not there counts nought."""
        found = (item.money(of) or Decimal(0) for item in self.children(key) or [])
        return sum(found, Decimal(0))

    def children(self, key: str, target: str = "") -> list[Node] | None:
        """The objects of the list under `key`; None where the document has no such list."""
        stated = self.value.get(key)
        if stated is None:
            return None
        if not isinstance(stated, list):
            return self._unreadable(key, target, "a list", "")
        if not stated:
            return []
        at = self._at(key)
        return [
            Node(
                item,
                self.findings,
                f"{at}[{position}]",
                f"{target}[{position}]" if target else "",
            )
            for position, item in enumerate(stated)
            if isinstance(item, dict)
        ]

    def find(self, field: str, code: str, message: str, severity: Severity = Severity.HOLD) -> None:
        finding = Finding(field, code, message, severity)
        if finding not in self.findings:
            self.findings.append(finding)

    def _unreadable(self, key: str, field: str, wanted: str, shown: str | None = None) -> Any:
        """Amounts and times are quoted; anything else may be somebody's name and is not."""
        if shown is None:
            stated = str(self.value.get(key))
            shown = f": {stated[:QUOTED]}" + "…" * (len(stated) > QUOTED)
        self.find(
            field or self._at(key),
            "unreadable",
            f"{self._at(key)} is not {wanted}{shown}",
            Severity.HOLD if field else Severity.WARNING,
        )
        return None

    def _at(self, key: str) -> str:
        return f"{self.at}.{key}" if self.at else key
