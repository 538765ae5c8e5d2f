"""The filters of the queue, as they stand in its address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.http import url_has_allowed_host_and_scheme

from orders.models import Channel
from returns.models import ReturnLine
from returns.states import Outcome, Reason


class FilterForm(forms.Form):
    """Every field is optional; what cannot be read filters nothing."""

    use_required_attribute = False

    channel = forms.ChoiceField(required=False)
    wants = forms.ChoiceField(
        label="Wants", required=False, choices=[("", "Every outcome"), *Outcome.choices]
    )
    reason = forms.ChoiceField(required=False, choices=[("", "Every reason"), *Reason.choices])
    words = forms.CharField(
        label="Customer, number or SKU",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def __init__(self, *args: Any, channels: list[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(channel.public_id, channel.name) for channel in channels]
        channel_field: Any = self.fields["channel"]
        channel_field.choices = [("", "Every channel"), *names]

    def chosen(self) -> dict[str, str]:
        """The filters that are set, by field name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def as_query(self) -> Q:
        asked = self.chosen()
        query = Q()
        if "channel" in asked:
            query &= Q(channel__public_id=asked["channel"])
        for name, column in (("wants", "outcome"), ("reason", "reason")):
            if name in asked:
                query &= Q(_has_line(**{column: asked[name]}))
        return query & _matches(asked["words"]) if "words" in asked else query

    def in_words(self) -> str:
        """“Shopify DE, wrong size”: what an empty list was narrowed to."""
        words = []
        for name, value in self.chosen().items():
            choices = dict(getattr(self.fields[name], "choices", []))
            words.append(str(choices.get(value, f"“{value}”")))
        return ", ".join(words)


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
