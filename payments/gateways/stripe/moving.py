"""Charges, holds, releases and refunds: asked for once per key, and found again by reference."""

from __future__ import annotations

import datetime as dt
from typing import Any

import stripe

from payments.gateways.port import (
    Access,
    Instruction,
    NothingHappened,
    Outcome,
    OutcomeUnknown,
    Status,
)
from payments.gateways.stripe.amounts import NotPayable, to_minor
from payments.gateways.stripe.client import connect, reading, translate
from payments.gateways.stripe.objects import (
    CAPTURE_REFERENCE,
    REFERENCE,
    decline_code,
    read_intent,
    read_reference,
    read_refund,
)

# Their clock may be behind ours.
SKEW = dt.timedelta(minutes=10)
NEEDS_OWNER = "authentication_required"


def carry_out(access: Access, what: Instruction) -> Outcome:
    client = connect(access)
    try:
        match what.kind:
            case "capture" if what.payment:
                return _capture(client, what)
            case "authorise" | "capture":
                return _charge(client, what)
            case "void":
                return _void(client, what)
        return _refund(client, what)
    except NotPayable:
        return Outcome(status=Status.DECLINED, code="amount_not_payable")
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        return _read_refusal(error)
    except stripe.StripeError as error:
        raise translate(error) from None


def _charge(client: stripe.StripeClient, what: Instruction) -> Outcome:
    """Take or hold an amount on a card on file. Nobody is there to confirm anything."""
    params: dict[str, Any] = {
        "amount": to_minor(what.amount, what.currency),
        "currency": what.currency.lower(),
        "payment_method": what.method,
        "payment_method_types": ["card"],
        "capture_method": "manual" if what.kind == "authorise" else "automatic",
        "confirm": True,
        "off_session": True,
        "metadata": {REFERENCE: what.reference},
        "expand": ["latest_charge"],
    }
    if owner := what.customer or _owner_of(client, what.method):
        params["customer"] = owner
    made = client.v1.payment_intents.create(
        params=params,  # type: ignore[arg-type]
        options={"idempotency_key": what.key},
    )
    return _conclude(client, made.to_dict())


def _owner_of(client: stripe.StripeClient, method: str) -> str:
    """Stripe charges a card on file only together with the customer whom it is kept for."""
    try:
        owner = client.v1.payment_methods.retrieve(method).customer
    except stripe.InvalidRequestError:
        raise
    except stripe.StripeError:
        raise NothingHappened("The card could not be looked up.") from None
    return owner if isinstance(owner, str) or owner is None else owner.id  # type: ignore[return-value]


def _conclude(client: stripe.StripeClient, intent: dict[str, Any]) -> Outcome:
    """One that waits for its owner would wait for ever, and could be paid unnoticed: end it."""
    if intent["status"] == "requires_action":
        ended = client.v1.payment_intents.cancel(
            intent["id"], params={"cancellation_reason": "abandoned"}
        ).to_dict()
        if ended["status"] != "canceled":
            raise OutcomeUnknown("It waits for its owner and could not be ended.")
        return Outcome(status=Status.DECLINED, reference=intent["id"], code=NEEDS_OWNER)
    outcome = read_intent(intent)
    if outcome is None:
        raise OutcomeUnknown(f"It stands at {intent['status']}.")
    return outcome


def _capture(client: stripe.StripeClient, what: Instruction) -> Outcome:
    """Take a hold, or a part of it; what is left over is released with that."""
    taken = client.v1.payment_intents.capture(
        what.payment,
        params={
            "amount_to_capture": to_minor(what.amount, what.currency),
            "metadata": {CAPTURE_REFERENCE: what.reference},
            "expand": ["latest_charge"],
        },
        options={"idempotency_key": what.key},
    )
    return _conclude(client, taken.to_dict())


def _void(client: stripe.StripeClient, what: Instruction) -> Outcome:
    try:
        client.v1.payment_intents.cancel(what.payment, options={"idempotency_key": what.key})
    except stripe.InvalidRequestError as error:
        if _intent_of(error).get("status") != "canceled":
            raise
    return Outcome(status=Status.SUCCEEDED, reference=what.payment)


