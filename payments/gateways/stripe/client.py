"""Stripe's own library, set up so that it asks once, says nothing, and fails in our words."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import requests
import stripe
from stripe._base_address import BaseAddresses
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from payments.gateways.port import Access, NothingHappened, OutcomeUnknown

PATIENCE = (2.0, 8.0)  # seconds: to connect, to answer
# Where its API lies, for tests alone: no setting can send a key elsewhere.
BASE_ADDRESSES: BaseAddresses = {}

# At its levels `info` and `debug` it writes addresses, parameters and errors in full, and where
# STRIPE_LOG is set it prints them besides.
logging.getLogger("stripe").setLevel(logging.CRITICAL + 1)
stripe._util.STRIPE_LOG = None
stripe.enable_telemetry = False


def connect(access: Access) -> stripe.StripeClient:
    """Retries are the courier's: it knows what is unknown, the library does not."""
    if not access.api_key:
        raise NothingHappened("The account has no key.")
    return stripe.StripeClient(
        access.api_key,
        base_addresses=BASE_ADDRESSES,
        http_client=_http(),
        max_network_retries=0,
    )


@cache
def _http() -> stripe.RequestsClient:
    session = requests.Session()
    session.trust_env = False  # no proxy and no .netrc of the machine gets between
    return stripe.RequestsClient(timeout=PATIENCE, session=session)


@contextmanager
def reading() -> Iterator[None]:
    """Looking something up: `LookupError` when they do not have it."""
    try:
        yield
    except stripe.StripeError as error:
        if error.http_status == 404:
            raise LookupError(error.code) from None
        raise translate(error) from None


def translate(error: stripe.StripeError) -> Exception:
    """What a failure that is no answer means. Its own words may hold what nobody should log."""
    match error:
        case stripe.APIConnectionError() if _never_connected(error):
            return NothingHappened("Nobody answers.")
        case stripe.APIConnectionError():
            return OutcomeUnknown("The answer was lost.")
        case stripe.AuthenticationError() | stripe.PermissionError() | stripe.RateLimitError():
            return NothingHappened(f"Answered with {error.http_status}.")
        case stripe.IdempotencyError():
            return OutcomeUnknown("The key is in use at the provider.")
    return OutcomeUnknown(f"Answered with {error.http_status}.")


def _never_connected(error: BaseException) -> bool:
    """Whether it failed before anything was sent; requests hides that in a chain of causes."""
    seen: list[object] = [error]
    for one in seen:
        if isinstance(one, NewConnectionError | ConnectTimeoutError):
            return True
        if isinstance(one, BaseException) and len(seen) < 20:
            hidden = [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
            seen += [other for other in hidden if isinstance(other, BaseException)]
    return False
