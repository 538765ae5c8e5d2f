"""Where the wordings lie that we ship: ``templates/emails/<kind>.<locale>.txt``, and ``sms``."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.conf import settings

from notifications.rules import BadLetter, Letter, read_letter, read_text
from notifications.states import Medium

FALLBACK = "en"
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "ja": "日本語",
}
FOLDERS = {Medium.EMAIL: "emails", Medium.SMS: "sms"}
_NAME = re.compile(r"[a-z][a-z_]*")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def folder(medium: Medium = Medium.EMAIL) -> Path:
    return settings.BASE_DIR / "templates" / FOLDERS[medium]


def list_locales(locale: str) -> list[str]:
    """The languages to look in, nearest first: de-AT → de → en."""
    near = [locale, re.split("[-_]", locale)[0]] if _LOCALE.fullmatch(locale) else []
    return list(dict.fromkeys([*near, FALLBACK]))


def find_shipped(template: str, locale: str, medium: Medium = Medium.EMAIL) -> Letter | None:
    """The wording we ship in exactly this language. Raises `BadLetter` for a name that is none."""
    if not _NAME.fullmatch(template):
        raise BadLetter(f"“{template}” is not the name of a letter.", field="template")
    if not _LOCALE.fullmatch(locale):
        return None
    return _read(folder(medium) / f"{template}.{locale}.txt", medium)


def find_letter(template: str, locale: str, medium: Medium = Medium.EMAIL) -> tuple[Letter, str]:
    """What we ship in the nearest language there is, and which that is.

    Raises `BadLetter` for a template that does not exist: a mistake of the program.
    """
    for candidate in list_locales(locale):
        if letter := find_shipped(template, candidate, medium):
            return letter, candidate
    raise BadLetter(f"There is no letter “{template}”.", field="template")


@cache
def _read(path: Path, medium: Medium) -> Letter | None:
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    return read_letter(text) if medium == Medium.EMAIL else read_text(text)