def _refund(client: stripe.StripeClient, what: Instruction) -> Outcome:
    said: dict[str, Any] = {
        **_payment(what.payment),
        "amount": to_minor(what.amount, what.currency),
        "metadata": {REFERENCE: what.reference},
    }
    made = client.v1.refunds.create(
        params=said,  # type: ignore[arg-type]
        options={"idempotency_key": what.key},
    )
    return read_refund(made.to_dict())


def _payment(payment: str) -> dict[str, str]:
    """A payment of the desk's is an intent; one that a channel reports may be a charge."""
    is_charge = payment.startswith(("ch_", "py_"))
    return {"charge": payment} if is_charge else {"payment_intent": payment}


def _read_refusal(error: stripe.CardError | stripe.InvalidRequestError) -> Outcome:
    """They have read it and say no: nothing happened, and nothing will by asking again."""
    said = _said(error)
    return Outcome(
        status=Status.DECLINED,
        reference=str(_intent_of(error).get("id") or ""),
        code=decline_code(said),
    )


def _said(error: stripe.StripeError) -> dict[str, Any]:
    body = error.json_body
    said = body.get("error") if isinstance(body, dict) else None
    return said if isinstance(said, dict) else {}


def _intent_of(error: stripe.StripeError) -> dict[str, Any]:
    return _said(error).get("payment_intent") or {}


# --- looking up ---


def find(access: Access, what: Instruction) -> Outcome | None:
    client = connect(access)
    with reading():
        match what.kind:
            case "refund":
                return _find_refund(client, what)
            case "void":
                return _find_void(_retrieve(client, what.payment))
            case "capture" if what.payment:
                intent = _retrieve(client, what.payment)
                is_ours = read_reference(intent, CAPTURE_REFERENCE) == what.reference
                return read_intent(intent) if is_ours else None
        return _find_charge(client, what)


def _find_charge(client: stripe.StripeClient, what: Instruction) -> Outcome | None:
    """By list, not by search: what is searched may appear minutes later."""
    params: dict[str, Any] = {"limit": 100, "expand": ["data.latest_charge"]}
    if what.since is not None:
        params["created"] = {"gte": int((what.since - SKEW).timestamp())}
    try:
        if owner := what.customer or _owner_of(client, what.method):
            params["customer"] = owner
    except stripe.InvalidRequestError:
        pass  # the card is on file no more; what was charged to it stands
    listed = client.v1.payment_intents.list(params=params)  # type: ignore[arg-type]
    for one in listed.auto_paging_iter():
        intent = one.to_dict()
        if read_reference(intent) != what.reference:
            continue
        if intent["status"] == "requires_action":
            return _conclude(client, intent)
        return read_intent(intent)
    return None


def _find_void(intent: dict[str, Any]) -> Outcome | None:
    match intent["status"]:
        case "canceled":
            return Outcome(status=Status.SUCCEEDED, reference=intent["id"])
        case "succeeded":
            return Outcome(status=Status.DECLINED, reference=intent["id"], code="captured")
    return None


def _find_refund(client: stripe.StripeClient, what: Instruction) -> Outcome | None:
    params: dict[str, Any] = {"limit": 100, **_payment(what.payment)}
    listed = client.v1.refunds.list(params=params)  # type: ignore[arg-type]
    for one in listed.auto_paging_iter():
        refund = one.to_dict()
        if read_reference(refund) == what.reference:
            return read_refund(refund)
    return None


def _retrieve(client: stripe.StripeClient, payment: str) -> dict[str, Any]:
    found = client.v1.payment_intents.retrieve(payment, params={"expand": ["latest_charge"]})
    return found.to_dict()


def fetch_refund(access: Access, refund_id: str) -> tuple[str, Outcome]:
    with reading():
        refund = connect(access).v1.refunds.retrieve(refund_id).to_dict()
    return read_reference(refund), read_refund(refund)


def fetch_payment(access: Access, payment_id: str) -> tuple[str, Outcome]:
    with reading():
        intent = _retrieve(connect(access), payment_id)
    pending = Outcome(status=Status.PENDING, reference=payment_id)
    return read_reference(intent), read_intent(intent) or pending
