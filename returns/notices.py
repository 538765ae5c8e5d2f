"""What else people are told about a case: of repairs customers, of open decisions the staff."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from core.actors import Actor
from core.formats import format_money
from core.models import Event, User
from core.permissions import list_people
from core.roles import Role
from core.transactions import requires_transaction
from notifications import services as notifications
from notifications.addresses import addressee_of
from orders.queries import get_addressee
from returns.messages import describe_case
from returns.models import Repair, Return

POSTMAN = Actor.system("return-notices")
REPAIRS = {
    "repair.estimated": "repair_estimated",
    "repair.sent_back": "repair_sent_back",
    "repair.given_up": "repair_given_up",
}
TO_LEADS = {"return.review_wanted": "review_wanted", "return.risk_held": "risk_held"}
TO_AGENTS = {"return.mismatch_found": "mismatch_found", "return.refund_short": "refund_short"}
TO_WORKSHOPS = {"repair.agreed": "repair_agreed"}


@requires_transaction
def write_about_repair(*, event: Event, now: dt.datetime) -> None:
    """Customers hear of an estimate only where they are the ones to pay it."""
    if event.kind == "repair.estimated" and not event.data["is_charged"]:
        return
    repair, case = _find_repair(event)
    notifications.write(
        partner_id=event.partner_id,
        case=event.case,
        kind=REPAIRS[event.kind],
        event=event,
        to=get_addressee(case.customer),
        context=_describe_repair(repair, case, event, case.locale),
        actor=POSTMAN,
        now=now,
    )


@requires_transaction
def write_to_workshop(*, event: Event, now: dt.datetime) -> None:
    """Whoever handles goods hears that a repair may begin."""
    repair, case = _find_repair(event)
    for person in list_people(partner_id=event.partner_id, role=Role.WAREHOUSE):
        context = _describe_repair(repair, case, event, person.locale)
        _write(event, TO_WORKSHOPS[event.kind], person, context, now)


@requires_transaction
def write_to_leads(*, event: Event, now: dt.datetime) -> None:
    """A case waits for somebody who may decide it."""
    case = _find_case(int(event.subject.removeprefix("return:")))
    for person in list_people(partner_id=event.partner_id, role=Role.LEAD):
        context = describe_case(case, list(case.lines.order_by("position")), person.locale)
        _write(event, TO_LEADS[event.kind], person, context, now)


@requires_transaction
def write_to_agent(*, event: Event, now: dt.datetime) -> None:
    """Whoever has the case hears what they have to choose; where nobody has it, the leads."""
    case = _find_case(int(event.subject.removeprefix("return:")))
    agent = case.assigned_to
    for person in [agent] if agent else list_people(partner_id=event.partner_id, role=Role.LEAD):
        context = describe_case(case, list(case.lines.order_by("position")), person.locale)
        _write(event, TO_AGENTS[event.kind], person, context, now)


def _write(
    event: Event, kind: str, person: User, context: dict[str, str], now: dt.datetime
) -> None:
    """Nobody is told what they did themselves."""
    if event.actor == Actor.user(person).ref:
        return
    notifications.write(
        partner_id=event.partner_id,
        case=event.case,
        kind=kind,
        event=event,
        to=addressee_of(person),
        context=context,
        actor=POSTMAN,
        now=now,
    )


def _find_repair(event: Event) -> tuple[Repair, Return]:
    repair = Repair.objects.select_related("return_line").get(
        pk=event.subject.removeprefix("repair:")
    )
    return repair, _find_case(repair.return_line.return_case_id)


def _find_case(pk: int) -> Return:
    cases = Return.objects.select_related("customer__channel", "channel", "assigned_to")
    case: Return = cases.get(pk=pk)
    return case


def _describe_repair(repair: Repair, case: Return, event: Event, locale: str) -> dict[str, str]:
    amount = event.data.get("amount") or repair.estimate
    priced = format_money(Decimal(str(amount)), case.currency, locale) if amount else ""
    lines = list(case.lines.order_by("position"))
    return {**describe_case(case, lines, locale), "repair_number": repair.number, "amount": priced}
