from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import BooleanField, DateTimeField, ExpressionWrapper, F, Func, Value

from core.models import PartnerQuerySet, User
from core.roles import Permission
from inventory.models import HoldRule, Reservation, StockLevel
from inventory.rules import HoldScope
from inventory.states import LIVE, AtExpiry, ReservationState


def list_live_holds(references: Collection[str]) -> list[Reservation]:
    """Active and committed holds for these references, with place, bin and SKU."""
    return list(_with_places().filter(reference__in=references, state__in=LIVE).order_by("pk"))


def list_running_holds(references: Collection[str]) -> list[Reservation]:
    """Active holds that are not due, swept or not, by the database's clock at this moment."""
    due = Func(F("expires_at"), F("grace_until"), DatabaseNow(), function="inventory_is_due")
    active = Reservation.objects.filter(reference__in=references, state=ReservationState.ACTIVE)
    return list(
        active.alias(is_due=ExpressionWrapper(due, BooleanField()))
        .filter(is_due=False)
        .order_by("pk")
    )


def list_due_scopes(until: dt.datetime) -> list[tuple[int, HoldScope]]:
    """Partners and scopes of the holds due by then, as far as a rule may let them run on."""
    due = Func(F("expires_at"), F("grace_until"), Value(until), function="inventory_is_due")
    renewing = HoldRule.objects.filter(at_expiry=AtExpiry.RENEW).values("partner")
    active = Reservation.objects.filter(partner__in=renewing, state=ReservationState.ACTIVE)
    scopes = (
        active.alias(is_due=ExpressionWrapper(due, BooleanField()))
        .filter(is_due=True)
        .values_list("partner_id", "channel", "exchange_type", "tier")
        .distinct()
        .order_by()
    )
    return [(partner_id, HoldScope(*codes)) for partner_id, *codes in scopes]


class DatabaseNow(Func):
    """The database's clock, which holds end by."""

    function = "app_now"
    output_field = DateTimeField()


def list_holds(
    *,
    user: User,
    states: Collection[ReservationState] = LIVE,
    location_id: int | None = None,
    after: int | None = None,
    limit: int = 50,
) -> list[Reservation]:
    """A page of the board: what this person may see, newest first, from below id `after`."""
    holds = _with_places().visible_to(user, Permission.SEE_STOCK).filter(state__in=states)
    if location_id is not None:
        holds = holds.filter(location=location_id)
    if after is not None:
        holds = holds.filter(pk__lt=after)
    return list(holds.order_by("-pk")[:limit])


def find_hold(number: str) -> Reservation | None:
    """The hold of that number, in whatever state it is."""
    return Reservation.objects.filter(number=number).first()


def list_places(variant_ids: Collection[int]) -> list[tuple[int, int]]:
    """Variant and location of every level of these variants."""
    levels = StockLevel.objects.filter(variant__in=variant_ids)
    return list(levels.values_list("variant_id", "location_id").distinct())


def _with_places() -> PartnerQuerySet[Reservation]:
    holds: PartnerQuerySet[Reservation] = Reservation.objects.select_related(
        "variant__product", "location", "bin"
    )
    return holds
