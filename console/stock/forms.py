"""What a ledger is narrowed to, as it stands in its address."""

from __future__ import annotations

from typing import Any

from django import forms

from inventory.models import Location
from inventory.states import EntryCause


class LedgerFilter(forms.Form):
    """Both are optional; what cannot be read filters nothing."""

    use_required_attribute = False

    place = forms.ChoiceField(label="At", required=False)
    cause = forms.ChoiceField(
        label="Cause", required=False, choices=[("", "Every cause"), *EntryCause.choices]
    )

    def __init__(self, *args: Any, places: list[Location], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = {place.public_id: place for place in places}
        field: Any = self.fields["place"]
        names = [(public_id, place.name) for public_id, place in self._places.items()]
        field.choices = [("", "Every place"), *names]

    @property
    def chosen_place(self) -> Location | None:
        self.is_valid()
        return self._places.get(self.cleaned_data.get("place", ""))

    @property
    def chosen_cause(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("cause", ""))

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chosen_place or self.chosen_cause)
