"""What may become of a case, side by side, and taking one of it: as the console's panel does."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, TypedDict

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import Text
from api.commands import Reasoned
from api.exchanges.bodies import Replacement
from api.exchanges.reading import read_amount, read_replacements
from api.questions import Question, refuse_parameter
from api.returns.bodies import MOST_LINES
from api.returns.commands import ReturnCommand
from api.returns.views import AboutReturns
from api.scopes import Scope
from api.shapes import AllowedAction, Amount, Moment, action, moment, money
from core import clock
from core.errors import BadInput
from core.verdicts import Verdict
from exchanges import queries, services
from exchanges.rules import Option, OptionKind
from exchanges.rules.options import Cause, StockAtRisk
from inventory.models import Variant
from returns.models import Return
from returns.queries import read_lines

CHOICES = [(kind.value, kind.value) for kind in OptionKind]


class OptionsQuestion(Question):
    sku = serializers.CharField(
        required=False, max_length=80, help_text="What an upgrade would send; else the desk picks."
    )
    rate = serializers.CharField(
        required=False,
        max_length=10,
        help_text="What of the value is given to who keeps the goods: “0.5” is half.",
    )


class MarginRowTold(TypedDict):
    """What one thing brings us, or costs us below zero; null: nobody knows that yet."""

    cause: Annotated[str, Cause]
    amount: Amount | None


class MarginTold(TypedDict):
    """What an outcome leaves, without tax. `known` is the sum of what is known."""

    rows: list[MarginRowTold]
    known: Amount
    is_whole: bool


class StockTold(TypedDict):
    """What goes out: free where it would leave from, free in all, and the older cases that wait
    for it. `lost_by` of them would find none."""

    sku: str
    quantity: int
    location: str
    available_there: int
    available: int
    is_held: bool
    older_cases: list[str]
    lost_by: int


class GoodsTold(TypedDict):
    """What goes out, as `replacements` of a command say it."""

    sku: str
    quantity: int
    replaces: int | None


class OptionTold(TypedDict):
    """One outcome. `customer` is signed cash from now on: above zero they get it, below they pay.

    `reasons` say why it may not be taken, `flip` what would turn that; `asks` what a second
    person has to agree to. `days` until the customer has everything.
    """

    kind: Annotated[str, OptionKind]
    is_current: bool
    is_allowed: bool
    reasons: list[str]
    flip: str
    asks: list[str]
    open_ends: list[str]
    customer: Amount | None
    margin: MarginTold | None
    days: int | None
    stock: list[StockTold]
    frees: int
    replacements: list[GoodsTold]
    rate: str | None


class OptionsTold(TypedDict):
    """All outcomes of a case as it stands now. Nothing is held and nothing is saved.

    `take-option` is `POST /returns/{id}/take-option`; each option says of itself whether it may
    be the one.
    """

    object: Literal["options"]
    case: str
    version: int
    obstacle: str
    options: list[OptionTold]
    allowed_actions: list[AllowedAction]
    as_of: Moment
    livemode: bool


class Options(AboutReturns):
    """What if: refund, even swap, upgrade, repair and keeping it, each as its command reckons."""

    scopes = {"GET": Scope.READ_RETURNS}
    question = OptionsQuestion
    answers = {"GET": OptionsTold}

    def get(self, request: Request, reference: str) -> Response:
        case = self.find(reference)
        try:
            found = queries.list_options(
                case,
                now=clock.now(self.partner),
                sku=self.asked.get("sku", "").strip(),
                rate=_read_rate(self.asked.get("rate")),
            )
        except BadInput as error:
            raise refuse_parameter(error.field or "rate", error.message) from error
        return Response(
            {
                "object": "options",
                "case": case.public_id,
                "version": case.version,
                "obstacle": found.obstacle,
                "options": [_tell(option, case) for option in found.options],
                "allowed_actions": [action("take-option", Verdict.of(found.obstacle))],
                "as_of": moment(clock.database_now()),
                "livemode": self.livemode,
            }
        )


def _read_rate(text: str | None) -> Decimal | None:
    try:
        rate = None if text is None else Decimal(text)
    except InvalidOperation:
        rate = Decimal("NaN")
    if rate is not None and not rate.is_finite():
        raise refuse_parameter("rate", "A decimal as text: “0.5”.")
    return rate


class Taken(Reasoned):
    """Which outcome. A swap names what goes out, as its option does."""

    kind = serializers.ChoiceField(choices=CHOICES)
    replacements = serializers.ListField(
        child=Replacement(), min_length=1, max_length=MOST_LINES, required=False
    )
    rate = Text(max_length=10, required=False, help_text="As in the option; only of keeping it.")


class TakenOption(ReturnCommand):
    """One of the outcomes, by the commands that there are: all of it or nothing."""

    bodies = {"POST": Taken}

    def act(self, found: Return, said: Mapping[str, Any], **who: Any) -> None:
        lines = [line.order_line_id for line in read_lines(found)]
        goods = read_replacements(self.partner, said.get("replacements", []), lines)
        rate = said.get("rate")
        services.take_option(
            return_id=found.pk,
            kind=said["kind"],
            reason=said["reason"],
            replacements=goods,
            rate=None if rate is None else read_amount(rate, pointer="/rate"),
            **who,
        )


def _tell(option: Option, case: Return) -> OptionTold:
    currency = option.currency
    margin = option.margin
    return {
        "kind": option.kind.value,
        "is_current": option.is_current,
        "is_allowed": option.is_allowed,
        "reasons": list(option.reasons),
        "flip": option.flip,
        "asks": list(option.asks),
        "open_ends": list(option.open_ends),
        "customer": None if option.customer is None else money(option.customer, currency),
        "margin": None
        if margin is None
        else {
            "rows": [
                {
                    "cause": row.cause.value,
                    "amount": None if row.amount is None else money(row.amount, margin.currency),
                }
                for row in margin.rows
            ],
            "known": money(margin.known, margin.currency),
            "is_whole": margin.is_whole,
        },
        "days": option.days,
        "stock": [_tell_stock(risk) for risk in option.stock],
        "frees": option.frees,
        "replacements": _tell_goods(option, case),
        "rate": None if option.rate is None else str(option.rate),
    }


def _tell_stock(risk: StockAtRisk) -> StockTold:
    cases = [int(name.removeprefix("return:")) for name in risk.older if name[7:].isdigit()]
    ids = dict(Return.objects.filter(pk__in=cases).values_list("pk", "public_id"))
    return {
        "sku": risk.sku,
        "quantity": risk.quantity,
        "location": risk.centre,
        "available_there": risk.at_centre,
        "available": risk.free,
        "is_held": risk.is_held,
        "older_cases": [ids[case] for case in cases if case in ids],
        "lost_by": risk.lost_by,
    }


def _tell_goods(option: Option, case: Return) -> list[GoodsTold]:
    skus = dict(
        Variant.objects.filter(pk__in=[line.variant_id for line in option.wanted]).values_list(
            "pk", "sku"
        )
    )
    positions = {line.order_line_id: at for at, line in enumerate(read_lines(case), start=1)}
    return [
        {
            "sku": skus[line.variant_id],
            "quantity": line.quantity,
            "replaces": positions.get(line.replaces_order_line_id or 0),
        }
        for line in option.wanted
    ]
