from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from api.models import CALLS_PER_MINUTE
from api.scopes import Scope
from core.models import Partner

LASTS = [("90", "90 days"), ("365", "a year"), ("30", "30 days"), ("", "until it is revoked")]


class KeyForm(forms.Form):
    """Which program calls, for whom, what it may, and for how long."""

    use_required_attribute = False

    partner = forms.ModelChoiceField(
        Partner.objects.none(), label="For", empty_label=None, to_field_name="code"
    )
    name = forms.CharField(
        max_length=80,
        label="Program",
        help_text="Which one uses it: “Shop sync”.",
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices, widget=forms.CheckboxSelectMultiple, label="It may"
    )
    lasts = forms.ChoiceField(choices=LASTS, required=False, initial="90", label="It opens for")
    calls_per_minute = forms.IntegerField(
        min_value=1, max_value=100_000, initial=CALLS_PER_MINUTE, label="Calls a minute"
    )

    def __init__(self, *args: Any, partners: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["partner"]
        choice.queryset = Partner.objects.filter(pk__in=partners).order_by("is_sandbox", "name")

    def expires_at(self, now: dt.datetime) -> dt.datetime | None:
        days = self.cleaned_data["lasts"]
        return now + dt.timedelta(days=int(days)) if days else None
