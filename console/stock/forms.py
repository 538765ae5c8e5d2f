"""What a ledger is narrowed to, as it stands in its address."""

from __future__ import annotations

from typing import Any

from django import forms

from console.filters import Filters
from inventory.models import Location
from inventory.states import EntryCause


class LedgerFilter(Filters):
    place = forms.ChoiceField(label="At", required=False)
    cause = forms.ChoiceField(
        label="Cause", required=False, choices=[("", "Every cause"), *EntryCause.choices]
    )

    def __init__(self, *args: Any, places: list[Location], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = {place.public_id: place for place in places}
        names = [(public_id, place.name) for public_id, place in self._places.items()]
        self.offer("place", "Every place", names)

    @property
    def chosen_place(self) -> Location | None:
        return self._places.get(self.chosen().get("place", ""))

    @property
    def chosen_cause(self) -> str:
        return self.chosen().get("cause", "")
