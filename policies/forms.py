"""Forms of the policy admin. The fields of a rule are made from its kind's dataclass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from babel import Locale
from django import forms

from policies.models import Rule
from policies.rules import BadParameter, Parameters, Scope, parse_parameters
from policies.rules.kinds import Parameter, ParameterField, get_kind, parameters_of
from policies.vocabulary import codes_for

SCOPE = tuple(item.name for item in fields(Scope))
_EVERY = {
    "channel": "Every channel",
    "account_tier": "Every tier",
    "category": "Every category",
    "reason": "Every reason",
    "defect_type": "Every type",
}


class RuleForm(forms.ModelForm):
    """A rule of the kind that its instance has. Blank scope fields mean: any."""

    class Meta:
        model = Rule
        fields = ["name", *SCOPE, "priority"]
        help_texts = {
            "name": "Shown to agents beside the verdict.",
            "sku": "One article; blank means every one.",
            "country": "Where the goods were sent: two letters, such as DE.",
            "priority": "Of two equally specific rules the higher one counts.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = get_kind(self.instance.kind)
        stored = self.instance.parameters
        for name, field in parameters_of(self.kind.kind).items():
            self.fields[name] = _form_field(field)
            self.initial[name] = _shown(stored.get(name, field.default), field.about)
        for name in SCOPE:
            if choices := _choices_for(name, self.instance):
                self.fields[name] = forms.ChoiceField(
                    choices=choices, required=False, label=self.fields[name].label
                )

    def clean_sku(self) -> str:
        return str(self.cleaned_data["sku"]).strip()

    def clean_country(self) -> str:
        country = str(self.cleaned_data["country"]).strip().upper()
        if country and country not in Locale("en").territories:
            raise forms.ValidationError(f"“{country}” is not a country code.")
        return country

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.parameters = self._read_parameters(cleaned)
            except BadParameter as error:
                self.add_error(error.field or None, error.message)
        return cleaned

    def scope(self) -> Scope:
        return Scope(**{name: self.cleaned_data[name] for name in SCOPE})

    def _read_parameters(self, cleaned: Mapping[str, Any]) -> Parameters:
        return parse_parameters(
            self.kind.kind,
            {
                name: _meant(cleaned[name], field.about)
                for name, field in parameters_of(self.kind.kind).items()
            },
        )


class NumberListField(forms.CharField):
    """Whole numbers with commas between them."""

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value) or ""
        parts = [part.strip() for part in typed.split(",") if part.strip()]
        if not all(part.isdecimal() and len(part) < 6 for part in parts):
            raise forms.ValidationError("Write whole numbers with commas between them: 14, 21.")
        return [int(part) for part in parts]


def _form_field(field: ParameterField) -> forms.Field:
    about = field.about
    facts: dict[str, Any] = {"label": about.label, "help_text": about.help}
    if field.wanted is bool:
        return forms.BooleanField(required=False, **facts)
    if field.wanted is tuple:
        return NumberListField(required=False, **facts)
    if about.choices:
        is_required = "" not in dict(about.choices)
        return forms.ChoiceField(choices=about.choices, required=is_required, **facts)
    if field.wanted is str:
        length = 3 if about.is_currency else about.at_most
        return forms.CharField(max_length=int(length) if length else None, **facts)
    return _number_field(field, facts)


def _number_field(field: ParameterField, facts: dict[str, Any]) -> forms.Field:
    about, scale = field.about, 100 if field.about.is_percentage else 1
    facts["min_value"] = None if about.at_least is None else about.at_least * scale
    facts["max_value"] = None if about.at_most is None else about.at_most * scale
    facts["required"] = not field.is_optional
    if field.wanted is int:
        return forms.IntegerField(**facts)
    if about.is_percentage:
        facts["label"] = f"{about.label} in %"
    return forms.DecimalField(max_digits=20, decimal_places=4, **facts)


def _shown(value: Any, about: Parameter) -> Any:
    """A stored value as the form shows it: rates as percentages."""
    if about.is_percentage and value is not None:
        return f"{(Decimal(value) * 100).normalize():f}"
    return ", ".join(str(each) for each in value) if isinstance(value, list | tuple) else value


def _meant(value: Any, about: Parameter) -> Any:
    """What was typed as the rule means it."""
    if about.is_percentage and value is not None:
        return value / 100
    return value.strip().upper() if about.is_currency else value


def _choices_for(name: str, rule: Rule) -> list[tuple[str, str]]:
    """The codes to pick from, with the one that is stored even if nothing has it now."""
    codes = codes_for(name, rule.partner_id)
    if codes is None:
        return []
    choices = [("", _EVERY[name]), *codes]
    stored = getattr(rule, name)
    if stored not in dict(choices):
        choices.append((stored, f"{stored} (not in use)"))
    return choices
