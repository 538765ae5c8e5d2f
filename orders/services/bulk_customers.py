"""The customers of many sales at once, as `keep_customer` would keep them one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from core import bulk
from core.transactions import requires_transaction
from orders.locks import lock_customers
from orders.models import Channel, Customer
from orders.queries import Guest, find_accounts, find_guests
from orders.sales import SaleCustomer
from orders.services.customers import FIELDS, tell_customer

STATED = tuple(field.name for field in fields(SaleCustomer))
Identity = tuple[int, str, str]  # channel, its own id, else the e-mail in capitals


@requires_transaction
def keep_customers(stated: Sequence[tuple[Channel, SaleCustomer]]) -> list[Customer]:
    """The customer of each, made or brought up to date; who comes twice is one row."""
    guests = find_guests(
        [(channel.pk, one.email) for channel, one in stated if one.email and not one.external_id]
    )
    identities = [_identity_of(channel, one, guests) for channel, one in stated]
    known = _lock_known(identities, guests)
    made: list[Customer] = []
    changed: dict[int, Customer] = {}
    found: list[Customer] = []
    for (channel, one), identity in zip(stated, identities, strict=True):
        customer = known.get(identity) if identity else None
        if customer is None:
            told = {name: getattr(one, name) for name in STATED}
            customer = bulk.make(Customer, partner_id=channel.partner_id, channel=channel, **told)
            made.append(customer)
            if identity:
                known[identity] = customer
        elif tell_customer(customer, one) and customer.pk:
            changed[customer.pk] = customer
        found.append(customer)
    bulk.insert(made)
    bulk.update([changed[pk] for pk in sorted(changed)], FIELDS)
    return found


def _identity_of(
    channel: Channel, one: SaleCustomer, guests: dict[tuple[int, str], Guest]
) -> Identity | None:
    """None for a guest without an address, who is always somebody new."""
    if one.external_id:
        return channel.pk, one.external_id, ""
    if not one.email:
        return None
    return channel.pk, "", guests[channel.pk, one.email].capitals


def _lock_known(
    identities: Sequence[Identity | None], guests: dict[tuple[int, str], Guest]
) -> dict[Identity, Customer]:
    accounts = find_accounts([(one[0], one[1]) for one in identities if one and one[1]])
    by_pk: dict[int, Identity] = {pk: (*account, "") for account, pk in accounts.items()}
    for (channel, _), guest in guests.items():
        if guest.customer is not None:
            by_pk[guest.customer] = channel, "", guest.capitals
    return {by_pk[customer.pk]: customer for customer in lock_customers(by_pk)}
