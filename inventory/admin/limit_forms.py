"""The forms of hold and stock rules: codes are picked, and a rule that says nothing is refused."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from core.models import Partner
from inventory.models import HoldRule, StockRule, Variant
from inventory.rules import HoldScope
from policies.rules.kinds import EXCHANGE_TYPES
from policies.vocabulary import codes_for

HOLD_VALUES = (
    "quote_minutes",
    "accepted_hours",
    "longest_hours",
    "grace_minutes",
    "at_expiry",
    "may_split",
    "last_units",
    "last_units_for",
)


class RuleForm(forms.ModelForm):
    """Scope fields offer the codes the partner has; which of them a model has differs."""

    scopes = (("channel", "channel"), ("tier", "account_tier"), ("category", "category"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partner_id = self.instance.partner_id
        for name, vocabulary in self.scopes:
            if name in self.fields and partner_id:
                codes = list(codes_for(vocabulary, partner_id) or ())
                _offer(self.fields, name, codes, stored=getattr(self.instance, name))

    def refuse_empty(self, values: tuple[str, ...]) -> None:
        if all(self.cleaned_data.get(name) in (None, "") for name in values):
            raise forms.ValidationError("The rule lays nothing down: fill in at least one value.")


def _offer(
    fields: dict[str, forms.Field], name: str, codes: list[tuple[str, str]], *, stored: str
) -> None:
    """A choice among codes, with the one that is stored even if nothing has it now."""
    if stored and stored not in dict(codes):
        codes = [*codes, (stored, f"{stored} (not in use)")]
    fields[name] = forms.ChoiceField(
        choices=[("", "Every one"), *codes],
        required=False,
        label=fields[name].label,
        help_text=fields[name].help_text,
    )


class HoldRuleForm(RuleForm):
    exchange_type = forms.ChoiceField(choices=EXCHANGE_TYPES, required=False)

    class Meta:
        model = HoldRule
        fields = ("partner", "exchange_type", "channel", "tier", "priority", *HOLD_VALUES)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.refuse_empty(HOLD_VALUES)
        for name in ("quote_minutes", "accepted_hours", "longest_hours"):
            if cleaned.get(name) == 0:
                self.add_error(name, "A hold lasts longer than nothing.")
        accepted, longest = cleaned.get("accepted_hours"), cleaned.get("longest_hours")
        if accepted and longest and accepted > longest:
            self.add_error("longest_hours", f"Shorter than the {accepted} hours once accepted.")
        if cleaned.get("last_units_for") == "oldest_case" and cleaned.get("last_units") == 0:
            self.add_error("last_units", "Say how many free units count as the last ones.")
        return cleaned


class StockRuleForm(RuleForm):
    class Meta:
        model = StockRule
        fields = (
            "partner", "variant", "category", "location", "channel", "priority",
            "safety_stock", "pool_cap",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.refuse_empty(("safety_stock", "pool_cap"))
        if cleaned.get("pool_cap") is not None and cleaned.get("location"):
            self.add_error("pool_cap", "A cap counts over all places: leave the location blank.")
        if cleaned.get("variant") and cleaned.get("category"):
            self.add_error("category", "A SKU has one category: name the one or the other.")
        return cleaned


class AskForm(forms.Form):
    """For whom the question is asked."""

    partner = forms.ModelChoiceField(queryset=Partner.objects.none(), empty_label=None)
    exchange_type = forms.ChoiceField(
        choices=[choice for choice in EXCHANGE_TYPES if choice[0]], label="Type of exchange"
    )
    channel = forms.CharField(required=False, help_text="Its code.")
    tier = forms.CharField(required=False, label="Account tier")
    sku = forms.CharField(required=False, label="SKU", help_text="For stock rules.")

    def __init__(self, *args: Any, partners: QuerySet[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["partner"]
        chosen.queryset = partners

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        sku, partner = cleaned.get("sku"), cleaned.get("partner")
        if sku and partner and not Variant.objects.filter(partner=partner, sku=sku).exists():
            self.add_error("sku", f"There is no SKU “{sku}”.")
        return cleaned

    def scope(self) -> HoldScope:
        return HoldScope(
            channel=self.cleaned_data["channel"],
            exchange_type=self.cleaned_data["exchange_type"],
            tier=self.cleaned_data["tier"],
        )
