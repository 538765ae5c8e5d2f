from __future__ import annotations

from decimal import Decimal

from django import forms

from console.case.forms import LONGEST_REASON
from exchanges.rules import WantedReplacement

LONGEST_SKU = 80
MOST_LINES = 50


class AskedForm(forms.Form):
    """What may be asked of the comparison: another article, another part of the value."""

    sku = forms.CharField(required=False, max_length=LONGEST_SKU)
    percent = forms.DecimalField(required=False, min_value=0, max_value=100, decimal_places=2)

    def rate(self) -> Decimal | None:
        percent: Decimal | None = self.cleaned_data.get("percent")
        return None if percent is None else percent / 100


class TakeForm(forms.Form):
    """The yes to one outcome: why, and unseen just what was shown."""

    reason = forms.CharField(
        label="Why", max_length=LONGEST_REASON, help_text="Kept in the timeline for everybody."
    )
    goods = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    rate = forms.DecimalField(
        required=False,
        min_value=0,
        max_value=1,
        max_digits=8,
        decimal_places=6,
        widget=forms.HiddenInput,
    )
    customer = forms.DecimalField(required=False, widget=forms.HiddenInput)

    def clean_goods(self) -> list[WantedReplacement]:
        return read_goods(self.cleaned_data["goods"])


class PlainTakeForm(TakeForm):
    """Where no money moves a click is enough."""

    reason = forms.CharField(required=False, max_length=LONGEST_REASON)


def write_goods(wanted: tuple[WantedReplacement, ...]) -> str:
    """For a hidden field: ``order line:variant:quantity`` for each, 0 for no order line."""
    return " ".join(
        f"{line.replaces_order_line_id or 0}:{line.variant_id}:{line.quantity}" for line in wanted
    )


def read_goods(text: str) -> list[WantedReplacement]:
    found: list[WantedReplacement] = []
    for part in text.split()[:MOST_LINES]:
        numbers = part.split(":")
        if len(numbers) != 3 or not all(each.isascii() and each.isdigit() for each in numbers):
            raise forms.ValidationError("That form was not from this page.")
        line, variant, quantity = (int(each[:9]) for each in numbers)
        found.append(
            WantedReplacement(
                variant_id=variant, quantity=quantity, replaces_order_line_id=line or None
            )
        )
    return found
