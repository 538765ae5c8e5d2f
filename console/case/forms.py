"""What a command of the case asks before it is carried out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django import forms

from console.case.record import CaseRecord
from exchanges.queries import list_payment_methods, list_substitutes
from fulfilment.models import Shipment
from fulfilment.states import WITH_WAREHOUSE

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
    position = forms.TypedChoiceField(label="Of", coerce=int, required=False)
    reason = forms.CharField(label="Why", max_length=LONGEST_REASON)

    def fit(self, record: CaseRecord) -> None:
        lines: Any = self.fields["position"]
        going = record.column.lines if record.column else []
        lines.choices = [(line.position, line.variant.full_title) for line in going]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("shipping_fee") is None and said.get("price") is None:
            raise forms.ValidationError("Set a fee, or a price.")
        return said


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


class NoteForm(forms.Form):
    text = forms.CharField(
        label="Note",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For colleagues; the customer never sees it.",
    )
