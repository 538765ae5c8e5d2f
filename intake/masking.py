"""A document without what it says of people: for screens that show what came.

What stands under a personal key becomes dots, and so does an e-mail address anywhere. Amounts, SKUs
and ids stay, since those are what has to be mended. Secrets that extensions leak are masked too.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

DOTS = "•••"
MOST_SHOWN = 20_000  # characters
# Parts of keys under which people stand, in any spelling: camelCase, snake_case, with spaces.
PERSONAL = re.compile(
    r"e?mail|phone|address|street|first_?name|last_?name|full_?name|surname|given|buyer|payer"
    r"|recipient|(customer|billing|shipping|company|user|display|signatory|signature)[ _]?name"
    r"|^name$|^company$|^city$|zip|post(al)?_?code|house_?number|line_?[123]$|latitude|longitude"
    r"|password|passwd|rp_?token|secret|token|note$|message_from|gift_message|comment"
    r"|ip$|username|account_holder|birth|^first_line$|^second_line$|formatted_address",
    re.IGNORECASE,
)
# Objects that are about a person as a whole: their every text goes.
PEOPLE = re.compile(
    r"^(customer|billing|shipping|buyer|payer|recipient|bill_?to|ship_?to)"
    r"(_?address|details|info)?$",
    re.IGNORECASE,
)
# Keys that look personal and are about goods or the shop.
NOT_PERSONAL = re.compile(r"product|item|sku|lineitem name|shipping_(lines|total|tax|cost|method)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
QUOTED = re.compile(r'("(?:[^"\\]|\\.)*"\s*:\s*)?"(?:[^"\\]|\\.)*"?')


def mask(value: Any, *, key: str = "", inside_person: bool = False) -> Any:
    """The same value with dots for everything personal."""
    if isinstance(value, dict):
        is_person = inside_person or bool(PEOPLE.match(key))
        return {
            name: mask(inner, key=str(name), inside_person=is_person)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [mask(inner, key=key, inside_person=inside_person) for inner in value]
    if not isinstance(value, str) or not value:
        return value
    if _is_personal(key, inside_person=inside_person):
        return DOTS
    return EMAIL.sub(DOTS, value)


def _is_personal(key: str, *, inside_person: bool) -> bool:
    if NOT_PERSONAL.search(key.lower()):
        return False
    if inside_person and not re.search(r"(^|_)(id|country|currency|code|state)", key.lower()):
        return True
    return bool(PERSONAL.search(key))


def show(document: Any) -> str:
    """A masked document as text to read, cut where nobody reads on."""
    text = json.dumps(mask(document), ensure_ascii=False, indent=2, default=_plain)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}\n…"


def show_broken(body: bytes) -> str:
    """Bytes that nobody can parse: their structure, with dots for every text and e-mail."""
    text = body[:MOST_SHOWN].decode("utf-8", "replace")
    return EMAIL.sub(DOTS, QUOTED.sub(_masked_text, text))


def _masked_text(found: re.Match[str]) -> str:
    return f'{found[1] or ""}"{DOTS}"'


def _plain(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
