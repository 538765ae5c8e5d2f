"""Ways of reaching a payment provider, by the name an account gives: one module each."""

from __future__ import annotations

from typing import cast

from payments.gateways import sandbox, stripe
from payments.gateways.port import Gateway

GATEWAYS: dict[str, Gateway] = {
    sandbox.NAME: cast(Gateway, sandbox),
    stripe.NAME: cast(Gateway, stripe),
}


class NoGateway(KeyError):
    """An account names a provider nobody wrote an adapter for."""


def gateway_of(name: str) -> Gateway:
    try:
        return GATEWAYS[name]
    except KeyError:
        raise NoGateway(name) from None
