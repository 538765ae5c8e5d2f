"""Who bought, and where it goes: people of one channel, told apart by id or else by e-mail."""

from __future__ import annotations

from dataclasses import asdict

from orders.models import Channel, Customer, Order, OrderAddress
from orders.sales import Sale, SaleAddress, SaleCustomer

FIELDS = ("name", "email", "phone", "locale", "country")


def keep_customer(channel: Channel, customer: SaleCustomer) -> Customer:
    """The customer's row, made or brought up to date."""
    fields = asdict(customer)
    known = {"partner_id": channel.partner_id, "channel": channel}
    if customer.external_id:
        found, is_new = Customer.objects.get_or_create(
            channel=channel, external_id=customer.external_id, defaults=known | fields
        )
    else:
        guests = Customer.objects.filter(channel=channel, external_id="")
        same = guests.filter(email__iexact=customer.email) if customer.email else guests.none()
        guest = same.order_by("pk").first()
        found, is_new = guest or Customer.objects.create(**known, **fields), guest is None
    if not is_new:
        update_customer(found, customer)
    return found


def update_customer(customer: Customer, stated: SaleCustomer) -> None:
    """What a version leaves out is no news; an erased person stays erased."""
    if changed := tell_customer(customer, stated):
        customer.save(update_fields=changed)


def tell_customer(customer: Customer, stated: SaleCustomer) -> list[str]:
    """Take over what is stated without saving it; the fields that changed."""
    if customer.erased_at is not None:
        return []
    changed = []
    for field in FIELDS:
        value = getattr(stated, field)
        if value and value != getattr(customer, field):
            setattr(customer, field, value)
            changed.append(field)
    return changed


def follow_customer(order: Order, sale: Sale) -> None:
    """A guest who turns out to have an account becomes that customer; nobody becomes a guest."""
    if sale.customer.external_id not in ("", order.customer.external_id):
        order.customer = keep_customer(order.channel, sale.customer)
    else:
        update_customer(order.customer, sale.customer)
    if sale.ship_to is not None and not _is_at(order.ship_to, sale.ship_to):
        order.ship_to = keep_address(order.customer, sale.ship_to)


def _is_at(known: OrderAddress | None, stated: SaleAddress) -> bool:
    if known is None:
        return False
    return all(getattr(known, name) == value for name, value in asdict(stated).items())


def keep_address(customer: Customer, stated: SaleAddress | None) -> OrderAddress | None:
    """A row of its own for every order: addresses are blanked with the person, never shared."""
    if stated is None:
        return None
    return OrderAddress.objects.create(
        partner_id=customer.partner_id, customer=customer, **asdict(stated)
    )
