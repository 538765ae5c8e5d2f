"""The letter about a difference at receipt: queued as it is decided, and previewed before that."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.actors import Actor
from core.formats import language_of
from core.models import Event
from core.transactions import requires_transaction
from notifications import services as notifications
from notifications.queries import get_wording
from notifications.rules import Letter, fill_letter
from notifications.states import Medium
from orders.queries import get_addressee
from returns.models import Mismatch
from returns.words import say_follows, say_found

POSTMAN = Actor.system("return-messages")
TEMPLATE = "goods_differ"


@dataclass(frozen=True, slots=True)
class Preview:
    """The letter as its reader would get it."""

    letter: Letter
    locale: str


def preview_difference(mismatch: Mismatch, rule: str) -> Preview:
    """What the customer would read if `rule` were taken."""
    case = mismatch.return_case
    wording = get_wording(
        partner_id=case.partner_id, kind=TEMPLATE, locale=case.locale, medium=Medium.EMAIL
    )
    letter = fill_letter(wording.letter, describe_difference(mismatch, rule))
    return Preview(letter, wording.locale)


@requires_transaction
def write_about_difference(*, event: Event, now: dt.datetime) -> None:
    """Queue the letter of a decision, where whoever took it wants it written."""
    if not event.data.get("writes"):
        return
    mismatches = Mismatch.objects.select_related(
        "return_case__customer__channel", "return_case__channel"
    )
    mismatch = mismatches.get(number=event.data["mismatch"])
    case = mismatch.return_case
    notifications.write(
        partner_id=event.partner_id,
        case=event.case,
        kind=TEMPLATE,
        event=event,
        to=get_addressee(case.customer),
        context=describe_difference(mismatch, event.data["rule"]),
        actor=POSTMAN,
        now=now,
    )


def describe_difference(mismatch: Mismatch, rule: str) -> dict[str, str]:
    """Every name that the letter may use."""
    case = mismatch.return_case
    language = language_of(case.locale)
    return {
        "customer_name": case.customer.name,
        "shop_name": case.channel.name,
        "case_number": case.number,
        "what_we_found": say_found(mismatch.kind, language),
        "goods": _name_goods(mismatch),
        "what_follows": say_follows(rule, language),
    }


def _name_goods(mismatch: Mismatch) -> str:
    """What came where something strange did, else what was announced."""
    row, line = mismatch.receipt_line, mismatch.return_line
    if row is not None and (line is None or row.variant_id != line.order_line.variant_id):
        title = row.variant.full_title if row.variant else row.sku_found
    else:
        title = line.order_line.title if line else ""
    serial = f" ({row.serial_found})" if row and row.serial_found else ""
    return f"{mismatch.quantity} × {title}{serial}"
