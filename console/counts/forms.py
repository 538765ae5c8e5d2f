"""What is asked before a count begins, and for each figure."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from inventory.models import Bin, Location

# A figure longer than this is no figure: it is the barcode of what comes next.
LONGEST_FIGURE = 5


class BeginForm(forms.Form):
    """A place, or one bin there; the bin's label may be scanned."""

    use_required_attribute = False

    location = forms.TypedChoiceField(label="At", coerce=int)
    bin = forms.CharField(
        required=False,
        max_length=40,
        help_text="Scan its label or type its code. Left empty, the whole shelf is counted.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )

    def __init__(self, *args: Any, places: list[Location], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = {place.pk: place for place in places}
        location: Any = self.fields["location"]
        location.choices = [(place.pk, place.name) for place in places]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        place, code = self.place, data.get("bin", "").strip()
        data["bin_id"] = self._find_bin(place, code) if place and code else None
        return data

    @property
    def place(self) -> Location | None:
        return self._places.get(self.cleaned_data.get("location", 0))

    def _find_bin(self, place: Location, code: str) -> int | None:
        found: Bin | None = place.bins.filter(code__iexact=code).first()
        if found is None:
            self.add_error("bin", f"There is no bin {code} at {place}.")
        return found.pk if found else None


class FigureForm(forms.Form):
    """How many were found. What cannot be a figure is taken for the next scan."""

    use_required_attribute = False

    counted = forms.CharField(
        label="Units found",
        max_length=80,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}
        ),
    )

    def clean_counted(self) -> int:
        text: str = self.cleaned_data["counted"]
        if not re.fullmatch(rf"[0-9]{{1,{LONGEST_FIGURE}}}", text):
            raise forms.ValidationError("Type how many there are, in digits.")
        return int(text)

    @property
    def scan(self) -> str:
        """What was scanned in place of a figure; “” for a figure, or for a slip of one."""
        text = str(self.data.get("counted", "")).strip()
        is_short = text.lstrip("-+").isdecimal() and len(text) <= LONGEST_FIGURE + 1
        return "" if is_short else text
