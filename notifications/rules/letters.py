"""How a letter is filled in: flat names for flat text, and nothing that could be executed.

Letters are edited by people and filled with what customers typed, so this is on purpose not a
template engine: no attributes, no filters, no logic. Source of the rule: reliability F61.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import BadInput

_PLACEHOLDER = re.compile(r"\{\{ ([a-z][a-z0-9_]*) \}\}")
_SUBJECT = "Subject: "
_FACT = re.compile(r"(?P<label>[^:：{}]{1,80})(?::\s|：)\s*\{\{ (?P<name>[a-z][a-z0-9_]*) \}\}")
_LINK = re.compile(r"https?://[^\s<>\"]+")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


# {"kind": "text" | "facts" | "link", "items": [[label, value], …]}, as JSON keeps it.
Part = dict[str, Any]


class BadLetter(BadInput):
    """A letter that is not written as letters must be; found before anybody is written to."""

    code = "bad_letter"


class UnknownPlaceholder(BadLetter):
    """The letter asks for something its sender does not say."""

    code = "unknown_placeholder"


class UnsafeSubject(BadLetter):
    """A line break in a subject would let its author add headers to the mail."""

    code = "unsafe_subject"


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject line and a body of plain text."""

    subject: str
    body: str

    @classmethod
    def of(cls, *, subject: str, body: str) -> Letter:
        """A wording as it was typed. Raises `BadLetter` for what is no plain placeholder."""
        if _UNPRINTABLE.search(subject):
            raise UnsafeSubject("A subject is one line of text.", field="subject")
        for name, text in (("subject", subject), ("body", body)):
            rest = _PLACEHOLDER.sub("", text)
            if "{{" in rest or "}}" in rest:
                raise BadLetter(
                    "A placeholder is written {{ name }}, in small letters.", field=name
                )
        return cls(subject=subject.strip(), body=body.strip() + "\n")

    def require_names(self, names: Collection[str]) -> None:
        """Raises `UnknownPlaceholder` where it asks for more than its kind can say."""
        unknown = sorted(self.placeholders - set(names))
        if unknown:
            asked = ", ".join(f"{{{{ {name} }}}}" for name in unknown)
            known = ", ".join(sorted(names))
            raise UnknownPlaceholder(f"Nobody fills in {asked}. It may use: {known}.", field="body")

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(_PLACEHOLDER.findall(self.subject + self.body))


def read_letter(text: str) -> Letter:
    """A letter from its file: ``Subject: …``, a blank line, the body. Raises `BadLetter`."""
    head, _, body = text.partition("\n\n")
    if not head.startswith(_SUBJECT) or "\n" in head:
        raise BadLetter("A letter begins with one subject line and a blank line.")
    return Letter.of(subject=head.removeprefix(_SUBJECT), body=body)


def fill_letter(letter: Letter, context: Mapping[str, str]) -> Letter:
    """The letter with its placeholders replaced, once: a value is never searched for more.

    A line of the body whose placeholders are all blank is left out, so that a letter can name
    a tracking number where there is one. Raises `UnknownPlaceholder`, `UnsafeSubject`.
    """
    unknown = sorted(letter.placeholders - context.keys())
    if unknown:
        raise UnknownPlaceholder(f"Nothing was given for {', '.join(unknown)}.", field=unknown[0])
    subject = _substitute(letter.subject, context)
    if _UNPRINTABLE.search(subject):
        raise UnsafeSubject("A subject is one line of text.", field="subject")
    body = "\n".join(_substitute(line, context) for line in _lines_that_say(letter, context))
    return Letter(subject=subject, body=re.sub(r"\n{3,}", "\n\n", body))


def lay_out(letter: Letter, context: Mapping[str, str]) -> list[Part]:
    """The body in parts, for programs that show more than plain text.

    What is a fact or a link follows from how the wording is written, never from a value: a line
    ``Label: {{ name }}`` is a fact, a line that is one placeholder filled with an address a link.
    """
    parts: list[Part] = []
    is_new = True
    for line in _lines_that_say(letter, context):
        if not line.strip():
            is_new = True
            continue
        kind, label, value = _read_line(line, context)
        joins = parts and parts[-1]["kind"] == kind and kind != "link" and not is_new
        if not joins:
            parts.append({"kind": kind, "items": []})
        parts[-1]["items"].append([label, value])
        is_new = False
    return parts


def _read_line(line: str, context: Mapping[str, str]) -> tuple[str, str, str]:
    if fact := _FACT.fullmatch(line.strip()):
        return "facts", fact["label"].strip(), context[fact["name"]]
    alone = _PLACEHOLDER.fullmatch(line.strip())
    if alone and is_link(context[alone[1]]):
        return "link", "", context[alone[1]]
    return "text", "", _substitute(line, context)


def is_link(value: str) -> bool:
    return bool(_LINK.fullmatch(value))


def _lines_that_say(letter: Letter, context: Mapping[str, str]) -> list[str]:
    return [line for line in letter.body.split("\n") if not _says_nothing(line, context)]


def _says_nothing(line: str, context: Mapping[str, str]) -> bool:
    names = _PLACEHOLDER.findall(line)
    return bool(names) and not any(context[name].strip() for name in names)


def _substitute(text: str, context: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: context[found[1]].replace("\r\n", "\n"), text)
