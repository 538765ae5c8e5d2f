"""The kinds of rules. Each is a dataclass: its fields are what an admin fills in.

Each field is annotated with its `Parameter`, from which the admin's form, its checks and its
messages are made; a new kind needs no form of its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Annotated, Any, ClassVar, NamedTuple, get_type_hints

from core.errors import BadInput
from core.money import ZERO, UnknownCurrency, exponent

Choices = tuple[tuple[str, str], ...]

EXCHANGE_TYPES: Choices = (
    ("", "Every type"),
    ("regular", "Regular"),
    ("advanced", "Advanced"),
    ("advanced_prepaid", "Advanced, pre-paid"),
)
PRICE_POLICIES: Choices = (
    ("original_value", "Original value"),
    ("current", "Today's price"),
    ("lower_of", "The lower of the two"),
)
ANSWERS: Choices = (("yes", "Yes"), ("review", "A person decides"), ("no", "No"))


class BadParameter(BadInput):
    """A rule's value that can never be right; `field` names it."""

    code = "bad_parameter"


@dataclass(frozen=True, slots=True)
class Parameter:
    """What people need to know of one field. Bounds are inclusive."""

    label: str
    help: str = ""
    at_least: Decimal | int | None = None
    at_most: Decimal | int | None = None
    choices: Choices = ()
    is_percentage: bool = False
    is_currency: bool = False


@dataclass(frozen=True, slots=True)
class Parameters:
    """What one kind of rule lays down."""

    kind: ClassVar[str]
    title: ClassVar[str]
    is_required: ClassVar[bool] = False  # a version without such a rule for everything is refused

    def in_words(self) -> str:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class ReturnWindow(Parameters):
    """Days in which a return can be asked for; the day of delivery is day 0."""

    kind = "return_window"
    title = "Return window"
    is_required = True

    days: Annotated[
        int,
        Parameter(
            "Days from delivery", help="The last day still counts.", at_least=0, at_most=3650
        ),
    ]
    transit_days: Annotated[
        int,
        Parameter(
            "Days in transit",
            help="Added to the day of shipping, else of the order, when delivery is unknown.",
            at_least=0,
            at_most=90,
        ),
    ] = 5

    def in_words(self) -> str:
        return f"{self.days} days from delivery; unknown delivery: {self.transit_days} in transit"


@dataclass(frozen=True, slots=True)
class Returnable(Parameters):
    """Whether goods may come back at all, apart from when."""

    kind = "returnable"
    title = "Returnable"

    answer: Annotated[str, Parameter("May it come back", choices=ANSWERS)]
    because: Annotated[
        str,
        Parameter(
            "Because", help="Ends the sentence for the agent: “hygiene article”.", at_most=120
        ),
    ]
    if_our_fault: Annotated[
        str,
        Parameter(
            "When we are at fault",
            choices=ANSWERS,
            help="Faulty goods must be made good by law in most countries.",
        ),
    ] = "review"

    def in_words(self) -> str:
        answers = dict(ANSWERS)
        ours = answers[self.if_our_fault].lower()
        return f"{answers[self.answer]}: {self.because}; our fault: {ours}"


@dataclass(frozen=True, slots=True)
class ReviewAbove(Parameters):
    """The value from which a person decides. Speaks only of cases in its currency."""

    kind = "review_above"
    title = "Review above a value"

    amount: Annotated[
        Decimal,
        Parameter(
            "Goods above", help="Value without tax; exactly this much still passes.", at_least=0
        ),
    ]
    currency: Annotated[str, Parameter("Currency", is_currency=True)]

    def in_words(self) -> str:
        return f"a person decides above {self.amount} {self.currency}"


@dataclass(frozen=True, slots=True)
class RestockingFee(Parameters):
    """A part of the goods' net value kept back; never when we are at fault (domain §7.7)."""

    kind = "restocking_fee"
    title = "Restocking fee"

    rate: Annotated[Decimal, Parameter("Rate", at_least=0, at_most=1, is_percentage=True)]
    minimum: Annotated[
        Decimal, Parameter("At least", help="In the currency of the case.", at_least=0)
    ] = ZERO

    def in_words(self) -> str:
        least = f", at least {self.minimum}" if self.minimum else ""
        return f"{percent(self.rate)} of the goods without tax{least}"


@dataclass(frozen=True, slots=True)
class PricePolicy(Parameters):
    """What a replacement costs (domain §7.10)."""

    kind = "price_policy"
    title = "Price of the replacement"
    is_required = True

    policy: Annotated[str, Parameter("Another variant of the same product", choices=PRICE_POLICIES)]
    other_product: Annotated[str, Parameter("Another product", choices=PRICE_POLICIES[1:])] = (
        "current"
    )

    def in_words(self) -> str:
        names = {code: label.lower() for code, label in PRICE_POLICIES}
        return f"same product: {names[self.policy]}; other product: {names[self.other_product]}"


