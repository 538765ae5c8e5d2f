"""The filters of the board, as they stand in its address in every view."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from core.models import User
from core.roles import Permission
from inventory.models import Location, Reservation, WaitingLine
from orders.models import Channel


class HoldFilter(forms.Form):
    """Every field is optional; what cannot be read filters nothing. A line that waits has no
    place yet, so there the place only stays in the address."""

    use_required_attribute = False

    place = forms.ChoiceField(label="At", required=False)
    channel = forms.ChoiceField(required=False)
    words = forms.CharField(
        label="SKU, title or hold",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def __init__(self, *args: Any, user: User, has_place: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Location.objects.visible_to(user, Permission.SEE_STOCK).order_by("name")
        channels = Channel.objects.visible_to(user, Permission.SEE_STOCK).order_by("name")
        self._offer("place", "Every place", places.values_list("public_id", "name"))
        self._offer("channel", "Every channel", channels.values_list("code", "name"))
        if not has_place:
            self.fields["place"].widget = forms.HiddenInput()

    @property
    def channel_names(self) -> dict[str, str]:
        field: Any = self.fields["channel"]
        return dict(field.choices)

    def chosen(self) -> dict[str, str]:
        """The filters that are set, by field name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def in_words(self) -> str:
        """“Leipzig, Shopify DE”: what an empty list was narrowed to."""
        words = []
        for name, value in self.chosen().items():
            if not self.fields[name].widget.is_hidden:
                choices = dict(getattr(self.fields[name], "choices", []))
                words.append(str(choices.get(value, f"“{value}”")))
        return ", ".join(words)

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
