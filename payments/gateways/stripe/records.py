"""Stripe's own books: what moved in a window, and what banks dispute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import stripe

from payments.gateways.port import Access, Dispute, Movement
from payments.gateways.stripe.amounts import from_minor
from payments.gateways.stripe.client import connect, reading
from payments.gateways.stripe.objects import (
    CAPTURE_REFERENCE,
    id_of,
    read_reference,
)

# Lines of the balance are written when money moves; a charge bears the date of its hold.
LINES = {
    "charge": "capture",
    "payment": "capture",
    "refund": "refund",
    "payment_refund": "refund",
}
CLOSED = frozenset({"won", "lost", "warning_closed", "prevented"})


def list_movements(access: Access, *, since: dt.datetime, until: dt.datetime) -> Iterator[Movement]:
    client = connect(access)
    window = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
    with reading():
        found = [
            _read_line(line, kind)
            for name, kind in LINES.items()
            for line in _list_lines(client, name, window)
        ]
    yield from sorted(found, key=lambda one: one.created_at)


def _list_lines(
    client: stripe.StripeClient, name: str, window: dict[str, int]
) -> Iterator[dict[str, Any]]:
    said: dict[str, Any] = {"type": name, "created": window, "limit": 100}
    said["expand"] = ["data.source"]
    listed = client.v1.balance_transactions.list(params=said)  # type: ignore[arg-type]
    for line in listed.auto_paging_iter():
        yield line.to_dict()


def _read_line(line: dict[str, Any], kind: str) -> Movement:
    """In the currency that the customer paid; the line itself is in that of the payout."""
    source = line["source"]
    payment = id_of(source.get("payment_intent")) or id_of(source.get("charge")) or source["id"]
    is_capture = kind == "capture"
    units = source["amount_captured"] if is_capture else source["amount"]
    return Movement(
        kind=kind,
        id=payment if is_capture else source["id"],
        payment=payment,
        reference=(is_capture and read_reference(source, CAPTURE_REFERENCE))
        or read_reference(source),
        amount=from_minor(units, source["currency"]),
        currency=source["currency"].upper(),
        created_at=dt.datetime.fromtimestamp(line["created"], dt.UTC),
    )


def fetch_dispute(access: Access, dispute_id: str) -> Dispute:
    with reading():
        said = connect(access).v1.disputes.retrieve(dispute_id).to_dict()
    due = (said.get("evidence_details") or {}).get("due_by")
    return Dispute(
        id=said["id"],
        payment=id_of(said.get("payment_intent")) or id_of(said.get("charge")),
        amount=from_minor(said["amount"], said["currency"]),
        currency=said["currency"].upper(),
        is_open=said["status"] not in CLOSED,
        is_lost=said["status"] == "lost",
        reason=said.get("reason") or "",
        respond_by=dt.datetime.fromtimestamp(due, dt.UTC) if due else None,
    )
