from __future__ import annotations

import datetime as dt
from typing import Any

from api.stock.telling import moment
from core.verdicts import Verdict
from inventory import rules
from inventory.models import Reservation


def reservation(row: Reservation, *, as_of: dt.datetime, livemode: bool) -> dict[str, Any]:
    """A hold as it stands at a moment of the database's clock."""
    return {
        "object": "reservation",
        "number": row.number,
        "reference": row.reference,
        "case": row.case,
        "state": row.state,
        "cause": row.cause or None,
        "sku": row.variant.sku,
        "location": row.location.code,
        "bin": row.bin.code if row.bin else None,
        "quantity": row.quantity,
        "expires_at": moment(row.expires_at),
        "grace_until": moment(row.grace_until),
        "is_due": rules.is_due(_facts(row), as_of),
        "continues": row.continues or None,
        "channel": row.channel or None,
        "exchange_type": row.exchange_type or None,
        "made_at": moment(row.made_at),
        "resolved_at": moment(row.resolved_at),
        "allowed_actions": list_actions(row, as_of),
        "livemode": livemode,
    }


def list_actions(row: Reservation, as_of: dt.datetime) -> list[dict[str, Any]]:
    """Every action on a hold: whether it may be taken now, and if not, why."""
    facts = _facts(row)
    verdicts = {
        "prolong": rules.can_prolong(facts, as_of),
        "commit": rules.can_commit(facts, as_of),
        "release": rules.can_release(facts),
        "consume": rules.can_consume(facts),
    }
    return [_action(name, verdict) for name, verdict in verdicts.items()]


def _action(name: str, verdict: Verdict) -> dict[str, Any]:
    return {"action": name, "is_allowed": verdict.allowed, "reasons": list(verdict.reasons)}


def _facts(row: Reservation) -> rules.HoldFacts:
    return rules.HoldFacts(row.state, row.expires_at, row.grace_until)
