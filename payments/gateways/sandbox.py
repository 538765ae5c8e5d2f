"""The sandbox: our own provider, a process of its own that keeps its books (`demo.bank`).

It behaves like a real one, well or badly: docs/payments.md says what it does with which card.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import urllib3
from django.conf import settings
from urllib3.exceptions import HTTPError, NewConnectionError

from core import signatures
from core.strict_json import MalformedDocument, parse_document
from payments.gateways.port import (
    About,
    Access,
    Attempt,
    BadNotice,
    Checkout,
    CheckoutOrder,
    Dispute,
    Instruction,
    Movement,
    NothingHappened,
    Notice,
    OpenedCheckout,
    Outcome,
    OutcomeUnknown,
    Status,
)

NAME = "sandbox"
PATIENCE = urllib3.Timeout(connect=2, read=8)
_pool = urllib3.PoolManager(maxsize=8, timeout=PATIENCE, retries=False)
# They have read it and say no: nothing happened, and nothing will by asking again.
REFUSED = frozenset({400, 402, 404, 409, 422})


def carry_out(access: Access, what: Instruction) -> Outcome:
    said: dict[str, Any] = {
        "reference": what.reference,
        "amount": str(what.amount),
        "currency": what.currency,
    }
    match what.kind:
        case "authorise":
            path, said = "/v1/payments", said | {"method": what.method, "capture": False}
        case "capture" if what.payment:
            path = f"/v1/payments/{what.payment}/capture"
        case "capture":
            path, said = "/v1/payments", said | {"method": what.method, "capture": True}
        case "void":
            path = f"/v1/payments/{what.payment}/void"
        case _:
            path, said = "/v1/refunds", said | {"payment": what.payment}
    status, answer = _ask(access, "POST", path, said, key=what.key)
    if status in REFUSED and answer.get("code") in {"key_in_use", "key_reused"}:
        raise OutcomeUnknown("The key is in use at the provider.")
    if status in REFUSED:
        return Outcome(status=Status.DECLINED, code=str(answer.get("code") or "refused"))
    return _read_outcome(answer)


def find(access: Access, what: Instruction) -> Outcome | None:
    query = urlencode({"reference": what.reference, "kind": what.kind})
    _, answer = _get(access, f"/v1/operations?{query}")
    found = answer["operations"]
    return _read_outcome(found[-1]) if found else None


def fetch_refund(access: Access, refund_id: str) -> tuple[str, Outcome]:
    _, answer = _get(access, f"/v1/operations/{refund_id}")
    return answer["reference"], _read_outcome(answer)


def fetch_payment(access: Access, payment_id: str) -> tuple[str, Outcome]:
    _, answer = _get(access, f"/v1/payments/{payment_id}")
    return answer["reference"], _read_outcome(answer)


def fetch_dispute(access: Access, dispute_id: str) -> Dispute:
    _, answer = _get(access, f"/v1/disputes/{dispute_id}")
    return Dispute(
        id=answer["id"],
        payment=answer["payment"],
        amount=Decimal(answer["amount"]),
        currency=answer["currency"],
        is_open=answer["status"] == "open",
        is_lost=answer["status"] == "lost",
        reason=answer["reason"],
        respond_by=dt.datetime.fromtimestamp(answer["respond_by"], dt.UTC),
    )


def open_checkout(access: Access, order: CheckoutOrder) -> OpenedCheckout:
    said = {
        "reference": order.reference,
        "amount": str(order.amount),
        "currency": order.currency,
        "title": order.title,
        "expires_at": order.expires_at.timestamp(),
        "return_url": order.return_url,
        "locale": order.locale,
        "capture": not order.is_hold,
    }
    status, answer = _ask(access, "POST", "/v1/checkouts", said, key=order.key)
    if status != 200:
        raise OutcomeUnknown(f"Answered with {status}.")
    return OpenedCheckout(reference=answer["id"], url=answer["url"])


def close_checkout(access: Access, checkout_id: str) -> None:
    _ask(access, "POST", f"/v1/checkouts/{checkout_id}/expire", {}, key=f"expire-{checkout_id}")


def fetch_checkout(access: Access, checkout_id: str) -> Checkout:
    _, answer = _get(access, f"/v1/checkouts/{checkout_id}")
    return Checkout(
        reference=answer["id"],
        is_open=answer["status"] == "open",
        attempts=[
            Attempt(
                payment=one["id"],
                status=Status(one["status"]),
                amount=Decimal(one["amount"]),
                currency=one["currency"],
                code=one["code"],
                label=one["label"],
                method=one["method"] or "",
                valid_until=_read_moment(one["valid_until"]),
            )
            for one in answer["attempts"]
        ],
    )


def list_movements(access: Access, *, since: dt.datetime, until: dt.datetime) -> Iterator[Movement]:
    after = 0
    while True:
        window = {"from": since.timestamp(), "to": until.timestamp(), "after": after}
        _, answer = _get(access, f"/v1/operations?{urlencode(window)}")
        for one in answer["operations"]:
            yield Movement(
                kind=one["kind"],
                id=one["id"] if one["kind"] == "refund" else one["payment"],
                payment=one["payment"],
                reference=one["reference"],
                amount=Decimal(one["amount"]),
                currency=one["currency"],
                created_at=dt.datetime.fromtimestamp(one["created"], dt.UTC),
            )
            after = one["number"]
        if not answer["more"]:
            return


def read_notice(
    headers: Mapping[str, str], body: bytes, *, secrets: Sequence[bytes], now: dt.datetime
) -> Notice:
    try:
        message_id = signatures.verify(headers, body, secrets=secrets, now=now)
        said = parse_document(body)
    except (signatures.BadSignature, MalformedDocument) as error:
        raise BadNotice(str(error)) from error
    if not isinstance(said, dict) or said.get("id") != message_id:
        raise BadNotice("The notice has another id than its header.")
    about = str(said.get("about", ""))
    return Notice(
        id=message_id,
        kind=str(said.get("kind", ""))[:60],
        about=About(about) if about in set(About) else About.NOTHING,
        object_id=str(said.get("object", ""))[:120],
        reference=str(said.get("reference", ""))[:60],
    )


def _read_outcome(answer: dict[str, Any]) -> Outcome:
    is_refund = answer.get("kind") == "refund"
    return Outcome(
        status=Status(answer["status"]),
        reference=answer["id"] if is_refund else answer["payment"],
        code=answer.get("code") or "",
        label=answer.get("label") or "",
        valid_until=_read_moment(answer.get("valid_until")),
    )


def _read_moment(said: float | None) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(said, dt.UTC) if said else None


def _get(access: Access, path: str) -> tuple[int, dict[str, Any]]:
    status, answer = _ask(access, "GET", path, None)
    if status == 404:
        raise LookupError(path)
    if status != 200:
        raise OutcomeUnknown(f"Answered with {status}.")
    return status, answer


def _ask(
    access: Access, method: str, path: str, said: dict[str, Any] | None, *, key: str = ""
) -> tuple[int, dict[str, Any]]:
    headers = {
        "Authorization": f"Bearer {access.api_key or settings.PAYMENT_SANDBOX_SECRET}",
        "Account": access.account,
        "Content-Type": "application/json",
    }
    if key:
        headers["Idempotency-Key"] = key
    if not settings.PAYMENT_SANDBOX_URL:
        raise NothingHappened("No sandbox runs here.")
    try:
        answer = _pool.request(
            method,
            settings.PAYMENT_SANDBOX_URL + path,
            body=None if said is None else json.dumps(said).encode(),
            headers=headers,
        )
    except NewConnectionError as error:
        raise NothingHappened("Nobody answers.") from error
    except (HTTPError, OSError) as error:
        raise OutcomeUnknown(type(error).__name__) from error
    return _judge(answer)


def _judge(answer: urllib3.BaseHTTPResponse) -> tuple[int, dict[str, Any]]:
    if answer.status in (401, 403, 429):
        raise NothingHappened(f"Answered with {answer.status}.")
    if answer.status >= 500:
        raise OutcomeUnknown(f"Answered with {answer.status}.")
    try:
        said = json.loads(answer.data)
    except ValueError as error:
        raise OutcomeUnknown("Answered with something that is no JSON.") from error
    if not isinstance(said, dict):
        raise OutcomeUnknown("Answered with something that is no object.")
    return answer.status, said
