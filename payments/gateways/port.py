"""What the desk asks of a payment provider, whoever it is, and what may come of asking.

Amounts are decimals here; an adapter turns them into what its provider counts in. `reference` is
ours: it is stored at the provider with whatever we ask for, so that a lost answer can be looked
up. `key` makes a repetition the same request.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class OutcomeUnknown(Exception):
    """They may have done it: the answer was lost, late, or none that says so."""


class NothingHappened(Exception):
    """They surely did not do it: nobody answered the door, or it was closed to us."""


class Status(StrEnum):
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    PENDING = "pending"  # they have it, and will say later


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One thing to be done. `kind` is an `OperationKind`.

    `method` is the token of a card on file; `payment` the provider's name for what is captured,
    released or refunded. `since` is when it was first asked for, where that is known.
    """

    kind: str
    key: str
    reference: str
    amount: Decimal
    currency: str
    method: str = ""
    customer: str = ""
    payment: str = ""
    since: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it. `reference` is the provider's name for the payment or the refund."""

    status: Status
    reference: str = ""
    code: str = ""
    label: str = ""
    valid_until: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutOrder:
    """A page of the provider's where a customer pays.

    `is_hold`: nothing is taken, the amount is held on the card, and the card is kept for charges
    that the customer agrees to by it.
    """

    key: str
    reference: str
    amount: Decimal
    currency: str
    title: str
    expires_at: dt.datetime
    return_url: str
    locale: str
    is_hold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCheckout:
    reference: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to pay on a hosted page. `payment` is the provider's name for it.

    Of a hold: `method` is the card that was kept, `valid_until` when the hold lapses.
    """

    payment: str
    status: Status
    amount: Decimal
    currency: str
    code: str = ""
    label: str = ""
    method: str = ""
    valid_until: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """How a hosted page stands: its tries in order."""

    reference: str
    is_open: bool
    attempts: Sequence[Attempt] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One line of the provider's own list. `reference` is ours, blank where they have none."""

    kind: str
    id: str
    payment: str
    reference: str
    amount: Decimal
    currency: str
    created_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A customer's bank takes money back, or wants to."""

    id: str
    payment: str
    amount: Decimal
    currency: str
    is_open: bool
    is_lost: bool
    reason: str = ""
    respond_by: dt.datetime | None = None


class About(StrEnum):
    """What a notice is about; it is fetched again before anything is believed."""

    PAYMENT = "payment"
    REFUND = "refund"
    CHECKOUT = "checkout"
    DISPUTE = "dispute"
    NOTHING = "nothing"  # nothing that the desk acts on


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A signed word from the provider that something happened. `id` is the same each time."""

    id: str
    kind: str
    about: About
    object_id: str
    reference: str = ""


class BadNotice(Exception):
    """Not signed by the provider, or not now, or nothing that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """An account as an adapter needs it: who we are there, and with what key."""

    account: str
    api_key: str = field(repr=False, default="")


class Gateway(Protocol):
    """All of it speaks to the network but `read_notice`. Nothing is called in a transaction."""

    def carry_out(self, access: Access, what: Instruction) -> Outcome:
        """Do it, once per key. Raises `OutcomeUnknown` and `NothingHappened`."""
        ...

    def find(self, access: Access, what: Instruction) -> Outcome | None:
        """What became of it, by our reference; None when they know nothing of it."""
        ...

    def fetch_refund(self, access: Access, refund_id: str) -> tuple[str, Outcome]:
        """Our reference for a refund, and how it stands now."""
        ...

    def fetch_payment(self, access: Access, payment_id: str) -> tuple[str, Outcome]: ...

    def fetch_dispute(self, access: Access, dispute_id: str) -> Dispute: ...

    def open_checkout(self, access: Access, order: CheckoutOrder) -> OpenedCheckout: ...

    def close_checkout(self, access: Access, checkout_id: str) -> None:
        """Take the page down; one that is down or paid stays as it is."""
        ...

    def fetch_checkout(self, access: Access, checkout_id: str) -> Checkout: ...

    def list_movements(
        self, access: Access, *, since: dt.datetime, until: dt.datetime
    ) -> Iterator[Movement]:
        """What succeeded there in a window, oldest first."""
        ...

    def read_notice(
        self,
        headers: Mapping[str, str],
        body: bytes,
        *,
        secrets: Sequence[bytes],
        now: dt.datetime,
    ) -> Notice:
        """A notice whose signature fits one of `secrets`. Raises `BadNotice`."""
        ...
