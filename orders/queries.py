"""Reads of what was sold, for screens, the API and the apps above."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Q

from core.asking import ask
from core.events import reference
from core.kept import KeptQuery
from core.models import User
from core.roles import Permission
from inventory import queries as inventory
from inventory.models import Variant
from notifications.addresses import Addressee
from orders.models import Customer, Order, OrderAddress, OrderLine, PaymentMethod, Tender
from orders.rules import frozen_facts
from orders.states import OrderState, Purpose

_BEFORE: KeptQuery[int] = KeptQuery(
    lambda customer_id, placed_at: Order.objects.filter(
        customer=customer_id, placed_at__lt=placed_at, purpose=Purpose.SALE
    ).values_list("pk", flat=True)[:1]
)
_BY_EXTERNAL_ID: KeptQuery[Order] = KeptQuery(
    lambda channel_id, external_id: Order.objects.filter(
        channel=channel_id, external_id=external_id
    ).order_by("pk")
)
_ON_CARDS: KeptQuery[int] = KeptQuery(
    lambda partner_id, customers: (
        PaymentMethod.objects.for_partner(partner_id)
        .filter(
            token__in=PaymentMethod.objects.for_partner(partner_id)
            .filter(customer__in=customers)
            .exclude(token="")
            .values("token")
        )
        .values_list("customer_id", flat=True)
    )
)
_AT_ADDRESS: KeptQuery[int] = KeptQuery(
    lambda partner_id, postcodes, streets: (
        OrderAddress.objects.for_partner(partner_id)
        .filter(postcode__in=postcodes, line1__in=streets)
        .values_list("customer_id", flat=True)
    )
)


def find_orders(*, user: User, text: str, limit: int = 20) -> list[Order]:
    """Orders that `user` may see by number, e-mail, SKU or the channel's id, newest first.

    A number is found from its start, with or without the channel's “#”; the others have to be
    whole, so that a search never lists customers.
    """
    wanted = text.strip()
    if not wanted:
        return []
    lines = OrderLine.objects.filter(sku__iexact=wanted).values("order_id")
    matches = (
        Q(number__istartswith=wanted)
        | Q(number__istartswith=f"#{wanted}")
        | Q(external_id=wanted)
        | Q(public_id=wanted)
        | Q(customer__email__iexact=wanted)
        | Q(pk__in=lines)
    )
    orders = Order.objects.visible_to(user, Permission.SEE_ORDERS).filter(matches)
    return list(
        orders.select_related("channel", "customer", "ship_to")
        .prefetch_related("lines__variant__product")
        .order_by("-placed_at", "-pk")[:limit]
    )


def get_order(*, public_id: str, user: User) -> Order:
    """One order that `user` may see, with its lines and tenders. Raises Order.DoesNotExist."""
    orders = Order.objects.visible_to(user, Permission.SEE_ORDERS)
    return (
        orders.select_related("channel", "customer", "ship_to")
        .prefetch_related("lines__variant__product", "tenders")
        .get(public_id=public_id)
    )


def list_other_orders(order: Order, *, limit: int = 5) -> list[Order]:
    """Orders of the same customer, shop and currency of which something may come back, newest
    first: what may share a return with this one."""
    others = (
        Order.objects.filter(
            customer=order.customer_id,
            channel=order.channel_id,
            currency=order.currency,
            lines__shipped__gt=F("lines__return_open") + F("lines__returned") + F("lines__kept"),
        )
        .exclude(pk=order.pk)
        .select_related("channel", "customer", "ship_to")
        .prefetch_related("lines__variant__product")
        .distinct()
    )
    return list(others.order_by("-placed_at", "-pk")[:limit])


def has_card(customer_id: int) -> bool:
    """Whether they have agreed to have a card charged that is on file."""
    return bool(PaymentMethod.objects.filter(customer=customer_id).exists())


def list_ties(orders: Collection[Order]) -> dict[int, str]:
    """The customers of these orders, and who shares an address or a card with them: by id, what
    ties them: ``own``, ``card`` or ``address``, the closest first.

    A guest who buys twice is two customers, and so is a person on two channels. An address is
    the same where postcode and street agree; one without a street ties nobody.
    """
    partner_id = next(iter(orders)).partner_id
    their_own = {order.customer_id for order in orders}
    ties = dict.fromkeys(_ON_CARDS(partner_id, sorted(their_own)), "card")
    places = {(place.postcode, place.line1) for order in orders if (place := order.ship_to)}
    if places := {place for place in places if all(place)}:
        postcodes, streets = (sorted(set(part)) for part in zip(*places, strict=True))
        ties = dict.fromkeys(_AT_ADDRESS(partner_id, postcodes, streets), "address") | ties
    return ties | dict.fromkeys(their_own, "own")


def is_first_order(order: Order) -> bool:
    """Whether the customer had bought nothing before."""
    return not _BEFORE(order.customer_id, order.placed_at)


_UNSENT: KeptQuery[OrderLine] = KeptQuery(
    lambda partner_id, variant_id: (
        OrderLine.objects.for_partner(partner_id)
        .filter(
            variant=variant_id,
            shipped__lt=F("quantity"),
            order__purpose=Purpose.SALE,
            order__is_test=False,
            order__cancelled_at=None,
            order__state__in=(OrderState.OPEN, OrderState.PARTLY_SHIPPED),
        )
        .order_by("order_id", "pk")
    )
)


def list_unserved_lines(*, partner_id: int, variant_id: int) -> list[OrderLine]:
    """Sold units of a variant that have not left and that no stock is kept for, oldest first."""
    lines = {reference(line): line for line in _UNSENT(partner_id, variant_id)}
    kept = inventory.list_allocated(partner_id=partner_id, references=list(lines))
    served = {allocation.reference for allocation in kept}
    return [line for name, line in lines.items() if name not in served]


def get_by_external_id(*, channel_id: int, external_id: str) -> Order | None:
    """The order a channel knows by `external_id`, or None while it has not come in."""
    return _BY_EXTERNAL_ID.first(channel_id, external_id)


def list_known_orders(keys: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Which of these orders, by channel and the channel's id, have come in."""
    return set(_match_pairs("orders_order", "o.external_id = w.name", keys))


