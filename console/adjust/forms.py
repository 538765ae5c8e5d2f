"""What is asked before stock is changed by hand."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from django import forms

from inventory.models import Bin, Location, StockLevel, Variant
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


class WayOut(StrEnum):
    """What may become of quarantined units."""

    CLEAR = "clear"
    SCRAP = "scrap"
    VENDOR = "vendor"
    REFURBISH = "refurbish"


_WAYS = {
    WayOut.CLEAR: "Clear: looked at again, fit for sale",
    WayOut.REFURBISH: "Refurbish: put right, sold as another SKU",
    WayOut.VENDOR: "Send back to the supplier",
    WayOut.SCRAP: "Scrap",
}


def _units_field() -> forms.IntegerField:
    return forms.IntegerField(
        label="How many",
        min_value=1,
        max_value=AT_MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class PutAsideForm(forms.Form):
    """Free units of one place, and the bin they go into."""

    use_required_attribute = False

    level = forms.TypedChoiceField(label="From", coerce=int)
    units = _units_field()
    bin_id = forms.TypedChoiceField(label="Into bin", coerce=int, required=False, empty_value=None)

    def __init__(
        self, *args: Any, levels: Collection[StockLevel], bins: Collection[Bin], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        level: Any = self.fields["level"]
        level.choices = [(each.pk, _words_of(each)) for each in levels]
        bin_id: Any = self.fields["bin_id"]
        named = [(each.pk, f"{each.location}, {each.code}") for each in bins]
        bin_id.choices = [("", "The first quarantine bin there"), *named]


class LetOutForm(forms.Form):
    """Which way quarantined units go, how many, and as what."""

    use_required_attribute = False

    way_out = forms.ChoiceField(label="They are", widget=forms.RadioSelect)
    into = forms.TypedChoiceField(label="Sold as", coerce=int, required=False, empty_value=None)
    units = _units_field()

    def __init__(self, *args: Any, refurbished: Collection[Variant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        way_out: Any = self.fields["way_out"]
        way_out.choices = [
            (way.value, words)
            for way, words in _WAYS.items()
            if refurbished or way != WayOut.REFURBISH
        ]
        if refurbished:
            into: Any = self.fields["into"]
            into.choices = [("", "Only when refurbished"), *((v.pk, v.sku) for v in refurbished)]
        else:
            del self.fields["into"]

    @property
    def way(self) -> WayOut:
        """Only of a valid form."""
        return WayOut(self.cleaned_data["way_out"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("way_out") == WayOut.REFURBISH and not data.get("into"):
            self.add_error("into", "Choose as what they are sold.")
        return data


def _words_of(level: StockLevel) -> str:
    lot = f", lot {level.lot}" if level.lot else ""
    return f"{level.location}{lot}: {level.available} free"
