"""What lies where of a SKU, who may have it, and what keeps the rest."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from core import clock
from core.asking import ask
from core.kept import KeptQuery
from core.models import User
from core.roles import Permission
from inventory.models import (
    Allocation,
    Discrepancy,
    Location,
    QuarantineBalance,
    Reservation,
    Variant,
    WaitingLine,
)
from inventory.queries.limits import get_stock_limits
from inventory.queries.quarantine import list_quarantined
from inventory.rules import HoldScope, StockLimits
from inventory.states import (
    LIVE,
    AllocationState,
    DiscrepancySource,
    DiscrepancyState,
    ReservationState,
    WaitingState,
)

LEVELS = """
WITH moment AS MATERIALIZED (SELECT app_now() AS now)
SELECT s.id, s.variant_id, s.location_id, c.code, c.name,
       c.is_active AND (c.paused_until IS NULL OR c.paused_until
           <= coalesce(%(now)s::timestamptz, (SELECT now FROM moment))) AS is_open,
       s.lot, coalesce(lot.is_blocked, false) AS is_blocked, coalesce(b.code, '') AS bin,
       s.available, s.held, s.allocated, s.quarantine, coalesce(due.units, 0) AS due, s.sequence,
       (SELECT now FROM moment) AS as_of
  FROM inventory_stocklevel s
  JOIN inventory_location c ON c.id = s.location_id
  LEFT JOIN inventory_bin b ON b.id = s.bin_id
  LEFT JOIN inventory_lot lot ON lot.variant_id = s.variant_id AND lot.code = s.lot
  LEFT JOIN LATERAL (
       SELECT sum(r.quantity)::integer AS units FROM inventory_reservation r
        WHERE r.stock_level_id = s.id AND r.state = 'active'
          AND r.expires_at <= (SELECT now FROM moment)
          AND (r.grace_until IS NULL OR r.grace_until <= (SELECT now FROM moment))
       ) due ON s.held > 0
 WHERE s.partner_id = %(partner)s AND s.variant_id = ANY (%(variants)s)
 ORDER BY c.code, s.location_id, s.lot, s.id
"""


@dataclass(frozen=True, slots=True)
class LevelPicture:
    """One lot (blank: none) of a SKU at a place. `due` of the held units have run out."""

    stock_level_id: int
    lot: str
    is_blocked: bool
    bin: str
    available: int
    held: int
    allocated: int
    quarantine: int
    due: int
    sequence: int

    @property
    def on_hand(self) -> int:
        return self.available + self.held + self.allocated + self.quarantine

    @property
    def free(self) -> int:
        """What can be taken at once: also held units whose time has run out."""
        return 0 if self.is_blocked else self.available + self.due


@dataclass(frozen=True, slots=True)
class PlacePicture:
    """A SKU at a location, over its lots.

    `safety` units are kept from holds by rule, `missing` ones from everybody because a count
    found fewer. A closed or paused place promises nothing.
    """

    location_id: int
    code: str
    name: str
    is_open: bool
    safety: int
    missing: int
    levels: tuple[LevelPicture, ...]

    @property
    def floor(self) -> int:
        return self.safety + self.missing

    @property
    def available(self) -> int:
        return sum(level.available for level in self.levels)

    @property
    def held(self) -> int:
        return sum(level.held for level in self.levels)

    @property
    def allocated(self) -> int:
        return sum(level.allocated for level in self.levels)

    @property
    def quarantine(self) -> int:
        return sum(level.quarantine for level in self.levels)

    @property
    def free(self) -> int:
        return sum(level.free for level in self.levels)

    @property
    def sellable(self) -> int:
        """What a channel's sale may take."""
        return max(self.free - self.missing, 0) if self.is_open else 0

    @property
    def promisable(self) -> int:
        """What an exchange may hold."""
        return max(self.free - self.floor, 0) if self.is_open else 0

    @property
    def sequence(self) -> int:
        """Rises with every change of the SKU at this place; what channel feeds are told."""
        return sum(level.sequence for level in self.levels)


