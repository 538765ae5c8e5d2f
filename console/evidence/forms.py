"""What is asked about a defect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from returns.models import DefectType
from returns.queries.defects import LONGEST_SERIAL, LONGEST_SYMPTOM


class DefectForm(forms.Form):
    """What is wrong, in the shop's words and in the customer's."""

    use_required_attribute = False

    defect_type = forms.ChoiceField(label="Defect", required=False)
    symptom = forms.CharField(label="In their words", required=False, max_length=LONGEST_SYMPTOM)
    serial = forms.CharField(label="Serial number", required=False, max_length=LONGEST_SERIAL)

    def __init__(self, *args: Any, types: Sequence[DefectType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["defect_type"]
        chosen.choices = choices_of(types)


def choices_of(types: Sequence[DefectType]) -> list[tuple[str, str]]:
    return [("", "Not known yet"), *((each.code, each.name) for each in types)]
