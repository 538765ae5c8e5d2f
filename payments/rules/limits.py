"""How much one person may give back alone, and when a second has to look."""

from __future__ import annotations

from collections.abc import Mapping, Set
from decimal import Decimal

from core.operations import content_hash
from core.roles import Role
from core.verdicts import Verdict

# Without approval, where policy lays nothing down. A currency that is not named takes an admin; an
# admin has no limit.
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


Limits = Mapping[Role, Decimal | None]


def can_refund(
    *, amount: Decimal, currency: str, roles: Set[Role], by_policy: Limits | None = None
) -> Verdict:
    """Whether a person with these roles may give `amount` back without asking anyone.

    `by_policy` is what a rule lays down for the case, None being no limit; without such a rule
    the desk's own limits hold.
    """
    if Role.ADMIN in roles:
        return Verdict.allow()
    known = (
        {role: limits.get(currency, Decimal(0)) for role, limits in LIMITS.items()}
        if by_policy is None
        else by_policy
    )
    limits = [known[role] for role in roles if role in known]
    if not limits:
        return Verdict.refuse("Refunds are for agents and leads.")
    most = max((limit for limit in limits if limit is not None), default=Decimal(0))
    if None in limits or amount <= most:
        return Verdict.allow()
    return Verdict.refuse(
        f"Over your limit of {most:f} {currency}: a second person has to agree first."
    )


def refund_hash(*, memo_id: int, amount: Decimal, currency: str, way: str) -> str:
    """What the approval of a refund above somebody's limit is bound to."""
    return content_hash(
        {
            "memo": memo_id,
            "amount": f"{amount.normalize():f}",
            "currency": currency,
            "way": way,
        }
    )


def goodwill_hash(*, memo_id: int, shortfall: Decimal, currency: str) -> str:
    """What a goodwill approval is bound to."""
    return content_hash(
        {"memo": memo_id, "shortfall": f"{shortfall.normalize():f}", "currency": currency}
    )


def write_off_hash(*, obligation_id: int, amount: Decimal, currency: str) -> str:
    return content_hash(
        {"obligation": obligation_id, "amount": f"{amount.normalize():f}", "currency": currency}
    )
