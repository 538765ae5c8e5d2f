"""What is asked before money moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from orders.models import PaymentMethod
from payments.services.reconciling import EXPLANATIONS
from payments.states import Way


class Plain(forms.Form):
    """A step that needs no more than a yes."""

    use_required_attribute = False


class ChargeForm(Plain):
    """The consent is the customer's, given to the agent just now or with the card."""

    card = forms.ModelChoiceField(label="Card on file", queryset=PaymentMethod.objects.none())
    consent = forms.BooleanField(label="The customer has agreed to this charge")

    def __init__(self, *args: Any, cards: Sequence[PaymentMethod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["card"]
        field.queryset = PaymentMethod.objects.filter(pk__in=[card.pk for card in cards])
        field.empty_label = None


class WayForm(Plain):
    """How money that came back reaches the customer after all."""

    way = forms.ChoiceField(label="How it goes back", choices=Way.choices, widget=forms.RadioSelect)


class ReduceForm(Plain):
    reason = forms.ChoiceField(
        label="Why less is paid",
        choices=[
            ("", "Choose why"),
            ("agreed", "Agreed with the customer"),
            ("paid_elsewhere", "The rest was paid back elsewhere"),
        ],
    )


class ProofForm(Plain):
    answer = forms.ChoiceField(
        label="What happened?",
        choices=[("yes", "It happened"), ("no", "It did not happen")],
        widget=forms.RadioSelect,
    )
    provider_reference = forms.CharField(
        label="The provider's reference",
        max_length=200,
        required=False,
        help_text="As it stands in the provider's own list. Needed when it happened.",
    )
    note = forms.CharField(
        label="How you found out",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept encrypted beside the operation.",
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("answer") == "yes" and not data.get("provider_reference", "").strip():
            self.add_error("provider_reference", "Give the provider's reference.")
        if len(data.get("note", "").strip()) < 5 and "note" in data:
            self.add_error("note", "Say in a few words how you found out.")
        return data


class ExplainForm(Plain):
    because = forms.ChoiceField(label="Why", choices=[("", "Choose why"), *EXPLANATIONS.items()])