@dataclass(frozen=True, slots=True)
class HoldLength(Parameters):
    """How long stock was held, until that left policy for the hold rules of `inventory`.

    Published versions keep such rules, as they keep everything. They decide nothing any more.
    """

    kind = "hold_length"
    title = "Length of the hold (a hold rule now)"

    quote_minutes: Annotated[int, Parameter("Minutes for a quote", at_least=1, at_most=1440)]
    accepted_days: Annotated[int, Parameter("Days once accepted", at_least=1, at_most=90)]
    exchange_type: Annotated[str, Parameter("Type of exchange", choices=EXCHANGE_TYPES)] = ""

    def in_words(self) -> str:
        which = dict(EXCHANGE_TYPES)[self.exchange_type].lower()
        return f"{which}: {self.quote_minutes} min for a quote, {self.accepted_days} days accepted"


@dataclass(frozen=True, slots=True)
class SendBack(Parameters):
    """Days the customer has to hand over the goods, from authorisation."""

    kind = "send_back"
    title = "Time to send back"
    is_required = True

    days: Annotated[int, Parameter("Days", at_least=1, at_most=365)]

    def in_words(self) -> str:
        return f"{self.days} days from authorisation"


KINDS: dict[str, type[Parameters]] = {
    kind.kind: kind
    for kind in (
        ReturnWindow,
        Returnable,
        ReviewAbove,
        RestockingFee,
        PricePolicy,
        SendBack,
    )
}
# Kinds that published versions and the history of rules still have, and new ones cannot.
FORMER_KINDS: dict[str, type[Parameters]] = {HoldLength.kind: HoldLength}


def percent(rate: Decimal) -> str:
    """``15 %`` for 0.15."""
    return f"{(rate * 100).normalize():f} %"


class ParameterField(NamedTuple):
    """A field of a kind: what people need to know, its Python type, and its default if any."""

    about: Parameter
    wanted: type
    default: Any


def get_kind(name: str) -> type[Parameters]:
    """The dataclass of a kind, former ones too. Raises `BadParameter`."""
    kind = KINDS.get(name) or FORMER_KINDS.get(name)
    if kind is None:
        raise BadParameter(f"There is no kind of rule called “{name}”.", field="kind")
    return kind


@cache
def parameters_of(kind: str) -> dict[str, ParameterField]:
    """The fields an admin fills in for a kind, by name."""
    hints = get_type_hints(get_kind(kind), include_extras=True)
    return {
        item.name: ParameterField(
            about=hints[item.name].__metadata__[0],
            wanted=hints[item.name].__origin__,
            default=None if item.default is dataclasses.MISSING else item.default,
        )
        for item in dataclasses.fields(get_kind(kind))
    }


def parse_parameters(kind: str, raw: Mapping[str, Any]) -> Parameters:
    """Typed parameters from stored JSON. Raises `BadParameter` naming the field."""
    wanted = parameters_of(kind)
    if unknown := sorted(set(raw) - set(wanted)):
        raise BadParameter(f"{get_kind(kind).title} knows no “{unknown[0]}”.", field=unknown[0])
    values = {name: _checked(name, raw[name], wanted[name]) for name in wanted if name in raw}
    try:
        return get_kind(kind)(**values)
    except TypeError:
        name = next(name for name in wanted if name not in values)
        raise BadParameter(f"“{wanted[name].about.label}” is missing.", field=name) from None


def plain_parameters(parameters: Parameters) -> dict[str, Any]:
    """JSON for storing: decimals as text."""
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in dataclasses.asdict(parameters).items()
    }


def _checked(name: str, value: Any, field: ParameterField) -> Any:
    about, value = field.about, _typed(name, value, field)
    if about.choices and value not in dict(about.choices):
        raise BadParameter(f"“{about.label}” cannot be “{value}”.", field=name)
    if about.is_currency:
        _check_currency(name, value)
    size = len(value) if isinstance(value, str) else value
    if about.at_least is not None and size < about.at_least:
        raise BadParameter(f"“{about.label}” must be at least {about.at_least}.", field=name)
    if about.at_most is not None and size > about.at_most:
        raise BadParameter(f"“{about.label}” may be at most {about.at_most}.", field=name)
    return value


def _check_currency(name: str, code: str) -> None:
    try:
        exponent(code)
    except UnknownCurrency as error:
        raise BadParameter(error.message, field=name) from None


def _typed(name: str, value: Any, field: ParameterField) -> Any:
    """`value` as its field wants it; a bool is no number here, and NaN is no amount."""
    about, wanted, _ = field
    try:
        if wanted is Decimal and isinstance(value, str | int | Decimal):
            amount = Decimal(value)
            if amount.is_finite():
                return amount
    except InvalidOperation:
        pass
    if wanted is not Decimal and isinstance(value, wanted) and not isinstance(value, bool):
        return value
    raise BadParameter(f"“{about.label}” is not readable: {value!r}.", field=name)
