"""What is asked before stock is changed by hand."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from django import forms

from inventory.models import Location, StockLevel
from inventory.states import AdjustReason

AT_MOST = 99_999


class Direction(StrEnum):
    OUT = "out"
    IN = "in"


class AdjustForm(forms.Form):
    """How many free units too many or too few there are, where, and why.

    The sign is a choice of its own: number keys of telephones have no minus.
    """

    use_required_attribute = False

    location = forms.TypedChoiceField(label="At", coerce=int)
    lot = forms.ChoiceField(required=False)
    direction = forms.ChoiceField(
        label="What is wrong",
        choices=[(Direction.OUT, "Fewer are there"), (Direction.IN, "More are there")],
        initial=Direction.OUT,
        widget=forms.RadioSelect,
    )
    units = forms.IntegerField(
        label="How many",
        min_value=1,
        max_value=AT_MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autofocus": True}),
    )
    reason = forms.ChoiceField(
        label="Why", choices=[("", "Choose why"), *AdjustReason.choices], required=True
    )

    def __init__(
        self,
        *args: Any,
        places: Collection[Location],
        levels: Collection[StockLevel],
        lots: Collection[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        location: Any = self.fields["location"]
        location.choices = [(place.pk, place.name) for place in places]
        known = sorted({*lots, *(level.lot for level in levels)} - {""})
        if known:
            lot: Any = self.fields["lot"]
            lot.choices = [("", "No lot"), *((code, code) for code in known)]
        else:
            del self.fields["lot"]

    @property
    def change(self) -> int:
        """Signed. Only of a valid form."""
        units: int = self.cleaned_data["units"]
        return -units if self.cleaned_data["direction"] == Direction.OUT else units
