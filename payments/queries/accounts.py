"""Accounts with payment providers: which one serves, and what is needed to use it."""

from __future__ import annotations

from core import documents
from payments.gateways.port import Access
from payments.models import ProviderAccount


def find_account(*, partner_id: int, adapter: str = "") -> ProviderAccount | None:
    """The partner's open account with a provider, or its default one."""
    accounts = ProviderAccount.objects.filter(partner=partner_id, closed_at=None)
    chosen = accounts.filter(adapter=adapter) if adapter else accounts.filter(is_default=True)
    account: ProviderAccount | None = chosen.first()
    return account


def get_account(public_id: str) -> ProviderAccount | None:
    account: ProviderAccount | None = (
        ProviderAccount.objects.select_related("partner").filter(public_id=public_id).first()
    )
    return account


def get_access(account: ProviderAccount) -> Access:
    """Who we are at the provider. The key leaves its encryption here and goes nowhere else."""
    key = documents.read(account.api_key).decode() if account.api_key else ""
    return Access(account=account.public_id, api_key=key)


def list_live_secrets(account: ProviderAccount) -> list[bytes]:
    """What notices of the account may be signed with at present, newest first."""
    live = account.secrets.filter(retired_at=None).select_related("secret__key")
    return [documents.read(one.secret) for one in live.order_by("-added_at", "-pk")]
