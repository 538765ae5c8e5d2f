"""The rows that commands of the API hold while they decide."""

from __future__ import annotations

from core.models import Partner


def lock_partner(partner_id: int) -> Partner:
    """Keys of one partner are made and revoked one after another."""
    partner: Partner = Partner.objects.select_for_update(no_key=True).get(pk=partner_id)
    return partner