@dataclass(frozen=True, slots=True)
class SkuPicture:
    """A SKU over all its places at one moment of the database's clock, and what is behind it."""

    as_of: dt.datetime
    variant: Variant
    places: tuple[PlacePicture, ...]
    holds: Sequence[Reservation] = ()
    allocations: Sequence[Allocation] = ()
    waiting: Sequence[WaitingLine] = ()
    discrepancies: Sequence[Discrepancy] = ()
    quarantined: Sequence[QuarantineBalance] = field(default=())

    @property
    def promisable(self) -> int:
        return sum(place.promisable for place in self.places)

    @property
    def sellable(self) -> int:
        return sum(place.sellable for place in self.places)

    @property
    def on_hand(self) -> int:
        return sum(level.on_hand for place in self.places for level in place.levels)


def get_sku_picture(
    *,
    partner_id: int,
    variant_id: int,
    now: dt.datetime | None = None,
    scope: HoldScope | None = None,
    limit: int = 100,
) -> SkuPicture:
    """Everything about a SKU's stock. `scope` says for whose holds floors are meant.

    Of holds, allocations and waiting lines the first `limit` each: those that end soonest, the
    newest, the oldest. `now` (left out: the database's clock) decides whether a
    place is paused. Raises Variant.DoesNotExist.
    """
    variant = Variant.objects.for_partner(partner_id).select_related("product").get(pk=variant_id)
    as_of, places = read_places(partner_id, [variant_id], scope=scope, now=now)
    return SkuPicture(
        as_of=as_of,
        variant=variant,
        places=tuple(places[variant_id]),
        holds=_list_holds(variant_id, limit),
        allocations=list(
            Allocation.objects.select_related("location")
            .filter(stock_level__variant=variant_id, state=AllocationState.OPEN)
            .order_by("-pk")[:limit]
        ),
        waiting=list(
            WaitingLine.objects.filter(
                variant=variant_id, state__in=(WaitingState.WAITING, WaitingState.WOKEN)
            ).order_by("since", "pk")[:limit]
        ),
        discrepancies=list(
            Discrepancy.objects.select_related("location")
            .filter(variant=variant_id, state=DiscrepancyState.OPEN)
            .order_by("pk")[:limit]
        ),
        quarantined=list_quarantined(variant_id),
    )


def get_sellable(
    *, partner_id: int, variant_ids: Collection[int], now: dt.datetime | None = None
) -> dict[int, dict[int, int]]:
    """By variant and location what a channel's sale may take now."""
    _, places = read_places(partner_id, variant_ids, scope=None, now=now)
    return {
        variant_id: {place.location_id: place.sellable for place in found}
        for variant_id, found in places.items()
    }


def get_skus(*, partner_id: int, variant_ids: Collection[int]) -> dict[int, str]:
    """The SKUs of variants by id."""
    variants = Variant.objects.for_partner(partner_id).filter(pk__in=variant_ids)
    return dict(variants.values_list("pk", "sku"))


def find_skus(*, user: User, text: str, limit: int = 20) -> list[Variant]:
    """Variants a person may see the stock of, on sale or not, by SKU, barcode or title."""
    found = Variant.objects.visible_to(user, Permission.SEE_STOCK).select_related("product")
    for word in text.split()[:8]:
        found = found.filter(
            Q(sku__istartswith=word)
            | Q(barcode__istartswith=word)
            | Q(title__icontains=word)
            | Q(product__title__icontains=word)
        )
    return list(found.order_by("sku", "pk")[:limit]) if text.split() else []


_ALLOCATED: KeptQuery[Allocation] = KeptQuery(
    lambda partner_id, references: (
        Allocation.objects.for_partner(partner_id)
        .filter(reference__in=references, state=AllocationState.OPEN)
        .order_by("pk")
    )
)
_OPEN_DISCREPANCIES: KeptQuery[Discrepancy] = KeptQuery(
    lambda variant_id, source: Discrepancy.objects.filter(
        variant=variant_id, source=source, state=DiscrepancyState.OPEN
    ).order_by("pk")
)


