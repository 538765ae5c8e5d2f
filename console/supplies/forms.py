from __future__ import annotations

from typing import Any

from django import forms

from core.models import User
from core.roles import Permission
from inventory.models import Location, Variant

MOST_UNITS = 1_000_000


class NewSupplyForm(forms.Form):
    """What is expected, where and when. The places are those the person sees stock of."""

    sku = forms.CharField(label="SKU", max_length=80)
    location = forms.ChoiceField(label="Comes to")
    quantity = forms.IntegerField(min_value=1, max_value=MOST_UNITS, initial=1)
    expected_on = forms.DateField(label="On", widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.CharField(
        label="Purchase number", max_length=80, required=False, help_text="So that it is found."
    )

    def fit(self, user: User) -> None:
        self.places = Location.objects.visible_to(user, Permission.SEE_STOCK).filter(is_active=True)
        choice: Any = self.fields["location"]
        choice.choices = [(str(place.pk), place.name) for place in self.places.order_by("name")]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if "location" not in said or "sku" not in said:
            return said
        place = self.places.get(pk=int(said["location"]))
        variants = Variant.objects.for_partner(place.partner_id).filter(sku__iexact=said["sku"])
        variant = variants.first()
        if variant is None:
            self.add_error("sku", f"We know no article “{said['sku']}”.")
            return said
        return {
            "partner_id": place.partner_id,
            "location_id": place.pk,
            "variant_id": variant.pk,
            "quantity": said.get("quantity"),
            "expected_on": said.get("expected_on"),
            "source": said.get("source", ""),
        }


class DayForm(forms.Form):
    expected_on = forms.DateField(label="New day", widget=forms.DateInput(attrs={"type": "date"}))


class CameForm(forms.Form):
    quantity = forms.IntegerField(label="Came", min_value=1, max_value=MOST_UNITS)
