"""What is asked for an endpoint, and for sending again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from core.models import Partner
from orders.models import Channel


class EndpointForm(forms.Form):
    """Where a program listens, and of what it is told."""

    use_required_attribute = False

    name = forms.CharField(
        max_length=80,
        help_text="Which program listens there: “Shop sync”.",
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    url = forms.CharField(
        label="Address",
        max_length=500,
        help_text="It begins with https://.",
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kinds = forms.MultipleChoiceField(label="Is told of", widget=forms.CheckboxSelectMultiple)
    channel = forms.ChoiceField(label="Only of the cases of", required=False)
    keeps_books = forms.BooleanField(
        label="Its stock and books follow",
        required=False,
        help_text="Each message says in units and amounts what changes in that shop. What is not"
        " confirmed is listed for a person.",
    )

    def __init__(
        self, *args: Any, partners: Sequence[Partner], kinds: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choices("kinds", _grouped(kinds))
        channels = Channel.objects.filter(partner__in=partners, is_active=True).order_by("name")
        self._choices(
            "channel", [("", "every channel"), *((each.code, each.name) for each in channels)]
        )

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices


def _grouped(kinds: Sequence[str]) -> list[tuple[str, Any]]:
    """By subject, everything of it first."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for kind in kinds:
        subject, _, happened = kind.partition(".")
        words = "everything" if happened == "*" else happened.replace("_", " ")
        groups.setdefault(f"{subject.replace('_', ' ').capitalize()}s", []).append((kind, words))
    return list(groups.items())


class ReplayForm(forms.Form):
    """From which number on everything is sent again."""

    use_required_attribute = False

    from_sequence = forms.IntegerField(label="From number", min_value=1)
