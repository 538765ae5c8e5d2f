"""What is asked about defects and their patterns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from console.evidence.forms import choices_of
from returns.models import DefectType
from returns.services.patterns import LONGEST_REASON
from returns.states import WarrantyVerdict

BECAUSE = "Kept with the pattern, for whoever meets this defect later."


class LogForm(forms.Form):
    """The log's filters, in the address."""

    use_required_attribute = False

    q = forms.CharField(label="SKU, lot, serial or case", required=False, max_length=80)
    type = forms.ChoiceField(label="Defect", required=False)
    warranty = forms.ChoiceField(
        required=False, choices=[("", "Any verdict"), *WarrantyVerdict.choices]
    )

    def __init__(self, *args: Any, types: Sequence[DefectType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["type"]
        chosen.choices = [("", "Any defect"), *choices_of(types)[1:]]


class BecauseForm(forms.Form):
    because = forms.CharField(label="Why", max_length=LONGEST_REASON, help_text=BECAUSE)


class ConfirmForm(BecauseForm):
    stops_lot = forms.BooleanField(
        label="Do not send this lot as a replacement any more", required=False
    )

    def __init__(self, *args: Any, has_lot: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_lot:
            del self.fields["stops_lot"]


class PatternForm(forms.Form):
    """A defect that a person knows of."""

    use_required_attribute = False

    sku = forms.CharField(label="SKU", max_length=80)
    lot = forms.CharField(label="Lot", required=False, max_length=40)
    lot_to = forms.CharField(
        label="To lot", required=False, max_length=40, help_text="If there are several."
    )
    serial_from = forms.CharField(label="Serials from", required=False, max_length=80)
    serial_to = forms.CharField(label="Serials to", required=False, max_length=80)
    defect_type = forms.ChoiceField(label="Defect", required=False)
    symptom_words = forms.CharField(
        label="Symptom words", required=False, max_length=300, help_text="One of them, by commas."
    )
    title = forms.CharField(required=False, max_length=160)
    because = forms.CharField(label="Why", max_length=LONGEST_REASON, help_text=BECAUSE)

    def __init__(self, *args: Any, types: Sequence[DefectType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["defect_type"]
        chosen.choices = [("", "Any defect"), *choices_of(types)[1:]]
