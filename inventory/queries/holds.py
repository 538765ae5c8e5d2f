from __future__ import annotations

from collections.abc import Collection

from core.models import PartnerQuerySet, User
from core.roles import Permission
from inventory.models import Reservation
from inventory.states import LIVE, ReservationState


def list_live_holds(references: Collection[str]) -> list[Reservation]:
    """Active and committed holds for these references, with place, bin and SKU."""
    return list(_with_places().filter(reference__in=references, state__in=LIVE).order_by("pk"))


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


def _with_places() -> PartnerQuerySet[Reservation]:
    holds: PartnerQuerySet[Reservation] = Reservation.objects.select_related(
        "variant__product", "location", "bin"
    )
    return holds
