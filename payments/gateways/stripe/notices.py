"""Stripe's webhooks read as notices. Of their content only what to look at is taken."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

import stripe

from core.strict_json import MalformedDocument, parse_document
from payments.gateways.port import About, BadNotice, Notice
from payments.gateways.stripe.objects import CAPTURE_REFERENCE, REFERENCE, id_of

# What the desk asked for bears its reference; a shop's own dealings with Stripe do not.
REFERRED = frozenset({About.PAYMENT, About.REFUND})
WINDOW = 300  # seconds, either way
STAMP = re.compile(r"(?:^|,)\s*t=(\d{1,12})(?:,|$)")
ABOUT = {
    "payment_intent": About.PAYMENT,
    "refund": About.REFUND,
    "checkout.session": About.CHECKOUT,
    "dispute": About.DISPUTE,
}


def read_notice(
    headers: Mapping[str, str], body: bytes, *, secrets: Sequence[bytes], now: dt.datetime
) -> Notice:
    header = headers.get("Stripe-Signature") or ""
    stamp = STAMP.search(header)
    # The library looks at the machine's clock, and lets what comes from the future pass.
    if stamp is None or abs(now.timestamp() - int(stamp[1])) > WINDOW:
        raise BadNotice("Not signed now.")
    if not any(_is_signed(body, header, secret) for secret in secrets):
        raise BadNotice("The signature fits no live secret.")
    try:
        said = parse_document(body)
    except MalformedDocument as error:
        raise BadNotice(str(error)) from error
    return _read(said)


def _is_signed(body: bytes, header: str, secret: bytes) -> bool:
    try:
        stripe.Webhook.construct_event(body, header, secret.decode(), tolerance=0)
    except stripe.SignatureVerificationError:
        return False
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadNotice("It is no event.") from error
    return True


def _read(said: Any) -> Notice:
    data = said.get("data") if isinstance(said, dict) else None
    one = data.get("object") if isinstance(data, dict) else None
    if not isinstance(one, dict) or not isinstance(said.get("id"), str):
        raise BadNotice("The notice is about nothing.")
    about = ABOUT.get(str(one.get("object")), About.NOTHING)
    metadata = one.get("metadata")
    named = metadata if isinstance(metadata, dict) else {}
    reference = named.get(CAPTURE_REFERENCE) or named.get(REFERENCE) or ""
    is_page = about == About.CHECKOUT
    # A page is its payment link; a session beside any link is none of ours.
    object_id = id_of(one.get("payment_link")) if is_page else id_of(one.get("id"))
    is_ours = bool(object_id) and (about not in REFERRED or bool(reference))
    return Notice(
        id=said["id"][:120],
        kind=str(said.get("type", ""))[:60],
        about=about if is_ours else About.NOTHING,
        object_id=object_id[:120],
        reference=str(reference)[:60],
    )
