"""The filters of the list, and what is asked before a discrepancy is decided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from console.filters import Filters, search_field
from core.models import User
from core.roles import Permission
from inventory.models import Location
from inventory.states import AdjustReason, DiscrepancySource, DismissReason


class FilterForm(Filters):
    place = forms.ChoiceField(label="At", required=False)
    source = forms.ChoiceField(
        label="From", required=False, choices=[("", "Every source"), *DiscrepancySource.choices]
    )
    words = search_field("Number or SKU")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Location.objects.visible_to(user, Permission.SEE_STOCK).order_by("name")
        self.offer("place", "Every place", places.values_list("public_id", "name"))

    def as_query(self) -> Q:
        asked = self.chosen()
        query = Q()
        if "place" in asked:
            query &= Q(location__public_id=asked["place"])
        if "source" in asked:
            query &= Q(source=asked["source"])
        if "words" in asked:
            words = asked["words"].strip()
            query &= Q(number__istartswith=words) | Q(variant__sku__iexact=words)
        return query


class SeenForm(forms.Form):
    """Which figures were on the screen: a count that came in meanwhile is another question."""

    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    use_required_attribute = False


class CorrectionForm(SeenForm):
    reason = forms.ChoiceField(
        label="Why it differs", choices=AdjustReason.choices, initial=AdjustReason.COUNTED
    )


class DismissalForm(SeenForm):
    reason = forms.ChoiceField(
        label="Why the ledger is right", choices=[("", "Choose why"), *DismissReason.choices]
    )
