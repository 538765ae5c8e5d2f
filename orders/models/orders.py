from __future__ import annotations

from decimal import Decimal
from functools import partial

from django.db import models
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.numbers import new_public_id
from core.states import FSMModelMixin
from orders.models.channels import Channel, Customer, PaymentMethod
from orders.states import OrderState, Purpose


def money(**kwargs: object) -> models.DecimalField:
    return models.DecimalField(max_digits=20, decimal_places=4, **kwargs)  # type: ignore[arg-type]


class OrderAddress(PartnerRow):
    """Where an order goes. Personal data: blanked on erasure."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses")
    name = models.CharField(max_length=200, blank=True)
    company = models.CharField(max_length=200, blank=True)
    line1 = models.CharField(max_length=200, blank=True)
    line2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=2, blank=True)
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name_plural = "order addresses"
        indexes = [models.Index(fields=["partner", "postcode", "line1"], name="address_by_place")]

    def __str__(self) -> str:
        return f"{self.postcode} {self.country}"


class Order(FSMModelMixin, PartnerRow):
    """What was sold, as sold. Its money is frozen at intake and never computed again.

    A replacement is a new order with purpose EXCHANGE. Channel words (`financial_status`,
    `fulfillment_status`) are kept beside our own state as the channel says them.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "ord"))
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="orders")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders")
    ship_to = models.ForeignKey(OrderAddress, models.PROTECT, null=True, related_name="+")
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.SALE)
    state = FSMField(default=OrderState.OPEN, choices=OrderState, protected=True)
    external_id = models.CharField(max_length=120)
    number = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    prices_include_tax = models.BooleanField()
    placed_at = models.DateTimeField()
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(
        null=True, help_text="Since then nothing more of it leaves; parts may have left before."
    )
    goods_total = money(help_text="Lines before discounts.")
    discount_total = money()
    discount_name = models.CharField(max_length=120, blank=True)
    shipping_total = money()
    shipping_tax = money(default=0)
    tax_total = money()
    grand_total = money()
    financial_status = models.CharField(max_length=40, blank=True)
    fulfillment_status = models.CharField(max_length=40, blank=True)
    is_test = models.BooleanField(default=False)
    is_gift = models.BooleanField(default=False, help_text="Who has it did not pay for it.")
    source_updated_at = models.DateTimeField(null=True, help_text="When the channel changed it.")
    source_version = models.CharField(
        max_length=120, blank=True, help_text="Sorts as the channel's versions of it do."
    )
    frozen_hash = models.CharField(max_length=64, help_text="Of its money; guards conflicts.")
    based_on = models.CharField(max_length=64, blank=True, help_text="“return:12” of an exchange.")

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="an_order_comes_once")
        ]
        indexes = [
            models.Index(fields=["partner", "number"], name="order_by_number"),
            models.Index(fields=["customer", "-placed_at"], name="orders_of_customer"),
        ]

    def __str__(self) -> str:
        return self.number

    @transition(state, source=OrderState.OPEN, target=OrderState.PARTLY_SHIPPED)
    def ship_part(self) -> None: ...

    @transition(
        state, source=[OrderState.OPEN, OrderState.PARTLY_SHIPPED], target=OrderState.SHIPPED
    )
    def ship(self) -> None: ...

    @transition(
        state, source=[OrderState.PARTLY_SHIPPED, OrderState.SHIPPED], target=OrderState.OPEN
    )
    def come_back(self) -> None:
        """All that had left was brought back undelivered."""

    @transition(
        state,
        source=[OrderState.PARTLY_SHIPPED, OrderState.SHIPPED],
        target=OrderState.PARTLY_SHIPPED,
    )
    def come_back_in_part(self) -> None:
        """Some of what had left was brought back undelivered, and the rest stayed."""

    @transition(
        state,
        source=[OrderState.OPEN, OrderState.PARTLY_SHIPPED, OrderState.SHIPPED],
        target=OrderState.DELIVERED,
    )
    def deliver(self) -> None: ...

    @transition(state, source=[OrderState.DELIVERED, OrderState.SHIPPED], target=OrderState.CLOSED)
    def close(self) -> None: ...

    @transition(state, source=OrderState.OPEN, target=OrderState.CANCELLED)
    def cancel(self) -> None: ...


class Tender(PartnerRow):
    """One original payment, or credit carried over from an exchanged line."""

    class Kind(models.TextChoices):
        CARD = "card", "Card"
        GIFT_CARD = "gift_card", "Gift card"
        STORE_CREDIT = "store_credit", "Store credit"
        EXCHANGE_CREDIT = "exchange_credit", "Exchange credit"
        OTHER = "other", "Other"

    order = models.ForeignKey(Order, models.PROTECT, related_name="tenders")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=Kind)
    label = models.CharField(max_length=80, blank=True)
    provider = models.CharField(
        max_length=40, blank=True, help_text="Who took it: “stripe”. Blank: the channel itself."
    )
    provider_reference = models.CharField(max_length=200, blank=True)
    payment_method = models.ForeignKey(PaymentMethod, models.SET_NULL, null=True, related_name="+")
    captured = money()
    refunded = money(default=0)
    pending = money(default=0, help_text="Promised to refunds that are on their way.")
    source = models.ForeignKey("self", models.PROTECT, null=True, related_name="carried_to")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="tenders_count"),
            models.CheckConstraint(
                condition=models.Q(refunded__gte=0) & models.Q(refunded__lte=models.F("captured")),
                name="refunds_never_exceed_captures",
            ),
            models.CheckConstraint(
                condition=models.Q(pending__gte=0)
                & models.Q(captured__gte=models.F("refunded") + models.F("pending")),
                name="pending_refunds_never_exceed_captures",
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider_reference"],
                name="tender_by_payment",
                condition=~models.Q(provider_reference=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.label or self.kind} {self.captured}"

    @property
    def refundable(self) -> Decimal:
        """What can still be given back of it, beside what is on its way already."""
        return self.captured - self.refunded - self.pending
