"""What channels say of an order or a line in fields of their shops' own making.

Gifts, final sales, serial numbers and lots have no field of their own in most channels. Shops write
them into tags, attributes, properties and meta fields, under names that mean the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from intake.document import Node

# Where names and values stand in pairs, and what the two are called; `MAPS` hold them by name.
PAIRS = (
    "note_attributes", "properties", "customAttributes", "meta_data", "options", "variations",
    "product_options", "selected_options", "entered_options",
)  # fmt: skip
MAPS = ("metadata",)
NAMES = ("name", "key", "display_key", "formatted_name", "display_name", "label")
VALUES = ("value", "display_value", "formatted_value")
GIFT = frozenset({"gift", "isgift", "asagift", "thisisagift", "giftorder"})
FINAL_SALE = frozenset({"finalsale", "isfinalsale", "nonreturnable", "noreturn", "noreturns"})
SERIAL = frozenset({"serial", "serialnumber", "serialno", "serials", "serialnumbers", "imei"})
LOT = frozenset({"lot", "lotnumber", "lotno", "batch", "batchnumber"})
NO = frozenset({"", "0", "no", "false", "none", "null", "off"})
LONGEST_SERIAL, LONGEST_LOT = 80, 40


def is_gift(node: Node, *flags: str) -> bool:
    """Whether who has it did not pay for it; `flags` are fields that the channel itself has."""
    return any(node.says_yes(flag) for flag in flags) or _is_marked(node, GIFT)


def is_final_sale(node: Node) -> bool:
    return _is_marked(node, FINAL_SALE)


def list_serials(node: Node, quantity: Decimal | None, own: object = None) -> tuple[str, ...]:
    """One for each unit of the line, or none: half a list says of no unit which it has.

    `own` is what stands in a field that the channel itself has for them.
    """
    stated = [one for one in own if isinstance(one, str)] if isinstance(own, list) else []
    found = split_units(",".join(stated), longest=LONGEST_SERIAL)
    return _one_each(found or _list_values(node, SERIAL, LONGEST_SERIAL), quantity)


def list_lots(node: Node, quantity: Decimal | None) -> tuple[str, ...]:
    """The lot of each unit; a single one is that of all of them."""
    found = _list_values(node, LOT, LONGEST_LOT)
    if len(found) == 1 and quantity and quantity == quantity.to_integral_value():
        return found * int(min(quantity, Decimal(1000)))
    return _one_each(found, quantity)


def split_units(text: str, *, longest: int) -> tuple[str, ...]:
    """Units apart by commas; what is too long to be a number of goods is none."""
    parts = (part.strip() for part in text.replace(";", ",").split(","))
    return tuple(part for part in parts if 0 < len(part) <= longest)


def _one_each(found: tuple[str, ...], quantity: Decimal | None) -> tuple[str, ...]:
    return found if found and Decimal(len(found)) == quantity else ()


def _list_values(node: Node, names: frozenset[str], longest: int) -> tuple[str, ...]:
    return tuple(
        part
        for name, value in _list_pairs(node)
        if name in names
        for part in split_units(value, longest=longest)
    )


def _is_marked(node: Node, names: frozenset[str]) -> bool:
    for tag in _list_tags(node):
        if _plain(tag) in names:
            return True
    for name, value in _list_pairs(node):  # noqa: SIM110 - asked of every line of every order
        if name in names and _plain(value) not in NO:
            return True
    return False


def _list_tags(node: Node) -> list[str]:
    tags = node.value.get("tags")
    if not tags:
        return []
    if isinstance(tags, str):
        return tags.split(",")
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def _list_pairs(node: Node) -> Iterator[tuple[str, str]]:
    """Names without the shop's own spelling of them, with their values as text."""
    for rows in filter(None, map(node.value.get, PAIRS)):  # most documents have none
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                name, value = _first(row, NAMES), _first(row, VALUES)
                if name:
                    yield _plain(name), value
    for place in MAPS:
        named = node.value.get(place)
        if isinstance(named, dict):
            for name in named:
                yield _plain(str(name)), _first(named, (name,))


def _first(row: dict[str, Any], keys: tuple[str, ...]) -> str:
    for key in keys:
        stated = row.get(key)
        if isinstance(stated, str | int | bool | Decimal) and str(stated):
            return str(stated)
    return ""


def _plain(text: str) -> str:
    """“Final sale”, “_final_sale” and “final-sale” are one word."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())
