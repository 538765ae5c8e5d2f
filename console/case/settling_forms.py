"""What is asked where a case is settled otherwise than by goods that come and pass."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from console.case.forms import LONGEST_REASON
from console.case.record import CaseRecord
from returns.models import ReturnLine
from returns.queries import list_forbidden
from returns.states import LIVE, Outcome, PromotionChoice, ShortCloseRule

LATER = (Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.REPAIR)


class KeepItForm(forms.Form):
    percent = forms.DecimalField(
        label="Part of the value that is credited, in percent",
        min_value=0,
        max_value=100,
        decimal_places=2,
        required=False,
        help_text="Left empty, what policy gives. More than that needs a second person.",
    )
    reason = forms.CharField(label="Why", max_length=LONGEST_REASON)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        percent: Decimal | None = data.pop("percent", None)
        return data | {"rate": None if percent is None else percent / 100}


class ShortCloseForm(forms.Form):
    rule = forms.ChoiceField(
        label="And the money for what never came?",
        choices=ShortCloseRule.choices,
        initial=ShortCloseRule.NOTHING,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="Why", max_length=LONGEST_REASON)


class PromotionForm(forms.Form):
    choice = forms.ChoiceField(
        label="The return breaks a promotion",
        choices=PromotionChoice.choices,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="Why", max_length=LONGEST_REASON)


class OutcomeForm(forms.Form):
    line_id = forms.TypedChoiceField(label="Line", coerce=int)
    outcome = forms.ChoiceField(
        label="What the customer wants for it", choices=[(o.value, o.label) for o in LATER]
    )
    reason = forms.CharField(label="Why", max_length=LONGEST_REASON)

    def fit(self, record: CaseRecord) -> None:
        """Only lines that may still change are to choose from."""
        field: Any = self.fields["line_id"]
        field.choices = [(line.pk, _name(line)) for line in record.lines if may_change(line)]


class ExceptionForm(forms.Form):
    outcome = forms.ChoiceField(label="What the customer wants for it")
    reason = forms.CharField(label="Why", max_length=LONGEST_REASON)

    def fit(self, record: CaseRecord) -> None:
        """Only what policy is against is to choose from."""
        field: Any = self.fields["outcome"]
        field.choices = [(one.value, one.label) for one in list_forbidden(record.case)]


def may_change(line: ReturnLine) -> bool:
    """Whether nothing of the line is settled and no exchange is made of it."""
    return line.decision in LIVE and line.outcome != Outcome.EXCHANGE and not line.is_touched


def _name(line: ReturnLine) -> str:
    wanted = line.get_outcome_display().lower()
    return f"{line.quantity} × {line.order_line.title} (now: {wanted})"
