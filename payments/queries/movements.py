"""Our side of a reconciliation: what moved at a provider, as our rows have it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from payments.models import MoneyOperation, ProviderAccount
from payments.rules.reconciling import OurMovement
from payments.states import IN_FLIGHT, OperationKind, OperationState

MOVES = (OperationKind.CAPTURE, OperationKind.REFUND)


def list_our_movements(
    account: ProviderAccount, *, since: dt.datetime, until: dt.datetime
) -> list[OurMovement]:
    """What succeeded, and what nobody knows, by when the provider was asked."""
    rows = MoneyOperation.objects.filter(
        Q(state=OperationState.SUCCEEDED, reversed_at=None) | Q(state__in=IN_FLIGHT),
        account=account,
        kind__in=MOVES,
        submitted_at__gte=since,
        submitted_at__lt=until,
    )
    return [
        OurMovement(
            operation_id=one.pk,
            kind=one.kind,
            provider_reference=one.provider_reference,
            reference=one.public_id,
            amount=one.amount,
            currency=one.currency,
            moved_at=one.submitted_at,
            is_unknown=one.state != OperationState.SUCCEEDED,
        )
        for one in rows.exclude(submitted_at=None).order_by("submitted_at", "pk")
        if one.submitted_at is not None
    ]


def is_known_movement(account: ProviderAccount, movement: str, provider_reference: str) -> bool:
    """Whether a movement of the provider is in our books."""
    rows = MoneyOperation.objects.filter(account=account, kind=movement)
    return rows.filter(provider_reference=provider_reference).exists()


def list_accounts() -> list[ProviderAccount]:
    """Every account that is or was in use."""
    return list(ProviderAccount.objects.select_related("partner").order_by("pk"))
