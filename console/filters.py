"""Filters of a list, as they stand in its address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from console.components import Action, EmptyState


class Filters(forms.Form):
    """Every field is optional; what cannot be read filters nothing."""

    use_required_attribute = False

    def offer(self, name: str, every: str, choices: Iterable[tuple[str, str]]) -> None:
        """Let a field have one of these; `every` says that it filters nothing."""
        field: Any = self.fields[name]
        field.choices = [("", every), *choices]

    def chosen(self) -> dict[str, str]:
        """The filters that are set, by field name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def in_words(self) -> str:
        """“Leipzig, Shopify DE”: what an empty list was narrowed to."""
        words = []
        for name, value in self.chosen().items():
            if not self.fields[name].widget.is_hidden:
                choices = dict(getattr(self.fields[name], "choices", []))
                words.append(str(choices.get(value, f"“{value}”")))
        return ", ".join(words)


def search_field(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


def draw_nothing_left(form: Filters, *, title: str, url: str, icon: str) -> EmptyState:
    """Says which filters emptied a list, and leads to `url` without them."""
    return EmptyState(
        title=title,
        words=f"Shown is only: {form.in_words()}.",
        icon=icon,
        action=Action(label="Clear filters", url=url, method="get"),
    )
