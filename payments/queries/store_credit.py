"""What a customer has with the shop, and which grant it comes from."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db.models import Q, Sum

from core.money import ZERO
from payments.models import StoreCreditEntry
from payments.states import CreditEntryKind


def get_balance(*, customer_id: int, currency: str) -> Decimal:
    """The sum of the ledger; what has lapsed and was not swept yet still counts."""
    entries = StoreCreditEntry.objects.filter(customer=customer_id, currency=currency)
    return entries.aggregate(total=Sum("amount"))["total"] or ZERO


def list_usable_grants(
    *, customer_id: int, currency: str, on: dt.date
) -> list[tuple[StoreCreditEntry, Decimal]]:
    """Grants that still hold something on a day, and how much; what lapses first comes first."""
    grants = StoreCreditEntry.objects.filter(
        customer=customer_id, currency=currency, kind="granted"
    )
    never = dt.date.max
    running = [one for one in grants if (one.expires_on or never) >= on]
    running.sort(key=lambda one: (one.expires_on or never, one.pk))
    held = [(one, left_of_grant(one)) for one in running]
    return [(grant, left) for grant, left in held if left > 0]


def left_of_grant(grant: StoreCreditEntry) -> Decimal:
    used = grant.uses.aggregate(total=Sum("amount"))["total"] or ZERO
    return grant.amount + used


def sum_granted(memo: str) -> Decimal:
    """How much of what a memo owed was given as store credit."""
    of_memo = Q(reference=memo) | Q(reference__startswith=f"{memo}/")
    granted = StoreCreditEntry.objects.filter(of_memo, kind=CreditEntryKind.GRANTED)
    return granted.aggregate(total=Sum("amount"))["total"] or ZERO


def list_credit(customer_id: int) -> list[StoreCreditEntry]:
    """A customer's ledger, newest first."""
    return list(StoreCreditEntry.objects.filter(customer=customer_id).order_by("-pk"))


def list_lapsed_grants(on: dt.date) -> list[int]:
    """Grants whose day is over and that may hold something still."""
    grants = StoreCreditEntry.objects.filter(kind="granted", expires_on__lt=on)
    return list(grants.exclude(uses__kind="expired").order_by("pk").values_list("pk", flat=True))
