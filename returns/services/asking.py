"""The customer is asked for photos by a link that opens one page of one case, for a time."""

from __future__ import annotations

import datetime as dt
import secrets
from uuid import UUID

from core import clock
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import reference
from core.formats import format_date
from core.models import Event
from core.operations import operation
from core.transactions import requires_transaction
from notifications import services as notifications
from orders.queries import get_addressee
from returns.models import EvidenceRequest, Return
from returns.queries import read_lines
from returns.queries.evidence import hash_token
from returns.services.case import lock_case, tell
from returns.states import OVER, LineDecision

TOKEN_BYTES = 32
LASTS = dt.timedelta(days=14)
LETTER = "evidence_wanted"
OUT = (LineDecision.REJECTED, LineDecision.CANCELLED, LineDecision.EXPIRED)


@operation("return.ask_for_evidence")
def ask_for_evidence(
    *,
    return_id: int,
    version: int | None,
    address: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> EvidenceRequest:
    """Send the customer a link for photos; an older one stops working.

    `address` is where links begin, such as ``https://desk.example/photos/``. The link itself is
    in the letter alone, which is encrypted; nobody at the desk can read it out of a row.
    """
    if not address.startswith(("http://", "https://")) or not address.endswith("/"):
        raise BadInput("Links need the address of the desk.", field="address")
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    if case.state in OVER:
        raise ActionBlocked("The case is over: no photos are needed any more.")
    end_requests(case=case, actor=actor, now=now, op_id=op_id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    request: EvidenceRequest = EvidenceRequest.objects.create(
        partner_id=case.partner_id,
        return_case=case,
        token_hash=hash_token(token),
        asked_at=now,
        asked_by=actor.ref,
        expires_at=clock.database_now() + LASTS,
    )
    event = tell(case, "evidence_asked", actor=actor, now=now, op_id=op_id, request=request.pk)
    _write(case, link=f"{address}{token}/", event=event, actor=actor, now=now)
    return request


@requires_transaction
def end_requests(
    *, case: Return, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Whatever link a locked case has out there stops working."""
    EvidenceRequest.objects.filter(return_case=case, ended_at__isnull=True).update(ended_at=now)


def _write(case: Return, *, link: str, event: Event, actor: Actor, now: dt.datetime) -> None:
    request = event.data["request"]
    items = [
        f"{line.quantity} × {line.order_line.title}"
        for line in read_lines(case)
        if line.decision not in OUT
    ]
    notifications.write(
        partner_id=case.partner_id,
        case=reference(case),
        kind=LETTER,
        event=event,
        to=get_addressee(case.customer),
        context={
            "customer_name": case.customer.name,
            "shop_name": case.channel.name,
            "case_number": case.number,
            "items_back": "\n".join(items),
            "link": link,
            "valid_until": format_date((now + LASTS).date(), case.locale),
        },
        actor=actor,
        now=now,
        promises=[
            notifications.Said(
                about=f"evidencerequest:{request}", what="photos_by", on=(now + LASTS).date()
            )
        ],
    )
