"""How a letter is filled in: flat names for flat text, and nothing that could be executed.

Letters are edited by people and filled with what customers typed, so this is on purpose not a
template engine: no attributes, no filters, no logic. Source of the rule: reliability F61.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import BadInput

_PLACEHOLDER = re.compile(r"\{\{ ([a-z][a-z0-9_]*) \}\}")
_SUBJECT = "Subject: "
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


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

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(_PLACEHOLDER.findall(self.subject + self.body))


def read_letter(text: str) -> Letter:
    """A letter from its file: ``Subject: …``, a blank line, the body. Raises `BadLetter`."""
    head, _, body = text.partition("\n\n")
    if not head.startswith(_SUBJECT) or "\n" in head:
        raise BadLetter("A letter begins with one subject line and a blank line.")
    rest = _PLACEHOLDER.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise BadLetter("A placeholder is written {{ name }}, in small letters.")
    return Letter(subject=head.removeprefix(_SUBJECT).strip(), body=body.strip() + "\n")


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
    lines = [line for line in letter.body.split("\n") if not _says_nothing(line, context)]
    body = "\n".join(_substitute(line, context) for line in lines)
    return Letter(subject=subject, body=re.sub(r"\n{3,}", "\n\n", body))


def _says_nothing(line: str, context: Mapping[str, str]) -> bool:
    names = _PLACEHOLDER.findall(line)
    return bool(names) and not any(context[name].strip() for name in names)


def _substitute(text: str, context: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: context[found[1]].replace("\r\n", "\n"), text)
