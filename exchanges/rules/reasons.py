"""Why a replacement is still here, and how a second person stands to its quote."""

from __future__ import annotations

from enum import StrEnum


class Assent(StrEnum):
    """How the second pair of eyes stands to the quote that counts."""

    NOT_NEEDED = "not_needed"
    MISSING = "missing"
    ASKED = "asked"
    APPROVED = "approved"
    REJECTED = "rejected"


class OutboundReason(StrEnum):
    """Why the replacement stays here for now (domain §4)."""

    NOT_ACCEPTED = "NOT_ACCEPTED"
    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    RISK = "RISK"
    MONEY_UNKNOWN = "MONEY_UNKNOWN"
    AWAITING_PAYMENT = "AWAITING_PAYMENT"
    AWAITING_GOODS = "AWAITING_GOODS"
    CARD_HOLD_MISSING = "CARD_HOLD_MISSING"
    GOODS_REFUSED = "GOODS_REFUSED"
    CREDIT_CHANGED = "CREDIT_CHANGED"
    HOLD_MISSING = "HOLD_MISSING"
    VISIT_MISSING = "VISIT_MISSING"
