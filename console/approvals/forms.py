from __future__ import annotations

from django import forms

from console.case.forms import LONGEST_REASON


class ApproveForm(forms.Form):
    content_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = forms.CharField(
        label="A word to whoever asked", max_length=LONGEST_REASON, required=False
    )


class RejectForm(forms.Form):
    reason = forms.CharField(
        label="Why not", max_length=LONGEST_REASON, help_text="Whoever asked reads it."
    )
