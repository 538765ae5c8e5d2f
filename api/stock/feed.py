"""Events to places: which SKU changed where, and the last reason why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from inventory.models import Location, Variant
from inventory.queries import Change


@dataclass(frozen=True, slots=True)
class ChangedPlace:
    """A SKU at a location, and the newest change of the page there."""

    variant_id: int
    sku: str
    location_id: int
    location: str
    cause: str


def collapse(changes: Iterable[Change], *, partner_id: int) -> list[ChangedPlace]:
    """One row for each place, in the order of its newest change.

    Figures are read when the page is answered, so older changes of a place would say the same.
    """
    changes = list(changes)
    variants, locations = _variants_of(changes, partner_id), _locations_of(partner_id)
    newest: dict[tuple[int, int], ChangedPlace] = {}
    for change in changes:
        variant = variants.get(_named(change.data, "variant", "sku"))
        location = locations.get(_named(change.data, "location_id", "location"))
        if variant is None or location is None:
            continue
        place = (variant.pk, location.pk)
        newest.pop(place, None)
        newest[place] = ChangedPlace(*_facts(variant, location), cause=change.kind)
    return list(newest.values())


def _named(data: dict[str, Any], *names: str) -> Any:
    """Events of the first weeks name a place by its code or its id, not by both."""
    return next((data[name] for name in names if name in data), None)


def _facts(variant: Variant, location: Location) -> tuple[int, str, int, str]:
    return variant.pk, variant.sku, location.pk, location.code


def _variants_of(changes: Iterable[Change], partner_id: int) -> dict[Any, Variant]:
    """By id and by SKU."""
    named = {_named(change.data, "variant", "sku") for change in changes}
    found = Variant.objects.for_partner(partner_id).filter(
        Q(pk__in=[name for name in named if isinstance(name, int)])
        | Q(sku__in=[name for name in named if isinstance(name, str)])
    )
    return {name: variant for variant in found for name in (variant.pk, variant.sku)}


def _locations_of(partner_id: int) -> dict[Any, Location]:
    """By id and by code."""
    found = Location.objects.for_partner(partner_id)
    return {name: place for place in found for name in (place.pk, place.code)}
