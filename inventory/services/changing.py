"""Holds that become others: split among references, moved, replaced by other goods.

All or nothing: a refusal leaves the old hold as it was, also for a caller who goes on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.transactions import requires_transaction
from inventory import queries
from inventory.models import Reservation
from inventory.queries.placing import check_wanted, choose_places, out_of_stock
from inventory.rules import Choice, Destination, HoldScope, Wanted
from inventory.services.ending import get_hold, released
from inventory.services.hold_functions import (
    Deed,
    Making,
    end_holds,
    lock_stock,
    make_holds,
    split_hold,
)
from inventory.services.holds import HeldOtherwise, HoldEnded, check_same
from inventory.services.keeping import count_units
from inventory.states import ReleaseCause, ReservationState


@requires_transaction
def split(
    *,
    reference: str,
    into: Mapping[str, int],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> list[Reservation]:
    """Divide what a reference actively holds among references, itself among them or not.

    `into` says how many units each gets; together they are what is held. Nothing becomes free
    in between. Gives back the holds of all of them. Raises `HoldEnded`, `HeldOtherwise`.
    """
    if any(units < 1 for units in into.values()):
        raise BadInput("Each part has at least one unit.", field="into")
    others = [name for name in into if name != reference]
    with transaction.atomic():
        lock_stock([reference])
        held = count_units(queries.list_running_holds([reference]))[reference]
        if not held:
            raise HoldEnded("The stock is no longer held.", references=[reference])
        if sum(into.values()) != held:
            raise BadInput(f"The parts must be {held} units together.", field="into")
        if queries.list_live_holds(others):
            raise HeldOtherwise("Something is held for one of the parts already.")
        for name in others:
            split_hold(reference, name, into[name], Deed(actor, now, op_id))
        return queries.list_running_holds(list(into))


@requires_transaction
def move(
    *,
    number: str,
    location_id: int,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> list[Reservation]:
    """Hold the same units at another location; the new holds, one a lot, `continue` the old one.

    They end when it would have. Raises `HoldEnded` unless the hold runs and is not with the
    warehouse yet, `ActionBlocked` while a payment is on its way, `HeldOtherwise`, `OutOfStock`.
    """
    old = get_hold(number)
    scope = HoldScope(old.channel, old.exchange_type, old.tier)
    limits = queries.get_stock_limits(
        partner_id=old.partner_id, scope=scope, variant_ids=[old.variant_id]
    )
    deed = Deed(actor, now, op_id)
    with transaction.atomic():
        place = (old.variant_id, location_id)
        lock_stock([old.reference], places=[place], limits=limits, scope=scope)
        old = _end_to_move(number, location_id, deed)
        wanted = Wanted(old.reference, old.variant_id, old.quantity, location_id)
        making = Making(
            partner_id=old.partner_id,
            case=old.case,
            scope=scope,
            choices=[Choice(wanted, location_id)],
            limits=limits,
            hold_for=dt.timedelta(0),
            continues={old.reference: number},
            expires_at=old.expires_at,
            began_at=old.began_at,
            is_more=True,
        )
        held = [hold for hold in make_holds(making, deed) if hold.continues == number]
        if not held:
            terms = queries.get_hold_terms(partner_id=old.partner_id, scope=scope)
            raise out_of_stock(old.partner_id, [wanted], terms=terms, limits=limits, scope=scope)
    return held


def _end_to_move(number: str, location_id: int, deed: Deed) -> Reservation:
    """The hold as it was before it ended here. Its stock is locked."""
    old = get_hold(number)
    running = queries.list_running_holds([old.reference])
    if any(hold.location_id == location_id for hold in running):
        raise HeldOtherwise("Something is held for it there already.")
    if any(hold.number == number and hold.is_graced for hold in running):
        raise ActionBlocked("A payment for it is on its way.")
    ending = released(ReleaseCause.MOVED, sources=[ReservationState.ACTIVE])
    is_running = any(hold.number == number for hold in running)
    if not is_running or not end_holds([old.reference], ending, deed, only=number):
        raise HoldEnded("This hold does not run any more.", references=[old.reference])
    return old


@requires_transaction
def substitute(
    *,
    references: Sequence[str],
    wanted: Sequence[Wanted],
    destination: Destination | None,
    hold_for: dt.timedelta,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    scope: HoldScope | None = None,
) -> list[Reservation]:
    """Give back what these references hold and hold other goods instead (S17).

    A new hold `continues` the old one of its reference, or else the first that ended. It has
    its full length from now, as other goods are a promise of their own. Raises `HoldEnded` when
    nothing was held, `OutOfStock`.
    """
    check_wanted(wanted)
    scope = scope or HoldScope()
    variant_ids = {line.variant_id for line in wanted}
    deed = Deed(actor, now, op_id)
    old = queries.list_live_holds(references)
    if not old:
        raise HoldEnded("The stock is no longer held.", references=references)
    partner_id = old[0].partner_id
    terms = queries.get_hold_terms(partner_id=partner_id, scope=scope)
    limits = queries.get_stock_limits(partner_id=partner_id, scope=scope, variant_ids=variant_ids)
    with transaction.atomic():
        # All places of the new goods: which of them is chosen is only known once the old ones
        # are free, and by then the order of the locks must not matter any more.
        places = queries.list_places(variant_ids)
        lock_stock(references, places=places, limits=limits, scope=scope)
        ended = end_holds(references, released(ReleaseCause.SUBSTITUTED), deed)
        if not ended:
            raise HoldEnded("The stock is no longer held.", references=references)
        choices = choose_places(
            partner_id, wanted, destination, terms=terms, limits=limits, now=now
        )
        numbers = {hold.reference: hold.number for hold in reversed(ended)}
        making = Making(
            partner_id=partner_id,
            case=ended[0].case,
            scope=scope,
            choices=choices or [],
            limits=limits,
            hold_for=min(hold_for, terms.longest),
            continues={
                line.reference: numbers.get(line.reference, ended[0].number) for line in wanted
            },
        )
        held = make_holds(making, deed) if choices else []
        if not held:
            raise out_of_stock(partner_id, wanted, terms=terms, limits=limits, scope=scope)
    check_same(wanted, held)
    return held
