"""What is held at each centre, and what of it ends first."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Sum
from django.urls import reverse

from console.components import words_for_time_left
from console.holds.page import PlaceGroup
from console.holds.rows import Onlooker, draw_rows
from inventory.models import Location, Reservation
from inventory.states import ReservationState

FIRST = 5
ENDING_FIRST = (F("expires_at").asc(nulls_last=True), "pk")


def draw_places(
    holds: QuerySet[Reservation], onlooker: Onlooker, *, filters: dict[str, str], current: str = ""
) -> list[PlaceGroup]:
    """One group for each centre where something is held, in the order of their names."""
    shown = _list_first(holds)
    numbers = {hold.number: hold.location_id for hold in shown}
    rows = draw_rows(shown, onlooker, current=current)
    return [
        PlaceGroup(
            name=place["location__name"],
            figures=_figures(place, onlooker.as_of),
            rows=[row for row in rows if numbers[row.number] == place["location"]],
            url=_address(filters | {"place": place["location__public_id"]}),
        )
        for place in _count_places(holds)
    ]


def _count_places(holds: QuerySet[Reservation]) -> list[dict[str, Any]]:
    active = Q(state=ReservationState.ACTIVE)
    counted = holds.values("location", "location__name", "location__public_id").annotate(
        holds=Count("pk"),
        units=Sum("quantity"),
        running=Count("pk", filter=active),
        first_end=Min("expires_at", filter=active),
    )
    return [dict(place) for place in counted.order_by("location__name")]


def _list_first(holds: QuerySet[Reservation]) -> list[Reservation]:
    """The few of each centre that end first, over all centres, in that order."""
    here = holds.filter(location=OuterRef("pk")).order_by(*ENDING_FIRST).values("pk")[:FIRST]
    firsts = Location.objects.filter(
        pk__in=holds.order_by().values("location").distinct()
    ).values_list(ArraySubquery(here), flat=True)
    ids = [pk for first in firsts for pk in first]
    return list(holds.filter(pk__in=ids).order_by(*ENDING_FIRST))


def _figures(place: dict[str, Any], as_of: dt.datetime) -> str:
    with_warehouse = place["holds"] - place["running"]
    words = [
        f"{place['holds']} hold{'s' * (place['holds'] != 1)}",
        f"{place['units']} unit{'s' * (place['units'] != 1)}",
    ]
    if with_warehouse:
        words.append(f"{with_warehouse} with the warehouse")
    if place["first_end"]:
        words.append(f"first ends: {words_for_time_left(place['first_end'] - as_of)}")
    return " · ".join(words)


def _address(filters: dict[str, str]) -> str:
    return f"{reverse('console:holds_tab', args=['running'])}?{urlencode(filters)}"
