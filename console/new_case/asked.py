"""What the agent has chosen so far, as it stands in the address or in the sent form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict

from console.evidence.forms import choices_of
from core.models import User
from exchanges.services import WantedReplacement
from exchanges.states import ExchangeType
from orders.models import Order, OrderLine
from policies.queries import list_scopes
from policies.rules import CONDITIONS, ConditionRequired, Scope
from returns.models import DefectType, Evidence
from returns.queries import WantedReturn
from returns.queries.defects import LONGEST_SERIAL, list_types
from returns.queries.evidence import list_added
from returns.states import Outcome, Reason

FAULTY = (Reason.DEFECTIVE, Reason.DAMAGED, Reason.NOT_AS_DESCRIBED)

# What is sent along and is no choice: it never goes into the address.
NO_CHOICE = frozenset({"csrfmiddlewaretoken", "op_id", "check"})


class WhyForm(forms.Form):
    """Why a line comes back, how many of it, and what the customer wants for it."""

    use_required_attribute = False

    reason = forms.ChoiceField(choices=[("", "Choose why"), *Reason.choices])
    outcome = forms.ChoiceField(
        label="Customer wants",
        choices=[
            (Outcome.EXCHANGE, "An exchange"),
            (Outcome.REFUND, "A refund instead"),
            (Outcome.STORE_CREDIT, "Store credit instead"),
            (Outcome.REPAIR, "A repair"),
        ],
    )
    quantity = forms.TypedChoiceField(coerce=int)
    comment = forms.CharField(label="In their words", required=False, max_length=500)
    defect_type = forms.ChoiceField(label="Defect", required=False)
    serial = forms.CharField(label="Serial number", required=False, max_length=LONGEST_SERIAL)
    condition = forms.ChoiceField(
        label="Condition, as they say",
        required=False,
        choices=[("", "Not said yet"), *CONDITIONS],
    )

    def __init__(
        self,
        *args: Any,
        returnable: int,
        types: Sequence[DefectType] = (),
        is_faulty: bool = False,
        is_serialised: bool = False,
        asks_condition: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["defect_type"]
        kinds.choices = choices_of(types)
        if not (is_faulty and types):
            del self.fields["defect_type"]
        if not (is_faulty and is_serialised):
            del self.fields["serial"]
        if not asks_condition:
            del self.fields["condition"]
        quantity: Any = self.fields["quantity"]
        quantity.choices = [
            (units, f"{units} of {returnable}") for units in range(1, returnable + 1)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLine:
    """One line of the order and what was chosen for it. `form` is there once it is ticked, with the
    `choices` it was made for."""

    order_line: OrderLine
    values: dict[str, str]
    form: WhyForm | None = None
    choices: dict[str, Any] = field(default_factory=dict)
    photos: tuple[Evidence, ...] = ()
    variant_id: int | None = None
    location_id: int | None = None
    may_wait: bool = False
    search: str = ""

    @property
    def is_ticked(self) -> bool:
        return self.form is not None

    @property
    def wanted(self) -> WantedReturn | None:
        """What comes back; None while it is not ticked or says too little."""
        if self.form is None or not self.form.is_valid():
            return None
        said = self.form.cleaned_data
        return WantedReturn(
            order_line_id=self.order_line.pk,
            photos=tuple(photo.public_id for photo in self.photos),
            symptom=said["comment"] if self.is_faulty else "",
            **said,
        )

    @property
    def is_faulty(self) -> bool:
        """Whether what is wrong with it matters, and photos show it."""
        return self.values["reason"] in FAULTY

    @property
    def is_exchanged(self) -> bool:
        return self.is_ticked and self.values["outcome"] == Outcome.EXCHANGE

    @property
    def replacement(self) -> WantedReplacement | None:
        """What goes out for it; None while nothing is chosen."""
        wanted = self.wanted
        if wanted is None or wanted.outcome != Outcome.EXCHANGE or self.variant_id is None:
            return None
        return WantedReplacement(
            variant_id=self.variant_id,
            quantity=wanted.quantity,
            replaces_order_line_id=wanted.order_line_id,
            location_id=self.location_id,
            may_wait=self.may_wait,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Everything chosen on the page. `others` are orders that may share the case, `added` those
    of them that do."""

    order: Order
    others: list[Order] = field(default_factory=list)
    added: list[Order] = field(default_factory=list)
    lines: list[AskedLine]
    exchange_type: str

    @property
    def ticked(self) -> list[AskedLine]:
        return [line for line in self.lines if line.is_ticked]

    @property
    def wanted(self) -> list[WantedReturn]:
        return [line.wanted for line in self.lines if line.wanted]

    @property
    def replacements(self) -> list[WantedReplacement]:
        return [line.replacement for line in self.lines if line.replacement]

    @property
    def is_exchange(self) -> bool:
        return any(line.is_exchanged for line in self.lines)

    @property
    def is_complete(self) -> bool:
        """Every ticked line says why it comes back and, where exchanged, what goes out."""
        return bool(self.ticked) and all(
            line.wanted and (line.replacement or not line.is_exchanged) for line in self.ticked
        )


