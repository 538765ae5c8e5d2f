"""The settings a person may change about themselves."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4
from zoneinfo import available_timezones

from django import forms

from core.models import User
from notifications.queries import list_mutable, list_muted

LOCALES = [
    ("en-GB", "English (United Kingdom): 6 Nov 2026, €1,234.50"),
    ("en", "English (United States): Nov 6, 2026, €1,234.50"),
    ("de", "Deutsch: 06.11.2026, 1.234,50 €"),
    ("fr", "Français: 6 nov. 2026, 1 234,50 €"),
    ("es", "Español: 6 nov 2026, 1.234,50 €"),
    ("pl", "Polski: 6 lis 2026, 1234,50 €"),
    ("ja", "日本語: 2026/11/06, €1,234.50"),
]


class SettingsForm(forms.ModelForm):
    """How the desk looks, counts time and writes numbers for one person."""

    locale = forms.ChoiceField(label="Dates and amounts", choices=LOCALES)
    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=[(name, name.replace("_", " ")) for name in sorted(available_timezones())],
    )
    uses_shortcuts = forms.BooleanField(
        label="Single keys are shortcuts",
        required=False,
        help_text="Ctrl K, Ctrl Enter and Escape always work.",
    )

    class Meta:
        model = User
        fields = ("theme", "density", "locale", "time_zone", "uses_shortcuts")


class MessagesForm(forms.Form):
    """What a person at the desk is written to about; what is not offered belongs to the work."""

    wanted = forms.MultipleChoiceField(
        label="Write to me when",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    op_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, user: User) -> None:
        offered = list_mutable(user)
        muted = list_muted(user)
        wanted_now = [kind.name for kind in offered if kind.name not in muted]
        super().__init__(data, initial={"wanted": wanted_now, "op_id": uuid4()})
        self.offered = {kind.name for kind in offered}
        wanted = cast(forms.MultipleChoiceField, self.fields["wanted"])
        wanted.choices = [(kind.name, kind.when) for kind in offered]

    @property
    def muted(self) -> set[str]:
        return self.offered - set(self.cleaned_data["wanted"])


class ThemeForm(forms.ModelForm):
    """The theme alone, as the switch in the menu sends it."""

    class Meta:
        model = User
        fields = ("theme",)
