"""What each step of a repair asks."""

from __future__ import annotations

from django import forms

from returns.rules.repairs import INSTEAD

LONGEST_REASON = 500


class WorkshopForm(forms.Form):
    workshop = forms.CharField(max_length=120, help_text="Our own bench, or who has it.")


class EstimateForm(forms.Form):
    amount = forms.DecimalField(
        label="Estimate", min_value=0, max_digits=12, decimal_places=3, help_text="With tax."
    )
    finding = forms.CharField(label="What is broken", max_length=500)


class CostForm(forms.Form):
    cost = forms.DecimalField(label="What it cost us", min_value=0, max_digits=12, decimal_places=3)


class ParcelForm(forms.Form):
    carrier = forms.CharField(max_length=40, initial="DHL")
    tracking_number = forms.CharField(label="Tracking number", max_length=80, required=False)


class GiveUpForm(forms.Form):
    outcome = forms.ChoiceField(
        label="The customer gets instead",
        choices=[(outcome.value, outcome.label) for outcome in INSTEAD],
    )
    reason = forms.CharField(label="Why", max_length=LONGEST_REASON)
