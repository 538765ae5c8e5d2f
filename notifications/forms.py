"""What is typed about wordings: which one to write, and its words."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from core.errors import BadInput
from core.models import Partner
from notifications.kinds import list_kinds
from notifications.letters import LANGUAGES
from notifications.models import MessageTemplate
from notifications.services.templates import check_wording
from notifications.states import Medium


class NewWordingForm(forms.Form):
    """Which message, by which way, in which language, of which partner."""

    kind = forms.ChoiceField(label="Message")
    medium = forms.ChoiceField(label="Way", choices=Medium)
    locale = forms.ChoiceField(label="Language", choices=list(LANGUAGES.items()))
    partner = forms.ModelChoiceField(queryset=Partner.objects.none())

    def __init__(self, *args: Any, partners: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for kind in list_kinds():
            groups.setdefault(str(kind.to.label), []).append((kind.name, kind.title))
        cast(forms.ChoiceField, self.fields["kind"]).choices = list(groups.items())
        whose = cast(forms.ModelChoiceField, self.fields["partner"])
        whose.queryset = Partner.objects.filter(pk__in=partners).order_by("name")
        whose.initial, whose.empty_label = whose.queryset.first(), None


class WordingForm(forms.ModelForm):
    """The words of a draft, checked as they are when it is saved."""

    class Meta:
        model = MessageTemplate
        fields = ("subject", "body", "note")
        widgets = {"body": forms.Textarea(attrs={"rows": 18, "cols": 80, "spellcheck": "true"})}
        help_texts = {"note": "What this version changes, for whoever publishes it."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.medium == Medium.SMS:
            del self.fields["subject"]
            self.fields["body"].widget.attrs["rows"] = 5

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        if self.errors:
            return typed
        try:
            check_wording(
                kind=self.instance.kind,
                medium=self.instance.medium,
                subject=typed.get("subject", ""),
                body=typed["body"].replace("\r\n", "\n"),
            )
        except BadInput as error:
            field = error.field if error.field in self.fields else None
            self.add_error(field, error.message)
        return typed

    def _post_clean(self) -> None:
        """The row is written by a service: nothing is put on it here."""
