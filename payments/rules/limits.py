"""How much one person may give back alone, and when a second has to look."""

from __future__ import annotations

from collections.abc import Set
from decimal import Decimal

from core.operations import content_hash
from core.roles import Role
from core.verdicts import Verdict

# Without approval. A currency that is not named takes an admin; an admin has no limit.
LIMITS: dict[Role, dict[str, Decimal]] = {
    Role.AGENT: {
        "EUR": Decimal(200),
        "GBP": Decimal(170),
        "USD": Decimal(220),
        "JPY": Decimal(30_000),
    },
    Role.LEAD: {
        "EUR": Decimal(1_000),
        "GBP": Decimal(850),
        "USD": Decimal(1_100),
        "JPY": Decimal(160_000),
    },
}


def can_refund(*, amount: Decimal, currency: str, roles: Set[Role]) -> Verdict:
    """Whether a person with these roles may give `amount` back without asking anyone."""
    if Role.ADMIN in roles:
        return Verdict.allow()
    limits = [LIMITS[role].get(currency, Decimal(0)) for role in roles if role in LIMITS]
    if not limits:
        return Verdict.refuse("Refunds are for agents and leads.")
    limit = max(limits)
    if amount > limit:
        return Verdict.refuse(
            f"Over your {limit:f} {currency} limit: a lead or an admin has to do this."
        )
    return Verdict.allow()


def goodwill_hash(*, memo_id: int, shortfall: Decimal, currency: str) -> str:
    """What a goodwill approval is bound to."""
    return content_hash(
        {"memo": memo_id, "shortfall": f"{shortfall.normalize():f}", "currency": currency}
    )


def write_off_hash(*, obligation_id: int, amount: Decimal, currency: str) -> str:
    return content_hash(
        {"obligation": obligation_id, "amount": f"{amount.normalize():f}", "currency": currency}
    )
