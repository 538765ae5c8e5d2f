"""What of a case's credit has to stay for its exchange, and what may be paid out (domain §7.11)."""

from __future__ import annotations

from decimal import Decimal

from core.money import ZERO


def compute_kept(
    *,
    is_netted: bool,
    outbound: Decimal,
    applied: Decimal,
    captured: Decimal,
    awaited: Decimal,
    unspent: Decimal,
) -> Decimal:
    """How much credit the replacement still needs, besides what is to come.

    `outbound` is what goes out with its shipping, `applied` what credit has paid of it so far,
    `captured` what the customer has; `awaited` is the frozen value of exchanged goods that are
    not here yet, `unspent` what is left of the credit for those that are. Without netting every
    line is settled by itself: the credit of exchanged goods stays, that of others is paid out.
    """
    needed = max(outbound - applied - captured, ZERO)
    if not is_netted:
        return min(unspent, needed)
    return max(needed - awaited, ZERO)