def read_asked(order: Order, data: QueryDict, *, user: User, others: Sequence[Order] = ()) -> Asked:
    """Read the choices for `order`. What was not chosen yet has its usual value."""
    ticked, wanted = set(data.getlist("line")), set(data.getlist("also"))
    added = [other for other in others if other.public_id in wanted]
    lines = [
        line
        for each in (order, *added)
        for line in sorted(each.lines.all(), key=lambda line: line.position)
    ]
    asked_of = list_scopes(partner_id=order.partner_id, kind=ConditionRequired)
    types = ExchangeType.values
    chosen_type = data.get("type", "")
    return Asked(
        order=order,
        others=list(others),
        added=added,
        lines=[
            _read_line(line, data, is_ticked=str(line.pk) in ticked, user=user, asked_of=asked_of)
            for line in lines
        ],
        exchange_type=chosen_type if chosen_type in types else ExchangeType.REGULAR,
    )


def _read_line(
    line: OrderLine, data: QueryDict, *, is_ticked: bool, user: User, asked_of: Sequence[Scope]
) -> AskedLine:
    prefix = f"line-{line.pk}"
    usual = {"reason": "", "outcome": str(Outcome.EXCHANGE), "quantity": "1", "comment": ""}
    usual |= {"defect_type": "", "serial": "", "condition": ""}
    values = {name: data.get(f"{prefix}-{name}", value) for name, value in usual.items()}
    if not is_ticked or line.returnable < 1:
        return AskedLine(order_line=line, values=values)
    choices = _choices_for(line, values, asked_of)
    form = WhyForm(
        {f"{prefix}-{name}": value for name, value in values.items()}, prefix=prefix, **choices
    )
    return AskedLine(
        order_line=line,
        values=values,
        form=form,
        choices=choices,
        photos=tuple(
            list_added(
                order_line=line,
                public_ids=data.getlist(f"photo-{line.pk}"),
                added_by=f"user:{user.pk}",
            )
        ),
        variant_id=_number(data.get(f"out-{line.pk}")),
        location_id=_number(data.get(f"place-{line.pk}")),
        # Only of what was shown as back-ordered: nobody is put off without having read it.
        may_wait=bool(data.get(f"wait-{line.pk}"))
        and data.get(f"wait-{line.pk}") == data.get(f"out-{line.pk}"),
        search=data.get(f"search-{line.pk}", "").strip(),
    )


def _choices_for(
    line: OrderLine, values: dict[str, str], asked_of: Sequence[Scope]
) -> dict[str, Any]:
    """What the form of a line needs to know besides its values."""
    product = line.variant.product if line.variant else None
    is_faulty = values["reason"] in FAULTY
    return {
        "returnable": line.returnable,
        "is_faulty": is_faulty,
        "asks_condition": any(
            scope.may_cover(category=product.category if product else "", sku=line.sku)
            for scope in asked_of
        ),
        "is_serialised": product.is_serialised if product else False,
        "types": list_types(
            partner_id=line.partner_id, category=product.category if product else ""
        )
        if is_faulty
        else (),
    }


def address_of(data: QueryDict, *, order: Order) -> str:
    """The query string that brings this very page back."""
    kept = QueryDict(mutable=True)
    kept["order"] = order.public_id
    for name, values in data.lists():
        if name not in NO_CHOICE and any(values):
            kept.setlist(name, [value for value in values if value])
    return kept.urlencode()


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def titles_of(lines: Iterable[AskedLine]) -> list[str]:
    return [line.order_line.title for line in lines]