def find_accounts(keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Customers by channel and the channel's id."""
    return _match_pairs("orders_customer", "o.external_id = w.name AND o.external_id <> ''", keys)


@dataclass(frozen=True, slots=True)
class Guest:
    """A buyer without an account: the e-mail as it is compared, and the oldest row there is."""

    capitals: str
    customer: int | None


def find_guests(keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Guest]:
    """Guests by channel and e-mail, in whatever capitals it is written."""
    found = ask(
        "SELECT w.channel, w.name, upper(w.name), (SELECT min(c.id) FROM orders_customer c"
        "  WHERE c.channel_id = w.channel AND c.external_id = ''"
        "  AND upper(c.email) = upper(w.name))"
        " FROM (SELECT DISTINCT * FROM unnest(%s::bigint[], %s::text[])"
        "  AS u (channel, name)) w",
        [[channel for channel, _ in keys], [email for _, email in keys]],
    )
    return {(row[0], row[1]): Guest(row[2], row[3]) for row in found}


def _match_pairs(
    table: str, how: str, keys: Sequence[tuple[int, str]]
) -> dict[tuple[int, str], int]:
    found = ask(
        f"SELECT w.channel, w.name, o.id FROM {table} o"
        f" JOIN unnest(%s::bigint[], %s::text[]) AS w (channel, name)"
        f" ON o.channel_id = w.channel AND {how}",
        [[channel for channel, _ in keys], [name for _, name in keys]],
    )
    return {(row[0], row[1]): row[2] for row in found}


def find_by_payment(*, partner_id: int, provider_reference: str) -> Order | None:
    """The order that was paid with the payment a provider calls so."""
    if not provider_reference:
        return None
    paid = Tender.objects.for_partner(partner_id).filter(provider_reference=provider_reference)
    tender = paid.select_related("order").order_by("pk").first()
    return None if tender is None else tender.order


_SOLD: KeptQuery[OrderLine] = KeptQuery(
    lambda order_id: OrderLine.objects.filter(order=order_id).order_by("position")
)


def get_frozen_facts(order: Order) -> dict[str, str]:
    """The order's money as `orders.rules.frozen_facts` writes it, from what is stored."""
    return frozen_facts(
        currency=order.currency,
        prices_include_tax=order.prices_include_tax,
        shipping_total=order.shipping_total,
        shipping_tax=order.shipping_tax,
        grand_total=order.grand_total,
        lines=_SOLD(order.pk),
    )


def match_variants(*, partner_id: int, skus: Iterable[str]) -> dict[str, int]:
    """SKU → id of the partner's variant, for those that are in the catalogue."""
    wanted = {sku for sku in skus if sku}
    variants = Variant.objects.for_partner(partner_id).filter(sku__in=wanted)
    return dict(variants.values_list("sku", "pk"))


def get_addressee(customer: Customer) -> Addressee:
    """How a customer is written to: in their language, and at hours of theirs.

    Needs `customer.channel`. Where they are not known to live the channel's clock counts.
    """
    return Addressee(
        person=reference(customer),
        locale=customer.locale or customer.channel.locale,
        email=customer.email,
        phone=customer.phone,
        country=customer.country or customer.channel.country,
        time_zone=customer.time_zone or customer.channel.time_zone,
    )
