"""What is asked before a stock file is tried out."""

from __future__ import annotations

from typing import Any

from django import forms

from core.models import Partner
from inventory.imports import LARGEST, ImportMode

MODES = {
    ImportMode.SET: "What lies on the shelf now",
    ImportMode.ADD: "What came in from a supplier",
}


class UploadForm(forms.Form):
    """A CSV file, and what its quantities are. Nothing changes by sending it."""

    use_required_attribute = False

    partner = forms.TypedChoiceField(label="For", coerce=int)
    mode = forms.ChoiceField(
        label="Its quantities are",
        choices=[(mode.value, words) for mode, words in MODES.items()],
        initial=ImportMode.SET.value,
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label="CSV file",
        help_text="Columns: sku, location, quantity; if you like lot, bin, unit_cost.",
        error_messages={"required": "Choose a CSV file."},
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *args: Any, partners: list[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partner: Any = self.fields["partner"]
        partner.choices = [(one.pk, one.name) for one in partners]
        if len(partners) == 1:
            partner.widget = forms.HiddenInput()
            partner.initial = partners[0].pk

    def clean_file(self) -> bytes:
        """The bytes; read no further than a file may be large."""
        content: bytes = self.cleaned_data["file"].read(LARGEST + 1)
        return content
