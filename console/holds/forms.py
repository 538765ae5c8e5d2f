"""The filters of the board, as they stand in its address in every view."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from console.filters import Filters, search_field
from core.models import User
from core.roles import Permission
from inventory.models import Location, Reservation, WaitingLine
from orders.models import Channel


class HoldFilter(Filters):
    """A line that waits has no place yet, so there the place only stays in the address."""

    place = forms.ChoiceField(label="At", required=False)
    channel = forms.ChoiceField(required=False)
    words = search_field("SKU, title or hold")

    def __init__(self, *args: Any, user: User, has_place: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Location.objects.visible_to(user, Permission.SEE_STOCK).order_by("name")
        channels = Channel.objects.visible_to(user, Permission.SEE_STOCK).order_by("name")
        self.offer("place", "Every place", places.values_list("public_id", "name"))
        self.offer("channel", "Every channel", channels.values_list("code", "name"))
        if not has_place:
            self.fields["place"].widget = forms.HiddenInput()

    @property
    def channel_names(self) -> dict[str, str]:
        field: Any = self.fields["channel"]
        return dict(field.choices)

    def narrow(self, holds: QuerySet[Reservation]) -> QuerySet[Reservation]:
        asked = self.chosen()
        if "place" in asked:
            holds = holds.filter(location__public_id=asked["place"])
        if "channel" in asked:
            holds = holds.filter(channel=asked["channel"])
        if "words" in asked:
            named = Q(number__istartswith=asked["words"].strip())
            holds = holds.filter(named | _is_named(asked["words"]))
        return holds

    def narrow_waiting(self, lines: QuerySet[WaitingLine]) -> QuerySet[WaitingLine]:
        asked = self.chosen()
        if "channel" in asked:
            lines = lines.filter(channel=asked["channel"])
        return lines.filter(_is_named(asked["words"])) if "words" in asked else lines

    def _offer(self, name: str, everything: str, choices: Any) -> None:
        field: Any = self.fields[name]
        field.choices = [("", everything), *choices]


def _is_named(words: str) -> Q:
    """The goods' SKU begins with the words, or their title holds every one of them."""
    query = Q(variant__sku__istartswith=words.strip())
    titled = Q()
    for word in words.split():
        titled &= Q(variant__title__icontains=word) | Q(variant__product__title__icontains=word)
    return query | titled
