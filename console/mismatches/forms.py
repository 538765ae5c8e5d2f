"""The filters of the mismatch desk, and what is asked before a difference is decided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from console.filters import Filters, search_field
from core.models import User
from core.roles import Permission
from inventory.models import Location
from returns.states import MismatchKind, MoneyRule


class FilterForm(Filters):
    kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "Every kind"), *MismatchKind.choices]
    )
    place = forms.ChoiceField(label="At", required=False)
    words = search_field("Case, SKU or serial")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Location.objects.visible_to(user, Permission.SEE_CASES).order_by("name")
        self.offer("place", "Every place", places.values_list("public_id", "name"))

    def as_query(self) -> Q:
        asked = self.chosen()
        query = Q()
        if "kind" in asked:
            query &= Q(kind=asked["kind"])
        if "place" in asked:
            query &= Q(receipt__location__public_id=asked["place"])
        if "words" in asked:
            words = asked["words"].strip()
            query &= (
                Q(number__iexact=words)
                | Q(return_case__number__iexact=words)
                | Q(receipt_line__serial_found__iexact=words)
                | Q(receipt_line__sku_found__iexact=words)
                | Q(return_line__order_line__sku__iexact=words)
            )
        return query


class DecisionForm(forms.Form):
    """The rule that is taken, why, and whether the customer is written to."""

    use_required_attribute = False

    rule = forms.ChoiceField(choices=MoneyRule.choices)
    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed for anything else than what is suggested.",
    )
    writes = forms.BooleanField(label="Write to the customer", required=False)
