"""Who may decide what somebody else asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Set
from dataclasses import dataclass
from decimal import Decimal

from core.roles import GRANTS, Permission, Role
from core.verdicts import Verdict

# How much a lead may approve alone. In a currency that is not named, and above, it takes an
# admin, who has no limit.
LEAD_LIMITS: dict[str, Decimal] = {
    "EUR": Decimal(1_000),
    "GBP": Decimal(850),
    "USD": Decimal(1_100),
    "JPY": Decimal(160_000),
}


# Whoever decides has said who they are not longer ago than this.
FRESH = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be decided, as far as the rule needs to know it."""

    is_open: bool
    state_label: str
    requested_by: int | None
    last_edited_by: int | None
    amount: Decimal | None
    currency: str
    expires_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Decider:
    """A person and the roles they hold, now, with the partner concerned."""

    user_id: int
    roles: Set[Role]


def can_decide(*, request: Request, decider: Decider, now: dt.datetime) -> Verdict:
    """Whether `decider` may approve or reject: another pair of eyes, in time, within its limit."""
    return Verdict.of(
        None if request.is_open else f"It is already decided: {request.state_label.lower()}.",
        request.requested_by == decider.user_id and "Nobody approves their own request.",
        request.last_edited_by == decider.user_id
        and "Whoever last changed it cannot be the one who approves it.",
        request.expires_at is not None and request.expires_at <= now and "The request has lapsed.",
        _limit_objection(request, decider.roles),
    )


def must_prove_again(proved_at: dt.datetime | None, *, now: dt.datetime) -> Verdict:
    """Step-up: a desk left open decides nothing. `proved_at`: password or second factor given."""
    is_fresh = proved_at is not None and now - proved_at <= FRESH
    return Verdict.of(
        None if is_fresh else "Say who you are again first: your sign-in is not fresh any more."
    )


def _limit_objection(request: Request, roles: Set[Role]) -> str | None:
    if not any(Permission.APPROVE in GRANTS[role] for role in roles):
        return "It takes a lead or an admin to decide this."
    if request.amount is None or Role.ADMIN in roles:
        return None
    limit = LEAD_LIMITS.get(request.currency)
    if limit is None:
        return f"Amounts in {request.currency} are for an admin to approve."
    if abs(request.amount) > limit:
        return f"Above {limit} {request.currency} it takes an admin to approve."
    return None


def can_withdraw(*, is_open: bool, requested_by: int | None, user_id: int) -> Verdict:
    """A request may be taken back by whoever made it, while nobody has decided."""
    return Verdict.of(
        None if is_open else "It is already decided.",
        None if requested_by == user_id else "Only whoever asked can take the request back.",
    )
