"""What a channel document may tell besides orders: of parcels, returns, messages and changes.

Like `intake.reading`, these are what a document states, before anything is decided.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from intake.reading import Finding, NotAnOrder, ReadOrder


class ParcelStatus(StrEnum):
    """Where a carrier says a parcel is, in one vocabulary for all of them."""

    LABEL_MADE = "label_made"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    RETURNED = "returned"
    LOST = "lost"
    TROUBLE = "trouble"
    UNKNOWN = "unknown"


class MessageStatus(StrEnum):
    """What became of a message, as far as its provider knows.

    Bounced is for good and says that nothing reaches this address; softly bounced, that this one
    did not. Failed is the message's own fault, or the provider's.
    """

    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    SOFT_BOUNCED = "soft_bounced"
    DELAYED = "delayed"
    COMPLAINED = "complained"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFact:
    """What all of them have. ``key`` tells one statement from the next of the same subject."""

    kind: ClassVar[str] = ""
    path: str = ""
    external_id: str | None = None
    is_test: bool = False
    findings: tuple[Finding, ...] = ()

    def as_stated(self) -> dict[str, Any]:
        stated = {name: _plain(value) for name, value in asdict(self).items()}
        del stated["findings"]
        return {"kind": self.kind, **stated}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTracking(ReadFact):
    """Where one parcel is. ``said_as`` is the carrier's own word for it."""

    kind: ClassVar[str] = "tracking"
    tracking_number: str = ""
    carrier: str = ""
    status: ParcelStatus = ParcelStatus.UNKNOWN
    said_as: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReturn(ReadFact):
    """Units that a customer sends back by way of the channel.

    ``is_over``: it came to nothing. ``is_settled``: goods and money are settled there already.
    """

    kind: ClassVar[str] = "return"
    order_external_id: str | None = None
    line_external_id: str = ""
    sku: str = ""
    quantity: int = 0
    reason: str = ""
    comment: str = ""
    carrier: str = ""
    tracking_number: str = ""
    status: str = ""
    is_over: bool = False
    is_settled: bool = False
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMessageStatus(ReadFact):
    """What became of one message: ``external_id`` is the provider's id, ``message_id`` our own
    from its head, where the provider says it.
    """

    kind: ClassVar[str] = "message_status"
    message_id: str = ""
    status: MessageStatus = MessageStatus.UNKNOWN
    said_as: str = ""
    why: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText(ReadFact):
    """A text message that somebody sent us: STOP, START or anything else."""

    kind: ClassVar[str] = "text"
    sender: str = ""
    words: str = ""

    def as_stated(self) -> dict[str, Any]:
        """What screens show of it, who wrote and what left out: both are personal."""
        return {"kind": self.kind, "path": self.path, "external_id": self.external_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPayment(ReadFact):
    """What a payment provider says of a payment. ``reference`` is theirs, kept on the tender.

    ``amount`` is of all that happened so far, or, where ``step`` names one refund of several, of
    that one; then ``sum_so_far`` is all of them, if it is said.
    """

    kind: ClassVar[str] = "payment"
    reference: str = ""
    happened: str = ""
    amount: Decimal | None = None
    step: str = ""
    sum_so_far: Decimal | None = None
    currency: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNotice(ReadFact):
    """Something changed; what, has to be fetched. ``address`` is where, if the notice says so."""

    kind: ClassVar[str] = "notice"
    resource: str = ""
    address: str = ""
    version: int | None = None


Reading = (
    ReadOrder | ReadTracking | ReadReturn | ReadMessageStatus | ReadText | ReadPayment | ReadNotice
)
Readings = list[Reading] | NotAnOrder


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value
