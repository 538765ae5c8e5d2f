"""What a command of the case asks before it is carried out."""

from __future__ import annotations

from django import forms

LONGEST_REASON = 500
LONGEST_NOTE = 4000


class NothingAsked(forms.Form):
    """A command that needs no more than a yes."""


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why", max_length=LONGEST_REASON, help_text="Kept in the timeline for everybody."
    )


class AuthoriseForm(forms.Form):
    reason = forms.CharField(
        label="Why it is let in",
        max_length=LONGEST_REASON,
        help_text="Kept in the timeline, beside what the rules said.",
    )


class CancelExchangeForm(forms.Form):
    continue_return = forms.TypedChoiceField(
        label="And the goods that come back?",
        choices=[
            ("yes", "They still come back, and are refunded"),
            ("no", "The return is cancelled too"),
        ],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="Why", max_length=LONGEST_REASON)


class ShipForm(forms.Form):
    carrier = forms.CharField(max_length=40, initial="DHL")
    tracking_number = forms.CharField(label="Tracking number", max_length=80, required=False)


class NoteForm(forms.Form):
    text = forms.CharField(
        label="Note",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For colleagues; the customer never sees it.",
    )
