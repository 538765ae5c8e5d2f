"""What a command of the case asks before it is carried out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, cast

from django import forms

from console.case.record import CaseRecord
from core.events import reference
from exchanges.queries import list_payment_methods, list_substitutes
from fulfilment.models import Shipment
from fulfilment.queries import find_next_visit, list_free_slots
from fulfilment.states import WITH_WAREHOUSE, VisitSlot
from orders.queries import match_variants

LONGEST_REASON = 500
LONGEST_NOTE = 4000
DAYS_AHEAD = 14


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


class ClearRiskForm(forms.Form):
    reason = forms.CharField(
        label="Why it may go on",
        max_length=LONGEST_REASON,
        help_text="What you looked at. Kept beside the score; the customer never sees it.",
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


class RefusedGoodsForm(forms.Form):
    charges = forms.TypedChoiceField(
        label="What becomes of it",
        choices=[
            ("yes", "The customer pays for what was refused, once"),
            ("no", "Nothing is charged: the replacement stays with the customer"),
        ],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="Why", max_length=LONGEST_REASON)


class PaymentForm(forms.Form):
    """Which card on file is charged; the choices are those of the case's customer."""

    payment_method_id = forms.TypedChoiceField(
        label="Card on file", coerce=int, widget=forms.RadioSelect
    )

    def fit(self, record: CaseRecord) -> None:
        cards: Any = self.fields["payment_method_id"]
        known = list_payment_methods(record.column.exchange) if record.column else []
        cards.choices = [(card.pk, card.label) for card in known]
        cards.initial = known[0].pk if known else None
        if not known:
            cards.help_text = "No card of this customer is on file."


class SubstituteForm(forms.Form):
    """What goes out instead of one line; the choices are what is free, the likest first."""

    variant_id = forms.TypedChoiceField(label="Instead", coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="What the customer said",
        max_length=LONGEST_REASON,
        help_text="Something else goes out only if the customer agrees.",
    )

    def fit(self, record: CaseRecord) -> None:
        column, others = record.column, cast(Any, self.fields["variant_id"])
        if column is None or not column.lines:
            return
        line = column.lines[0]
        found = list_substitutes(line.variant, now=column.as_of, quantity=line.quantity)
        others.choices = [
            (each.variant_id, f"{each.title}, {each.available} free") for each in found
        ]
        if not found:
            others.help_text = "No other variant of it is free."


class AdjustForm(forms.Form):
    """A fee for sending it, and a price for the first thing that goes out. Blank: as it is."""

    shipping_fee = forms.DecimalField(
        label="Shipping fee",
        required=False,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=3,
        help_text="Asked for sending the replacement.",
    )
    price = forms.DecimalField(
        label="Price of one, by hand",
        required=False,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=3,
        help_text="A second person has to approve it.",
    )
    position = forms.TypedChoiceField(label="Of", coerce=int, required=False, empty_value=None)
    currency = forms.CharField(
        label="Priced only in",
        required=False,
        min_length=3,
        max_length=3,
        help_text="A currency such as USD, where the catalogue has no price in that of the order.",
    )
    rate = forms.DecimalField(
        label="One of it is",
        required=False,
        max_digits=12,
        decimal_places=6,
        help_text="In the order's currency. A lead has to approve it.",
    )
    source = forms.CharField(
        label="Rate taken from", required=False, max_length=80, help_text="Such as “ECB, today”."
    )
    reason = forms.CharField(label="Why", max_length=LONGEST_REASON)

    def fit(self, record: CaseRecord) -> None:
        lines: Any = self.fields["position"]
        going = record.column.lines if record.column else []
        lines.choices = [(line.position, line.variant.full_title) for line in going]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if all(said.get(name) is None for name in ("shipping_fee", "price", "rate")):
            raise forms.ValidationError("Set a fee, a price, or a rate.")
        if said.get("rate") is not None and not (said.get("currency") and said.get("source")):
            raise forms.ValidationError("A rate has a currency, and comes from somewhere.")
        return said


