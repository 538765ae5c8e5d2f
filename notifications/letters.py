"""Where the letters lie: ``templates/emails/<template>.<locale>.txt``."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.conf import settings

from notifications.rules import BadLetter, Letter, read_letter

FALLBACK = "en"
_NAME = re.compile(r"[a-z][a-z_]*")


def folder() -> Path:
    return settings.BASE_DIR / "templates" / "emails"


@cache
def find_letter(template: str, locale: str) -> tuple[Letter, str]:
    """The letter in the nearest language there is, and which that is: de-AT → de → en.

    Raises `BadLetter` for a template that does not exist: a mistake of the program.
    """
    if not _NAME.fullmatch(template):
        raise BadLetter(f"“{template}” is not the name of a letter.", field="template")
    for candidate in (locale, re.split("[-_]", locale)[0], FALLBACK):
        path = folder() / f"{template}.{candidate}.txt"
        if candidate.replace("-", "").replace("_", "").isalpha() and path.is_file():
            return read_letter(path.read_text(encoding="utf-8")), candidate
    raise BadLetter(f"There is no letter “{template}”.", field="template")