def list_allocated(*, partner_id: int, references: Collection[str]) -> list[Allocation]:
    """Open allocations of these references."""
    return _ALLOCATED(partner_id, list(references))


def list_open_discrepancies(*, variant_id: int, source: DiscrepancySource) -> list[Discrepancy]:
    """What one source says about a variant and nobody has decided yet."""
    return _OPEN_DISCREPANCIES(variant_id, source)


def list_oversold() -> list[tuple[int, int]]:
    """Partner and variant of every open report of a sale without stock."""
    found = Discrepancy.objects.filter(source=DiscrepancySource.SALE, state=DiscrepancyState.OPEN)
    return sorted(set(found.values_list("partner_id", "variant_id")))


def get_first_location(partner_id: int) -> int | None:
    """The id of the oldest open location: where a SKU belongs that lies nowhere."""
    places = Location.objects.for_partner(partner_id).filter(is_active=True).order_by("pk")
    first: int | None = places.values_list("pk", flat=True).first()
    return first


def list_shipped_references(*, partner_id: int, references: Collection[str]) -> list[str]:
    """Those of the references of which units have left."""
    shipped = Allocation.objects.for_partner(partner_id).filter(
        reference__in=references, state=AllocationState.SHIPPED
    )
    return sorted(set(shipped.values_list("reference", flat=True)))


def list_firm_promises(*, variant_id: int, location_id: int, lot: str) -> list[str]:
    """What keeps units of a place that nobody takes away: committed holds and allocations."""
    holds = Reservation.objects.filter(
        stock_level__variant=variant_id,
        stock_level__location=location_id,
        stock_level__lot=lot,
        state=ReservationState.COMMITTED,
    )
    allocations = Allocation.objects.filter(
        stock_level__variant=variant_id,
        stock_level__location=location_id,
        stock_level__lot=lot,
        state=AllocationState.OPEN,
    )
    return [
        *(
            f"{number} has {units}, committed to the warehouse"
            for number, units in holds.order_by("pk").values_list("number", "quantity")
        ),
        *(
            f"{reference} has {units}, sold on a channel"
            for reference, units in allocations.order_by("pk").values_list("reference", "quantity")
        ),
    ]


def _list_holds(variant_id: int, limit: int) -> list[Reservation]:
    holds = Reservation.objects.select_related("location", "bin").filter(
        stock_level__variant=variant_id, state__in=LIVE
    )
    return list(holds.order_by("expires_at", "pk")[:limit])


def read_places(
    partner_id: int,
    variant_ids: Collection[int],
    *,
    scope: HoldScope | None = None,
    now: dt.datetime | None = None,
) -> tuple[dt.datetime, dict[int, list[PlacePicture]]]:
    """By variant the places where it lies, and the moment of the database's clock that is so."""
    limits = get_stock_limits(
        partner_id=partner_id, scope=scope or HoldScope(), variant_ids=variant_ids
    )
    rows = ask(LEVELS, {"partner": partner_id, "variants": list(variant_ids), "now": now})
    as_of = rows[0][-1] if rows else clock.database_now()
    levels: dict[tuple[int, int], list[LevelPicture]] = defaultdict(list)
    named = {}
    for pk, variant_id, location_id, code, name, is_open, *level, _ in rows:
        named[variant_id, location_id] = (code, name, is_open)
        levels[variant_id, location_id].append(LevelPicture(pk, *level))
    places: dict[int, list[PlacePicture]] = {variant_id: [] for variant_id in variant_ids}
    for (variant_id, location_id), found in levels.items():
        code, name, is_open = named[variant_id, location_id]
        safety, missing = _floors(limits, variant_id, location_id)
        places[variant_id].append(
            PlacePicture(location_id, code, name, is_open, safety, missing, tuple(found))
        )
    return as_of, places


def _floors(limits: StockLimits, variant_id: int, location_id: int) -> tuple[int, int]:
    """`limits.safety` is the whole floor; what is missing of it is told apart."""
    missing = limits.missing.get((variant_id, location_id), 0)
    return limits.safety.get((variant_id, location_id), 0) - missing, missing
