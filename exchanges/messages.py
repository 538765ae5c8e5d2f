"""What people are told about an exchange: which letter, to whom, in whose language, with what.

Letters lie in ``templates/emails``; what they may name is the flat context made here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings

from approvals.models import Approval
from core.actors import Actor
from core.events import reference
from core.formats import format_date, format_money, language_of
from core.kept import KeptQuery
from core.models import Event, User
from core.permissions import list_people
from core.roles import Role
from core.transactions import requires_transaction
from exchanges import queries
from exchanges.models import Exchange, Quote
from fulfilment import queries as parcels
from fulfilment.models import Shipment
from fulfilment.rules import begin_of
from notifications import services as notifications
from notifications.addresses import addressee_of
from notifications.queries import get_wording
from notifications.states import Medium
from orders.queries import get_addressee
from returns.links import make_links
from returns.models import ReturnLine
from returns.queries import list_lines_of_letter

POSTMAN = Actor.system("exchange-messages")
ARRIVAL = "arrival"
LETTERS = {
    "exchange.accepted": "exchange_confirmed",
    "exchange.shipped": "exchange_shipped",
    "exchange.completed": "exchange_completed",
    "exchange.cancelled": "exchange_cancelled",
    "exchange.expired": "exchange_cancelled",
    "exchange.converted_to_refund": "converted_to_refund",
    "exchange.substituted": "exchange_changed",
    "exchange.second_wish_asked": "second_wish_asked",
    "exchange.promise_broken": "promise_moved",
    "exchange.visit_arranged": "visit_arranged",
    "exchange.visit_moved": "visit_moved",
    "exchange.visit_near": "visit_reminder",
    "exchange.visit_failed": "visit_failed",
}
# The letters that name the day on which the replacement will be there.
NAME_ARRIVAL = {
    "exchange.accepted",
    "exchange.shipped",
    "exchange.substituted",
    "exchange.promise_broken",
}
# The letters that are worth nothing once the crew has come.
NAME_VISIT = {"exchange.visit_arranged", "exchange.visit_moved", "exchange.visit_near"}
# The letter that names what would go out instead.
WISHED = {"exchange.second_wish_asked"}
# What staff are told. The desk's own doing is told too, so that nobody looks for what is settled.
NOTICES = {
    "exchange.hold_ended": "hold_expired",
    "exchange.hold_released": "hold_released",
    "exchange.stock_free": "stock_free",
    "exchange.held_again": "held_from_queue",
    "exchange.short_picked": "short_picked",
}
# Who has to say yes hears that they are asked, who asked hears the answer.
APPROVAL_NOTICES = {
    "approval.asked": "approval_wanted",
    "approval.approved": "approval_given",
    "approval.rejected": "approval_denied",
}
DECISIONS = ("approval.approved", "approval.rejected", "approval.expired", "approval.withdrawn")
# Nothing to settle, the customer pays, we pay; by the language of the letter.
DUE_WORDS = {
    "en": ("nothing, the values are equal", "you pay {amount}", "we refund {amount}"),
    "de": ("nichts, der Wert ist gleich", "Sie zahlen {amount}", "wir erstatten {amount}"),
    "fr": ("rien, la valeur est la même", "vous payez {amount}", "nous remboursons {amount}"),
    "es": ("nada, el valor es el mismo", "usted paga {amount}", "le devolvemos {amount}"),
    "ja": ("差額はありません", "お支払い額 {amount}", "返金額 {amount}"),
}


@requires_transaction
def write_to_customer(*, event: Event, now: dt.datetime) -> None:
    """Queue the letter that belongs to an event of an exchange."""
    if event.kind == "exchange.shipped" and "visit" in event.data:
        return  # it comes with an appointment, of which the customer knows
    exchange = _get_exchange(event)
    locale = exchange.return_case.locale
    to = get_addressee(exchange.return_case.customer)
    notifications.write(
        partner_id=event.partner_id,
        case=event.case,
        kind=_find_letter(exchange, event),
        event=event,
        to=to,
        context=describe(exchange, event=event, locale=locale, now=now),
        actor=POSTMAN,
        now=now,
        promises=_list_days(exchange, event, now=now),
        act_by=_find_next_visit(event, to.time_zone),
    )


def _find_next_visit(event: Event, time_zone: str) -> dt.datetime | None:
    """When a crew is first awaited, of a visit that was moved by the day that holds no more too."""
    if event.kind not in NAME_VISIT:
        return None
    told = [(event.data["day"], event.data["slot"])]
    told += [(event.data["was_day"], event.data["was_slot"])] if "was_day" in event.data else []
    return min(begin_of(dt.date.fromisoformat(day), slot, time_zone) for day, slot in told)


def _find_letter(exchange: Exchange, event: Event) -> str:
    if event.data.get("as_store_credit"):
        return "converted_to_credit"
    if event.kind == "exchange.accepted" and queries.find_backorder_day(exchange):
        return "exchange_backordered"
    if event.data.get("wished"):
        return "second_wish_taken"
    return LETTERS[event.kind]


@requires_transaction
def write_about_promise(*, event: Event, now: dt.datetime) -> None:
    """The day is over and nothing came, as far as we know: they hear it from us first."""
    if not event.data["about"].startswith("exchange:") or event.data["what"] != ARRIVAL:
        return
    exchange = _find_exchange(int(event.data["about"].removeprefix("exchange:")))
    locale = exchange.return_case.locale
    notifications.write(
        partner_id=event.partner_id,
        case=event.case,
        kind="promise_broken",
        event=event,
        to=get_addressee(exchange.return_case.customer),
        context=describe(exchange, event=event, locale=locale, now=now),
        actor=POSTMAN,
        now=now,
    )


def _list_days(exchange: Exchange, event: Event, *, now: dt.datetime) -> list[notifications.Said]:
    """What the letter promises, and the day it asks for."""
    said = []
    shipment = _get_shipment(exchange, event)
    arrival = _find_arrival(exchange, event, shipment, now=now)
    if arrival and event.kind in NAME_ARRIVAL:
        said.append(
            notifications.Said(about=reference(exchange), what=ARRIVAL, on=arrival, is_ours=True)
        )
    case = exchange.return_case
    if case.send_back_by and event.kind == "exchange.accepted":
        said.append(
            notifications.Said(about=reference(case), what="send_back_by", on=case.send_back_by)
        )
    return said


@requires_transaction
def write_to_staff(*, event: Event, now: dt.datetime) -> None:
    """Tell whoever has the case what became of its stock; where nobody has it, the leads.

    Nobody is told what they did themselves.
    """
    exchange = _get_exchange(event)
    agent = exchange.return_case.assigned_to
    for person in [agent] if agent else list_people(partner_id=event.partner_id, role=Role.LEAD):
        if event.actor == Actor.user(person).ref:
            continue
        notifications.write(
            partner_id=event.partner_id,
            case=event.case,
            kind=NOTICES[event.kind],
            event=event,
            to=addressee_of(person),
            context=_describe_to_staff(exchange, NOTICES[event.kind], person, event, now),
            actor=POSTMAN,
            now=now,
        )


@requires_transaction
def write_about_approval(*, exchange_id: int, event: Event, now: dt.datetime) -> None:
    """The leads hear that one of them is wanted; whoever asked hears what was decided."""
    exchange = _find_exchange(exchange_id)
    asked = Approval.objects.get(pk=event.subject.removeprefix("approval:"))
    for person in _concerned(event, asked):
        notifications.write(
            partner_id=event.partner_id,
            case=event.case,
            kind=APPROVAL_NOTICES[event.kind],
            event=event,
            to=addressee_of(person),
            context=_describe_to_staff(exchange, APPROVAL_NOTICES[event.kind], person, event, now),
            actor=POSTMAN,
            now=now,
        )


def _concerned(event: Event, asked: Approval) -> list[User]:
    if event.kind != "approval.asked":
        return [asked.requested_by] if asked.requested_by else []
    leads = list_people(partner_id=event.partner_id, role=Role.LEAD)
    return [
        lead for lead in leads if lead.pk not in (asked.requested_by_id, asked.last_edited_by_id)
    ]


def _describe_to_staff(
    exchange: Exchange, kind: str, person: User, event: Event, now: dt.datetime
) -> dict[str, str]:
    """Dates and amounts as they set them; phrases in the language of the wording (ADR 37)."""
    wording = get_wording(
        partner_id=event.partner_id, kind=kind, locale=person.locale, medium=Medium.EMAIL
    )
    return describe(exchange, event=event, locale=person.locale, now=now, language=wording.locale)


def describe(
    exchange: Exchange, *, event: Event, locale: str, now: dt.datetime, language: str = ""
) -> dict[str, str]:
    """Every name that a letter about an exchange may use; blank where there is nothing to say.

    Phrases are in `language`, where it is not that of the `locale` of dates and amounts.
    """
    case = exchange.return_case
    quote = queries.get_quote(exchange)
    shipment = _get_shipment(exchange, event)
    promised = _find_arrival(exchange, event, shipment, now=now)
    return {
        "customer_name": case.customer.name,
        "shop_name": case.channel.name,
        "case_number": case.number,
        "exchange_number": exchange.number,
        "order_number": _join({line.order_line.order.number for line in _returned(exchange)}, ", "),
        "items_back": _join(
            f"{line.quantity} × {line.order_line.title}" for line in _returned(exchange)
        ),
        "items_out": _join(
            f"{line.quantity} × {line.variant.full_title}" for line in queries.list_lines(exchange)
        ),
        "items_wished": _join(_list_wished(exchange)) if event.kind in WISHED else "",
        "hold_number": event.data.get("hold") or _join(event.data.get("holds", []), ", "),
        "due_text": _say_due(quote, event, locale, language or locale) if quote else "",
        "send_back_by": format_date(case.send_back_by, locale) if case.send_back_by else "",
        "arrives_on": format_date(promised, locale) if promised else "",
        "promised_on": _say_promised(event, locale),
        **{f"{paper}_link": link for paper, link in make_links(case).items()},
        "visit_day": format_date(dt.date.fromisoformat(event.data["day"]), locale)
        if "visit" in event.data and "day" in event.data
        else "",
        "visit_slot": str(event.data.get("slot", "")),
        "carrier": shipment.carrier if shipment else "",
        "tracking_number": shipment.tracking_number if shipment else "",
        "pages": f"{settings.PUBLIC_ADDRESS.rstrip('/')}/my/" if settings.PUBLIC_ADDRESS else "",
        # What an agent wrote down is for the desk. The letter leaves the line out.
        "reasons": "",
    }


def _get_exchange(event: Event) -> Exchange:
    return _find_exchange(int(event.subject.removeprefix("exchange:")))


_EXCHANGE: KeptQuery[Exchange] = KeptQuery(
    lambda pk: Exchange.objects.filter(pk=pk).select_related(
        "return_case__customer", "return_case__channel", "return_case__assigned_to"
    )
)


def _find_exchange(exchange_id: int) -> Exchange:
    return _EXCHANGE.get(exchange_id)


def _returned(exchange: Exchange) -> list[ReturnLine]:
    return list_lines_of_letter(exchange.return_case)


def _list_wished(exchange: Exchange) -> list[str]:
    """What would go out instead, as the customer wished for second."""
    lines = exchange.lines.select_related("second__product").order_by("position")
    return [f"{line.quantity} × {line.second.full_title}" for line in lines if line.second]


def _get_shipment(exchange: Exchange, event: Event) -> Shipment | None:
    """The parcel the event is about, else the first of them."""
    shipments = parcels.list_shipments(reference(exchange))
    about = [each for each in shipments if each.pk == event.data.get("shipment")]
    return next(iter(about or shipments), None)


def _find_arrival(
    exchange: Exchange, event: Event, shipment: Shipment | None, *, now: dt.datetime
) -> dt.date | None:
    """What was promised; once it has left, what its way says from now."""
    if event.kind == "exchange.promise_broken":
        instead = event.data.get("instead")
        return dt.date.fromisoformat(instead) if instead else None
    if event.kind != "exchange.shipped" and (day := queries.find_backorder_day(exchange)):
        return day
    if shipment is None or event.kind != "exchange.shipped":
        return shipment.promised_on if shipment else None
    hold = next(iter(queries.list_holds(exchange)), None)
    way = queries.weigh_way(exchange, hold, now=now) if hold else None
    return way.arrives_on if way and way.arrives_on else shipment.promised_on


def _say_promised(event: Event, locale: str) -> str:
    """The day that was told before, where the letter is about it."""
    day = event.data.get("promised") or event.data.get("promised_on")
    return format_date(dt.date.fromisoformat(day), locale) if day else ""


def _say_due(quote: Quote, event: Event, locale: str, language: str) -> str:
    due = Decimal(event.data.get("due", quote.due))
    nothing, they_pay, we_pay = DUE_WORDS.get(language_of(language), DUE_WORDS["en"])
    if not due:
        return nothing
    words = they_pay if due > 0 else we_pay
    return words.format(amount=format_money(abs(due), quote.currency, locale))


def _join(items: Iterable[str], between: str = "\n") -> str:
    return between.join(items)
