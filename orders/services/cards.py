"""Cards on file: the provider's token and what its owner agreed to. Never a number."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.events import record
from core.transactions import requires_transaction
from orders.models import PaymentMethod


@requires_transaction
def keep_card(
    *,
    partner_id: int,
    customer_id: int,
    provider: str,
    token: str,
    label: str,
    consent: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> PaymentMethod:
    """Keep a card that its owner gave on the provider's page, for what they agreed to there.

    The same card given again is the card there is, with its newest consent.
    """
    whose = {"partner_id": partner_id, "customer_id": customer_id}
    which = {"provider": provider, "token": token}
    known = PaymentMethod.objects.filter(**whose, **which).order_by("pk").first()
    card = known or PaymentMethod(**whose, **which)
    card.label, card.consent, card.consented_at = label[:80], consent[:40], now
    card.save()
    record(
        kind="card.kept",
        partner_id=partner_id,
        subject=f"customer:{customer_id}",
        actor=actor,
        op_id=op_id,
        now=now,
        data={"method": card.pk, "consent": card.consent},
    )
    return card
