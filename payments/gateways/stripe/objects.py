"""Stripe's objects read as outcomes. Our reference lies in their metadata."""

from __future__ import annotations

import datetime as dt
from typing import Any

from payments.gateways.port import Outcome, Status

# Under these names our references are kept at what they belong to.
REFERENCE = "swapdesk"
CAPTURE_REFERENCE = "swapdesk_capture"
REFUNDS = {
    "succeeded": Status.SUCCEEDED,
    "pending": Status.PENDING,
    "requires_action": Status.PENDING,
    "failed": Status.DECLINED,
    "canceled": Status.DECLINED,
}


def read_reference(one: dict[str, Any], name: str = REFERENCE) -> str:
    return str((one.get("metadata") or {}).get(name, ""))


def read_intent(intent: dict[str, Any]) -> Outcome | None:
    """How a payment stands; None when it has not come to anything yet."""
    error = intent.get("last_payment_error") or {}
    match intent["status"]:
        case "succeeded" | "requires_capture":
            status, code = Status.SUCCEEDED, ""
        case "processing":
            status, code = Status.PENDING, ""
        case "canceled":
            status, code = Status.DECLINED, decline_code(error) or "canceled"
        case "requires_payment_method" if error:
            status, code = Status.DECLINED, decline_code(error)
        case _:
            return None
    card = _card(intent)
    until = card.get("capture_before") if intent["status"] == "requires_capture" else None
    return Outcome(
        status=status,
        reference=intent["id"],
        code=code,
        label=label_of(card),
        valid_until=read_moment(until),
    )


def read_moment(said: int | None) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(said, dt.UTC) if said else None


def read_refund(refund: dict[str, Any]) -> Outcome:
    status = REFUNDS.get(str(refund.get("status")), Status.PENDING)
    code = str(refund.get("failure_reason") or refund["status"])
    return Outcome(
        status=status,
        reference=refund["id"],
        code=code if status == Status.DECLINED else "",
    )


def decline_code(error: dict[str, Any]) -> str:
    """The bank's own reason where it gave one, Stripe's otherwise."""
    reason = error.get("decline_code") or ""
    if error.get("code") == "card_declined" and reason not in ("", "generic_decline"):
        return str(reason)
    return str(error.get("code") or "refused")


def label_of(card: dict[str, Any]) -> str:
    """What customers know a card by: “Visa ·· 4242”."""
    brand, digits = str(card.get("brand") or "").title(), card.get("last4") or ""
    return f"{brand} ·· {digits}" if digits else brand


def id_of(one: Any) -> str:
    """The id of something that may be given as its id or in full."""
    return str(one["id"] if isinstance(one, dict) else one or "")


def _card(intent: dict[str, Any]) -> dict[str, Any]:
    charge = intent.get("latest_charge")
    details = charge.get("payment_method_details") if isinstance(charge, dict) else None
    return (details or {}).get("card") or {}
