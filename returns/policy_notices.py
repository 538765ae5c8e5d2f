"""Who is told when the policy decides otherwise than its backtest foretold.

It stands here and not in `policies`, which knows nobody's address: returns are what it decides.
"""

from __future__ import annotations

import datetime as dt

from core.actors import Actor
from core.formats import format_number, format_percent
from core.models import Event, User
from core.permissions import list_people
from core.roles import GRANTS, Permission, Role
from core.transactions import requires_transaction
from notifications import services as notifications
from notifications.addresses import addressee_of

POSTMAN = Actor.system("policy-messages")
VERDICTS = {
    "authorise": "authorised at once",
    "awaiting_evidence": "waiting for evidence",
    "review": "looked at by a person",
    "reject": "rejected",
}


@requires_transaction
def tell_of_drift(*, event: Event, now: dt.datetime) -> None:
    """Write to everybody who may publish a policy, and to the leads who answer for its verdicts."""
    for person in _list_readers(event.partner_id):
        notifications.write(
            partner_id=event.partner_id,
            case="",
            kind="policy_drifted",
            event=event,
            to=addressee_of(person),
            context=describe(event, locale=person.locale),
            actor=POSTMAN,
            now=now,
        )


def _list_readers(partner_id: int) -> list[User]:
    """Each once, whatever their roles."""
    publish = {role for role, granted in GRANTS.items() if Permission.PUBLISH_POLICY in granted}
    people = {
        person.pk: person
        for role in sorted(publish | {Role.LEAD})
        for person in list_people(partner_id=partner_id, role=role)
    }
    return list(people.values())


def describe(event: Event, *, locale: str) -> dict[str, str]:
    """Every name that the letter may use."""
    data = event.data
    return {
        "version": str(data["version"]),
        "verdict": VERDICTS.get(data["verdict"], data["verdict"]),
        "live": format_percent(data["live"], locale),
        "foretold": format_percent(data["foretold"], locale),
        "decisions": format_number(data["decisions"], locale),
    }
