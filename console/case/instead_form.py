"""What goes out instead of goods that were to be refunded or repaired."""

from __future__ import annotations

from typing import Any

from django import forms

from console.case.forms import LONGEST_REASON
from console.case.record import CaseRecord
from core import clock
from exchanges.queries import list_offered, list_substitutes
from exchanges.rules import WantedReplacement
from exchanges.states import ExchangeType
from inventory.models import Variant
from returns.models import ReturnLine
from returns.queries import list_exchangeable

LONGEST_SKU = 80
LEAVES = {
    ExchangeType.REGULAR: "once the goods have come back and passed",
    ExchangeType.ADVANCED: "now, and the goods are owed until they arrive",
    ExchangeType.ADVANCED_PREPAID: "now, paid in full and paid back on arrival",
}


class ExchangeInsteadForm(forms.Form):
    """For each line that may be exchanged: another variant of it, or any article by its SKU.

    Left as they are, lines stay as they were.
    """

    exchange_type = forms.ChoiceField(label="When it leaves", widget=forms.RadioSelect)
    reason = forms.CharField(label="What the customer said", max_length=LONGEST_REASON)
    may_wait = forms.BooleanField(
        label="Back-order it where none is free",
        required=False,
        help_text="Only where a delivery is expected; the customer is told the day.",
    )

    lines: list[ReturnLine]

    def fit(self, record: CaseRecord) -> None:
        """The choices of each line: the same again, and what is like it and free."""
        self.lines = list_exchangeable(record.case)
        self.partner_id = record.case.partner_id
        for line in self.lines:
            self.fields |= {
                f"out_{line.pk}": forms.TypedChoiceField(
                    label=f"{line.quantity} × {line.order_line.title}",
                    coerce=int,
                    empty_value=None,
                    required=False,
                    choices=[("", "Stays as it is"), *_list_choices(line)],
                ),
                f"sku_{line.pk}": forms.CharField(
                    label="Or the SKU of something else", required=False, max_length=LONGEST_SKU
                ),
            }
        offered = list_offered(record.case)
        when: Any = self.fields["exchange_type"]
        when.choices = [(kind.value, f"{kind.label}: {LEAVES[kind]}") for kind in offered]
        when.initial = ExchangeType.REGULAR
        if len(offered) == 1:  # nothing to choose
            del self.fields["exchange_type"]
        last = ("exchange_type", "may_wait", "reason")
        self.order_fields([*(name for name in self.fields if name not in last), *last])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        found = [self._read(line, said) for line in self.lines]
        replacements = [replacement for replacement in found if replacement]
        if not replacements and not self.errors:
            raise forms.ValidationError("Choose for what something else goes out.")
        return {
            "exchange_type": said.get("exchange_type") or ExchangeType.REGULAR,
            "reason": said.get("reason", ""),
            "replacements": replacements,
        }

    def _read(self, line: ReturnLine, said: dict[str, Any]) -> WantedReplacement | None:
        chosen, sku = said.get(f"out_{line.pk}"), said.get(f"sku_{line.pk}", "").strip()
        if sku:
            sold = Variant.objects.filter(partner=self.partner_id, sku__iexact=sku, is_active=True)
            chosen = sold.values_list("pk", flat=True).first()
            if chosen is None:
                self.add_error(f"sku_{line.pk}", "No article of that SKU is sold.")
        if chosen is None:
            return None
        return WantedReplacement(
            variant_id=chosen,
            quantity=line.quantity,
            replaces_order_line_id=line.order_line_id,
            may_wait=bool(said.get("may_wait")),
        )


def _list_choices(line: ReturnLine) -> list[tuple[int, str]]:
    variant = line.order_line.variant
    if variant is None:
        return []
    others = list_substitutes(variant, now=clock.now(), quantity=line.quantity)
    return [
        (variant.pk, "The same again"),
        *((each.variant_id, f"{each.title}, {each.available} free") for each in others),
    ]