class ReplacementForm(forms.Form):
    """What goes out instead of one line, and how many of it."""

    position = forms.TypedChoiceField(
        label="Instead of", coerce=int, required=False, empty_value=None
    )
    sku = forms.CharField(label="SKU", max_length=80, help_text="Of anything we sell.")
    quantity = forms.IntegerField(min_value=1, max_value=999, initial=1)
    may_wait = forms.BooleanField(
        label="Back-order it where none is free",
        required=False,
        help_text="Only where a delivery is expected; the customer is told the day.",
    )

    def fit(self, record: CaseRecord) -> None:
        lines: Any = self.fields["position"]
        going = record.column.lines if record.column else []
        lines.choices = [(line.position, line.variant.full_title) for line in going]
        self._partner_id = record.case.partner_id
        if going:
            self.fields["sku"].initial = going[0].variant.sku
            self.fields["quantity"].initial = going[0].quantity

    def clean_sku(self) -> int:
        return _find_variant(self._partner_id, self.cleaned_data["sku"].strip())


def _find_variant(partner_id: int, sku: str) -> int:
    found = match_variants(partner_id=partner_id, skus=[sku])
    if sku not in found:
        raise forms.ValidationError("We sell nothing of that SKU.")
    return found[sku]


class SecondWishForm(forms.Form):
    """What goes out if a line runs out; blank takes back what was wished for."""

    position = forms.TypedChoiceField(label="If this runs out", coerce=int)
    sku = forms.CharField(
        label="SKU of the second wish",
        max_length=80,
        required=False,
        help_text="Of anything we sell. Blank: they wish for nothing else.",
    )

    def fit(self, record: CaseRecord) -> None:
        lines: Any = self.fields["position"]
        going = record.column.lines if record.column else []
        lines.choices = [(line.position, line.variant.full_title) for line in going]
        self._partner_id = record.case.partner_id

    def clean_sku(self) -> int | None:
        sku = self.cleaned_data["sku"].strip()
        return _find_variant(self._partner_id, sku) if sku else None


class ShipForm(forms.Form):
    """Which parcel has left is asked only where the warehouse has several."""

    shipment_id = forms.TypedChoiceField(
        label="Parcel", coerce=int, required=False, empty_value=None, widget=forms.RadioSelect
    )
    carrier = forms.CharField(max_length=40, initial="DHL")
    tracking_number = forms.CharField(label="Tracking number", max_length=80, required=False)

    def fit(self, record: CaseRecord) -> None:
        parcels = record.column.shipments if record.column else []
        waiting = [parcel for parcel in parcels if parcel.state in WITH_WAREHOUSE]
        if len(waiting) < 2:
            del self.fields["shipment_id"]
            return
        which: Any = self.fields["shipment_id"]
        which.required = True
        which.choices = [
            (parcel.pk, f"{_count(parcel)} from {parcel.location}") for parcel in waiting
        ]


def _count(parcel: Shipment) -> str:
    units = sum(line.quantity for line in parcel.lines.all())
    return "1 unit" if units == 1 else f"{units} units"


class VisitForm(forms.Form):
    """When which crew comes; the choices are what is free in the next days."""

    slot = forms.ChoiceField(
        label="When", help_text="In the customer's hours. Agree on it with the customer first."
    )

    def fit(self, record: CaseRecord) -> None:
        if record.column is None:
            return
        today = record.column.as_of.date()
        days = [today + dt.timedelta(days=ahead) for ahead in range(1, DAYS_AHEAD + 1)]
        exchange = record.column.exchange
        planned = find_next_visit(reference(exchange))
        free = list_free_slots(
            partner_id=exchange.partner_id, days=days, but_not=planned.pk if planned else None
        )
        when: Any = self.fields["slot"]
        when.choices = [
            (f"{crew.pk}|{day}|{slot}", f"{day:%a %d %b}, {VisitSlot(slot).label}, {crew}")
            for crew, day, slot in free
        ]
        if not free:
            when.help_text = "No crew is free in the next two weeks."

    def clean_slot(self) -> dict[str, Any]:
        crew, day, slot = self.cleaned_data["slot"].split("|")
        return {"crew_id": int(crew), "day": dt.date.fromisoformat(day), "slot": slot}


class NoteForm(forms.Form):
    text = forms.CharField(
        label="Note",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For colleagues; the customer never sees it.",
    )
