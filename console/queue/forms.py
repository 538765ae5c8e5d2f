"""The filters of the queue, as they stand in its address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.http import url_has_allowed_host_and_scheme

from console.filters import Filters, search_field
from orders.models import Channel
from returns.models import ReturnLine
from returns.states import Outcome, Reason


class FilterForm(Filters):
    channel = forms.ChoiceField(required=False)
    wants = forms.ChoiceField(
        label="Wants", required=False, choices=[("", "Every outcome"), *Outcome.choices]
    )
    reason = forms.ChoiceField(required=False, choices=[("", "Every reason"), *Reason.choices])
    words = search_field("Customer, number or SKU")

    def __init__(self, *args: Any, channels: list[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(channel.public_id, channel.name) for channel in channels]
        self.offer("channel", "Every channel", names)

    def as_query(self) -> Q:
        asked = self.chosen()
        query = Q()
        if "channel" in asked:
            query &= Q(channel__public_id=asked["channel"])
        for name, column in (("wants", "outcome"), ("reason", "reason")):
            if name in asked:
                query &= Q(_has_line(**{column: asked[name]}))
        return query & _matches(asked["words"]) if "words" in asked else query


class TakeForm(forms.Form):
    """What goes with the selected cases: an id for the whole, and the list they stood in."""

    op_id = forms.UUIDField()
    back = forms.CharField(required=False)

    def clean_back(self) -> str:
        """Only back into this desk: an address from outside would be an open door."""
        back = str(self.cleaned_data["back"])
        return back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""


def _has_line(**where: Any) -> Exists:
    return Exists(ReturnLine.objects.filter(return_case=OuterRef("pk"), **where))


def _matches(words: str) -> Q:
    words = words.strip()
    return (
        Q(number__istartswith=words)
        | Q(customer__name__icontains=words)
        | Q(customer__email__iexact=words)
        | Q(_has_line(order_line__order__number__istartswith=words))
        | Q(_has_line(order_line__sku__iexact=words))
    )
