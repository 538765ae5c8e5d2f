"""The kinds of rules. Each is a dataclass: its fields are what an admin fills in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policies.rules.kinds.asking_back import ReturnWindow, SendBack, Warranty
from policies.rules.kinds.attention import (
    ApprovalAbove,
    AutoApprove,
    Evidence,
    RefundLimit,
    ReviewAbove,
    ReviewWhen,
    Risk,
    Velocity,
)
from policies.rules.kinds.exchanging import (
    EXCHANGE_TYPES,
    AdvancedExchange,
    ExchangePayment,
    HoldLength,
    Netting,
    ShipPartial,
    SplitShipment,
)
from policies.rules.kinds.goods import (
    CONDITIONS,
    ConditionReduction,
    ConditionRequired,
    FinalSale,
    KeepIt,
    Returnable,
)
from policies.rules.kinds.money import (
    PricePolicy,
    Promotion,
    RestockingFee,
    ReturnShippingFee,
    ShippingRefund,
)
from policies.rules.kinds.parameters import (
    BadParameter,
    Parameter,
    ParameterField,
    Parameters,
    count,
    percent,
    plain_parameters,
    read_fields,
    read_parameters,
)

KINDS: dict[str, type[Parameters]] = {
    kind.kind: kind
    for kind in (
        ReturnWindow,
        Warranty,
        SendBack,
        Returnable,
        FinalSale,
        ConditionRequired,
        ConditionReduction,
        KeepIt,
        Evidence,
        ReviewAbove,
        AutoApprove,
        ReviewWhen,
        Velocity,
        Risk,
        ApprovalAbove,
        RefundLimit,
        RestockingFee,
        ReturnShippingFee,
        ShippingRefund,
        Promotion,
        PricePolicy,
        ExchangePayment,
        AdvancedExchange,
        ShipPartial,
        SplitShipment,
        Netting,
    )
}
# Kinds that published versions and the history of rules still have, and new ones cannot.
FORMER_KINDS: dict[str, type[Parameters]] = {HoldLength.kind: HoldLength}


def get_kind(name: str) -> type[Parameters]:
    """The dataclass of a kind, former ones too. Raises `BadParameter`."""
    kind = KINDS.get(name) or FORMER_KINDS.get(name)
    if kind is None:
        raise BadParameter(f"There is no kind of rule called “{name}”.", field="kind")
    return kind


def parameters_of(kind: str) -> dict[str, ParameterField]:
    """The fields an admin fills in for a kind, by name."""
    return read_fields(get_kind(kind))


def parse_parameters(kind: str, raw: Mapping[str, Any]) -> Parameters:
    """Typed parameters from stored JSON. Raises `BadParameter` naming the field."""
    return read_parameters(get_kind(kind), raw)


__all__ = [
    "CONDITIONS",
    "EXCHANGE_TYPES",
    "FORMER_KINDS",
    "KINDS",
    "AdvancedExchange",
    "ApprovalAbove",
    "AutoApprove",
    "BadParameter",
    "ConditionReduction",
    "ConditionRequired",
    "Evidence",
    "ExchangePayment",
    "FinalSale",
    "HoldLength",
    "KeepIt",
    "Netting",
    "Parameter",
    "ParameterField",
    "Parameters",
    "PricePolicy",
    "Promotion",
    "RefundLimit",
    "RestockingFee",
    "ReturnShippingFee",
    "ReturnWindow",
    "Returnable",
    "ReviewAbove",
    "ReviewWhen",
    "Risk",
    "SendBack",
    "ShipPartial",
    "ShippingRefund",
    "SplitShipment",
    "Velocity",
    "Warranty",
    "count",
    "get_kind",
    "parameters_of",
    "parse_parameters",
    "percent",
    "plain_parameters",
]
