"""Stripe, through its official library: payment intents, refunds, payment links, disputes.

A charge on file is an intent confirmed without the customer; a hold is the same with manual
capture. docs/payments.md says how to connect it.
"""

from __future__ import annotations

from payments.gateways.stripe.moving import carry_out, fetch_payment, fetch_refund, find
from payments.gateways.stripe.notices import read_notice
from payments.gateways.stripe.pages import close_checkout, fetch_checkout, open_checkout
from payments.gateways.stripe.records import fetch_dispute, list_movements

NAME = "stripe"

__all__ = [
    "NAME",
    "carry_out",
    "close_checkout",
    "fetch_checkout",
    "fetch_dispute",
    "fetch_payment",
    "fetch_refund",
    "find",
    "list_movements",
    "open_checkout",
    "read_notice",
]
