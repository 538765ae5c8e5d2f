from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from rest_framework.request import Request
from rest_framework.response import Response

from api.pages import Cursor, cut
from api.problems import NoSuchThing
from api.scopes import Scope
from api.shapes import Listed, ListedAsOf, moment
from api.stock import telling
from api.stock.feed import collapse
from api.stock.questions import (
    AvailabilityQuestion,
    ChangesQuestion,
    EntryQuestion,
    LevelQuestion,
)
from api.views import ApiView
from inventory import queries
from inventory.models import Location, StockEntry, StockLevel, Variant


class StockLevels(ApiView):
    """Each SKU at each place and of each lot, by bucket."""

    scopes = {"GET": Scope.READ_STOCK}
    answers = {"GET": ListedAsOf[telling.StockLevelTold]}
    question = LevelQuestion
    columns = {"sku": "variant__sku", "location": "location__code", "lot": "lot"}

    def get(self, request: Request) -> Response:
        levels = StockLevel.objects.for_partner(self.partner)
        levels = levels.select_related("variant", "location", "bin")
        page = cut(self.narrow(levels), self.asked)
        as_of, places = _places(self.partner.pk, {level.variant_id for level in page.rows})
        data = [
            telling.level(each, places[each.variant_id, each.location_id], livemode=self.livemode)
            for each in page.rows
        ]
        return Response(page.answer(data, as_of=moment(as_of)))


class Availability(ApiView):
    """What there is of some SKUs, over all places and at each."""

    scopes = {"GET": Scope.READ_STOCK}
    answers = {"GET": telling.AvailabilityList}
    question = AvailabilityQuestion

    def get(self, request: Request) -> Response:
        asked = list(dict.fromkeys(self.asked["sku"]))
        found = Variant.objects.for_partner(self.partner).filter(sku__in=asked)
        variants = dict(found.values_list("sku", "pk"))
        if unknown := [sku for sku in asked if sku not in variants]:
            raise NoSuchThing(
                "Some SKUs are not in the catalogue.",
                code="unknown_sku",
                errors=[
                    {"parameter": "sku", "code": "unknown_sku", "detail": f"No SKU is “{sku}”."}
                    for sku in unknown
                ],
            )
        as_of, places = queries.read_places(self.partner.pk, list(variants.values()))
        data = [telling.availability(sku, places[variants[sku]]) for sku in asked]
        return Response({"data": data, "as_of": moment(as_of), "livemode": self.livemode})


class StockChanges(ApiView):
    """The feed: where stock changed after a position, with the figures as they are now.

    Without `after` it says only where it ends, for who starts to follow it.
    """

    scopes = {"GET": Scope.READ_STOCK}
    answers = {"GET": telling.StockChangeFeed}
    question = ChangesQuestion

    def get(self, request: Request) -> Response:
        after: Cursor | None = self.asked.get("after")
        if after is None:
            changes = queries.Changes([], queries.get_newest_position())
        else:
            changes = queries.list_changes(
                partner_id=self.partner.pk, after=after.pk, limit=self.asked["limit"]
            )
        changed = collapse(changes.found, partner_id=self.partner.pk)
        as_of, places = _places(self.partner.pk, {each.variant_id for each in changed})
        return Response(
            {
                "data": [
                    telling.change(each, places[each.variant_id, each.location_id])
                    for each in changed
                ],
                "next": str(Cursor(">", changes.upto)),
                "has_more": changes.upto < queries.get_newest_position(),
                "as_of": moment(as_of),
                "livemode": self.livemode,
            }
        )


class StockEntries(ApiView):
    """The ledger: every unit that went from one bucket to another."""

    scopes = {"GET": Scope.READ_STOCK}
    answers = {"GET": Listed[telling.StockEntryTold]}
    question = EntryQuestion
    columns = {
        "sku": "stock_level__variant__sku",
        "location": "stock_level__location__code",
        "lot": "stock_level__lot",
        "cause": "cause",
    }

    def get(self, request: Request) -> Response:
        entries = StockEntry.objects.for_partner(self.partner).select_related(
            "stock_level__variant", "stock_level__location"
        )
        page = cut(self.narrow(entries), self.asked)
        return Response(page.answer(telling.tell_entries(page.rows, self.partner)))


class Locations(ApiView):
    """The fulfilment centres, few enough for one answer."""

    scopes = {"GET": Scope.READ_STOCK}
    answers = {"GET": telling.LocationList}

    def get(self, request: Request) -> Response:
        found = Location.objects.for_partner(self.partner).order_by("code")
        return Response({"data": [telling.location(each) for each in found]})


def _places(
    partner_id: int, variant_ids: Collection[int]
) -> tuple[dt.datetime, dict[tuple[int, int], queries.PlacePicture]]:
    """By variant and location."""
    as_of, found = queries.read_places(partner_id, variant_ids)
    return as_of, {
        (variant_id, place.location_id): place
        for variant_id, places in found.items()
        for place in places
    }
