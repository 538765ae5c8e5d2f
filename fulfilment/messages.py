"""What staff are told about warehouses: that something was given up, and nobody acts on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.actors import Actor
from core.models import Event
from core.permissions import list_people
from core.roles import Role
from core.transactions import requires_transaction
from fulfilment.models import WarehouseMessage, WarehouseReport
from fulfilment.states import MessageKind, ReportKind
from notifications import services as notifications
from notifications.addresses import addressee_of

POSTMAN = Actor.system("warehouse-messages")
TEMPLATE = "warehouse_dead"


@dataclass(frozen=True, slots=True)
class _Given:
    """What lies dead, in words."""

    row: WarehouseMessage | WarehouseReport
    what: str
    sentence: str
    why: str


@requires_transaction
def write_to_staff(*, event: Event, now: dt.datetime) -> None:
    """Tell every lead and admin, each once."""
    given = _find(event)
    roles = (Role.LEAD, Role.ADMIN)
    people = {
        person.pk: person
        for role in roles
        for person in list_people(partner_id=event.partner_id, role=role)
    }
    for person in people.values():
        notifications.write(
            partner_id=event.partner_id,
            case=event.case,
            kind=TEMPLATE,
            event=event,
            to=addressee_of(person),
            context={
                "what": given.what,
                "sentence": given.sentence,
                "location": given.row.warehouse.location.code,
                "number": str(given.row.sequence),
                "why": given.why or "nothing was said",
            },
            actor=POSTMAN,
            now=now,
        )


@requires_transaction
def write_to_warehouse(*, event: Event, now: dt.datetime) -> None:
    """Whoever can count again hears where; not who has just counted."""
    for person in list_people(partner_id=event.partner_id, role=Role.WAREHOUSE):
        if event.actor == Actor.user(person).ref:
            continue
        notifications.write(
            partner_id=event.partner_id,
            case="",
            kind="discrepancy_opened",
            event=event,
            to=addressee_of(person),
            context={name: str(event.data[name]) for name in ("number", "sku", "location")},
            actor=POSTMAN,
            now=now,
        )


def _find(event: Event) -> _Given:
    pk = int(event.subject.partition(":")[2])
    if event.kind == "warehouse.message_dead":
        message = WarehouseMessage.objects.select_related("warehouse__location").get(pk=pk)
        kind = MessageKind(message.kind).label.lower()
        sentence = f"The warehouse does not know of it: {kind}."
        return _Given(message, f"A message ({kind})", sentence, message.last_error)
    report = WarehouseReport.objects.select_related("warehouse__location").get(pk=pk)
    kind = dict(ReportKind.choices).get(report.kind, report.kind).lower()
    sentence = f"The desk could not act on what it was told: {kind}."
    return _Given(report, f"A report ({kind})", sentence, report.reason)
