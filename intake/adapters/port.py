"""What an adapter is, and what the adapters share.

An adapter is one module with one `ADAPTER`: how bytes become a document, how a document is read,
and how the channel signs. Readers are pure and never raise, whatever they are given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core.money import UnknownCurrency, exponent
from core.strict_json import parse_document
from intake.adapters.asking import Poll
from intake.document import Node
from intake.facts import Readings
from intake.reading import ReadAddress, ReadLine, ReadOrder
from intake.signing import Check, standard

ZERO = Decimal(0)
MILLIONTHS = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Grant:
    """Where a channel gives a token for client id and secret, and whether they go in the header."""

    address: str
    in_header: bool = False


def bearer(token: bytes) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.decode()}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAdapter:
    """How one kind of channel is read and how its webhooks are signed.

    `read(document, topic=…)` gives everything in a document, each with all that is wrong with it,
    or says why there is nothing. `join` makes one order of halves that came apart. `aliases` are
    other names that files and people call the channel by. The headers say where topic and
    delivery id stand. `wants_mapping`: `read` takes the channel's own. `hosts` are those that may
    be asked for what a notice announces, `addresses(account, id)` are what to ask them for.
    `stores` are further hosts, as a pattern, where what was asked for lies. `polls` are what the
    channel is asked for again and again, `grant` where it gives tokens, `authorise` how one is
    shown. `answer` says what an address is challenged for when a webhook is set up.
    """

    name: str
    title: str
    read: Callable[..., Readings]
    parse: Callable[[bytes], Any] = parse_document
    is_signed: Check = standard
    join: Callable[[list[ReadOrder]], ReadOrder] | None = None
    wants_mapping: bool = False
    aliases: tuple[str, ...] = ()
    topic_header: str = ""
    delivery_header: str = "webhook-id"
    hosts: tuple[str, ...] = ()
    addresses: Callable[[str, str], list[str]] | None = None
    stores: str = ""
    polls: tuple[Poll, ...] = ()
    grant: Grant | None = None
    accepts: str = "application/json"
    authorise: Callable[[bytes], dict[str, str]] = bearer
    answer: Callable[[str, str, bytes], dict[str, str]] | None = None

    def is_own(self, host: str) -> bool:
        """Whether a host is one of the channel's, which alone are asked with its token."""
        name = host.lower()
        return name in self.hosts or bool(self.stores and re.fullmatch(self.stores, name))


def records_in(
    value: Any,
    is_one: Callable[[dict[str, Any]], bool],
    *,
    inside: Container[str],
    path: tuple[str, ...] = (),
    listed: bool = False,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Objects under `value` that `is_one` says yes to, with their path; blank outside of lists."""
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from records_in(
                item, is_one, inside=inside, path=(*path, str(position)), listed=True
            )
    elif isinstance(value, dict):
        if is_one(value):
            yield "/".join(path) if listed else "", value
            return
        for key, inner in value.items():
            if key in inside:
                yield from records_in(
                    inner, is_one, inside=inside, path=(*path, str(key)), listed=listed
                )


def kind_of(document: Any, kinds: dict[str, str]) -> str:
    """Why there is nothing for the desk in a document, by a key that only its kind has."""
    if isinstance(document, dict):
        for key, kind in kinds.items():
            if key in document:
                return f"It is {kind}, not an order."
    return "There is no order in it."


def per_unit(total: Decimal | None, quantity: Decimal | None) -> Decimal | None:
    """The price of one, of channels that state it for the whole quantity."""
    if total is None or quantity is None:
        return None
    if not quantity:
        return total
    return (total / quantity).quantize(MILLIONTHS, rounding=ROUND_HALF_UP)


def minor_units(amount: Decimal | None, currency: str | None) -> Decimal | None:
    """An amount that came as cents, fils or whole yen."""
    if amount is None or currency is None:
        return None
    try:
        return amount.scaleb(-exponent(currency))
    except UnknownCurrency:
        return None


def goods_of(lines: tuple[ReadLine, ...]) -> Decimal | None:
    """What the lines cost before discounts; None where one does not say."""
    total = ZERO
    for line in lines:
        if line.quantity is None or line.unit_price is None:
            return None
        total += line.quantity * line.unit_price
    return total


def discounts_of(lines: tuple[ReadLine, ...]) -> Decimal:
    return sum((line.discount_total or ZERO for line in lines), ZERO)


def join_names(*names: str | None) -> str:
    return " ".join(name for name in names if name)


def address_of(node: Node, **keys: str) -> ReadAddress | None:
    """An address whose fields stand under other names; None for one that says nothing."""
    address = ReadAddress(**{field: node.text(key) or "" for field, key in keys.items()})
    return None if address == ReadAddress() else address
