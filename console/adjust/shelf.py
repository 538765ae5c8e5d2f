"""Everything of one variant: where it may lie, what lies there, in quarantine too."""

from __future__ import annotations

from dataclasses import dataclass

from console.adjust.page import PlaceRow
from inventory.models import Bin, Location, Lot, QuarantineBalance, StockLevel, Variant
from inventory.queries import list_quarantined


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """`quarantined` are the bins that hold units of it now."""

    variant: Variant
    places: list[Location]
    levels: list[StockLevel]
    lots: list[str]
    quarantined: list[QuarantineBalance]

    def level_at(self, location_id: int, lot: str) -> StockLevel:
        """What lies there; an unsaved level of nothing where nothing ever lay."""
        for level in self.levels:
            if (level.location_id, level.lot) == (location_id, lot):
                return level
        place = next(place for place in self.places if place.pk == location_id)
        return StockLevel(variant=self.variant, location=place, lot=lot)

    def list_rows(self, chosen: StockLevel | None = None) -> list[PlaceRow]:
        return [
            PlaceRow(
                place=level.location.name,
                lot=level.lot,
                bin=level.bin.code if level.bin else "",
                available=level.available,
                held=level.held,
                allocated=level.allocated,
                quarantine=level.quarantine,
                is_chosen=level is chosen,
            )
            for level in self.levels
        ]


def read_shelf(variant: Variant) -> Shelf:
    partner = variant.partner_id
    levels = StockLevel.objects.for_partner(partner).filter(variant=variant)
    places = Location.objects.for_partner(partner).filter(is_active=True)
    lots = Lot.objects.for_partner(partner).filter(variant=variant)
    return Shelf(
        variant=variant,
        places=list(places.order_by("name")),
        levels=list(levels.select_related("location", "bin").order_by("location__name", "lot")),
        lots=list(lots.order_by("code").values_list("code", flat=True)),
        quarantined=list_quarantined(variant.pk),
    )


def list_quarantine_bins(partner_id: int) -> list[Bin]:
    bins = Bin.objects.for_partner(partner_id).filter(kind=Bin.Kind.QUARANTINE)
    return list(bins.select_related("location").order_by("location__name", "code"))
