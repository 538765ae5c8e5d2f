from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from django.db import models
from django.db.models import F, Sum
from django_fsm import FSMField, transition

from approvals.queries import is_approved
from core.history import History
from core.models import PartnerRow
from core.money import ZERO
from core.numbers import new_number, new_public_id
from core.states import FSMModelMixin
from exchanges.states import Evenness, ExchangeState, ExchangeType, PricePolicy
from inventory.models import Variant
from orders.models import Order, OrderLine, Tender
from orders.models.orders import money
from policies.models import PolicyVersion
from returns.models import Return, ReturnLine
from returns.queries.risk import has_open_risk_hold

S = ExchangeState
BEFORE_RELEASE = [
    S.DRAFT,
    S.QUOTED,
    S.PENDING_APPROVAL,
    S.AWAITING_PAYMENT,
    S.AWAITING_GOODS,
    S.READY,
]
CONFIRMED = [S.QUOTED, S.PENDING_APPROVAL, S.AWAITING_PAYMENT, S.AWAITING_GOODS, S.READY]


def is_covered(exchange: Any) -> bool:
    """Nothing leaves with money due or a second person's yes missing. A trigger says so again."""
    quote = exchange.accepted_quote
    if quote is None:
        return False
    paid = Tender.objects.filter(order=exchange.replacement_order_id)
    paid = paid.exclude(kind=Tender.Kind.EXCHANGE_CREDIT)
    total = paid.aggregate(total=Sum(F("captured") - F("refunded") - F("pending")))["total"] or 0
    if total + sum_netted_in(exchange, quote) < quote.needed - exchange.let_off:
        return False
    return not quote.approval_kind or is_approved(
        subject=f"exchange:{exchange.pk}", content_hash=quote.content_hash
    )


def sum_netted_in(exchange: Any, quote: Any) -> Decimal:
    """What credit of the case's other lines has paid of the replacement, beside that of its own."""
    if not quote.is_netted:
        return ZERO
    carried = Tender.objects.filter(
        order=exchange.replacement_order_id, kind=Tender.Kind.EXCHANGE_CREDIT
    ).aggregate(total=Sum("captured"))["total"]
    return max((carried or ZERO) - quote.applied_credit, ZERO)


def is_risk_cleared(exchange: Any) -> bool:
    """Nothing is given to the warehouse while a lead has yet to look at the case."""
    return not has_open_risk_hold(exchange.return_case_id)


class Exchange(FSMModelMixin, PartnerRow):
    """What goes out for what comes back. Its version is the case's, on the return."""

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "exc"))
    number = models.CharField(max_length=20, unique=True, default=partial(new_number, "EXC"))
    return_case = models.ForeignKey(Return, models.PROTECT, related_name="exchanges")
    type = models.CharField(max_length=20, choices=ExchangeType)
    price_policy = models.CharField(max_length=16, choices=PricePolicy)
    state = FSMField(default=S.DRAFT, choices=ExchangeState, protected=True)
    accepted_quote = models.OneToOneField(
        "exchanges.Quote", models.PROTECT, null=True, related_name="accepted_for"
    )
    replacement_order = models.OneToOneField(
        Order, models.PROTECT, null=True, related_name="exchange"
    )
    shipping_fee = money(default=0, help_text="What the customer is asked for sending it.")
    part_value = money(
        null=True, help_text="What has been released of it costs so much; blank: all of it at once."
    )
    backorder_ends_on = models.DateField(
        null=True, help_text="What is back-ordered and not held by then is given up."
    )
    let_off = money(default=0, help_text="No longer asked for: what it was for is given up.")
    conversion = models.JSONField(
        null=True, help_text="Rate, source and time of prices from another currency."
    )
    kept_at = models.DateTimeField(
        null=True,
        help_text="Since when the customer keeps what was to come back: paid in full first, it is "
        "a sale once it has arrived.",
    )
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64)
    goods_accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    newest_quote: Quote | None  # no column: `exchanges.queries.get_quote` keeps here what it read

    history = History()

    class Meta:
        indexes = [models.Index(fields=["partner", "state", "id"], name="exchange_queue")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(let_off=0) | models.Q(let_off__gt=0, part_value__isnull=False),
                name="only_who_gets_a_part_is_let_off",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def case(self) -> str:
        """How events, holds and parcels name the case: ``return:12``."""
        return f"return:{self.return_case_id}"

    @transition(state, source=BEFORE_RELEASE, target=S.QUOTED)
    def quote(self) -> None: ...

    @transition(state, source=S.QUOTED, target=S.DRAFT)
    def let_quote_end(self) -> None: ...

    # Until it is with the warehouse an exchange may wait for these in any order: which of them
    # comes first depends on its type and on policy, and a new quote may bring one back.

    @transition(state, source=CONFIRMED, target=S.PENDING_APPROVAL)
    def ask_approval(self) -> None: ...

    @transition(state, source=CONFIRMED, target=S.AWAITING_PAYMENT)
    def await_payment(self) -> None: ...

    @transition(state, source=CONFIRMED, target=S.AWAITING_GOODS)
    def await_goods(self) -> None: ...

    @transition(state, source=CONFIRMED, target=S.READY)
    def become_ready(self) -> None: ...

    @transition(state, source=S.READY, target=S.RELEASING, conditions=[is_covered, is_risk_cleared])
    def release(self) -> None: ...

    @transition(state, source=S.RELEASING, target=S.QUOTED)
    def call_back(self) -> None:
        """The warehouse could not find it: something else is quoted in its stead."""

    @transition(
        state,
        source=[S.RELEASING, S.PARTLY_SHIPPED],
        target=S.PARTLY_SHIPPED,
        conditions=[is_covered],
    )
    def ship_part(self) -> None: ...

    @transition(
        state,
        source=[S.RELEASING, S.PARTLY_SHIPPED],
        target=S.IN_TRANSIT,
        conditions=[is_covered],
    )
    def ship(self) -> None: ...

    @transition(state, source=[S.PARTLY_SHIPPED, S.IN_TRANSIT], target=S.READY)
    def take_back(self) -> None:
        """What was on its way is here again; a second delivery asks every guard anew."""

    @transition(
        state,
        source=[S.PARTLY_SHIPPED, S.IN_TRANSIT],
        target=S.PARTLY_SHIPPED,
        conditions=[is_covered],
    )
    def take_part_back(self) -> None:
        """Some of it stayed at the customer's, and some is here again to leave anew."""

    @transition(state, source=S.IN_TRANSIT, target=S.DELIVERED)
    def deliver(self) -> None: ...

    @transition(state, source=S.DELIVERED, target=S.COMPLETED)
    def complete(self) -> None: ...

    @transition(
        state,
        source=[S.RELEASING, S.PARTLY_SHIPPED, S.IN_TRANSIT, S.DELIVERED],
        target=S.CONVERTED_TO_SALE,
    )
    def convert_to_sale(self) -> None: ...

    @transition(state, source=BEFORE_RELEASE, target=S.CANCELLED)
    def cancel(self) -> None: ...

    @transition(state, source=BEFORE_RELEASE, target=S.CONVERTED_TO_REFUND)
    def convert_to_refund(self) -> None: ...

    @transition(
        state,
        source=[S.DRAFT, S.QUOTED, S.PENDING_APPROVAL, S.AWAITING_PAYMENT, S.AWAITING_GOODS],
        target=S.EXPIRED,
    )
    def expire(self) -> None: ...


class ExchangeLine(PartnerRow):
    """One thing that goes out. `order_line` is its line on the replacement order, once made."""

    exchange = models.ForeignKey(Exchange, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    released = models.PositiveIntegerField(default=0, help_text="Given to the warehouse.")
    dropped = models.PositiveIntegerField(
        default=0, help_text="Given up after a part had gone: their goods never came."
    )
    came_back = models.PositiveIntegerField(
        default=0, help_text="Left, and was brought back; it leaves anew."
    )
    may_wait = models.BooleanField(
        default=False, help_text="Back-ordered where not enough of it is free."
    )
    backorder_day = models.DateField(
        null=True, help_text="The day it is promised for. Blank: it is held, or was."
    )
    agreed_price = models.DecimalField(
        max_digits=20, decimal_places=6, null=True, help_text="Per unit, set by hand."
    )
    replaces = models.ForeignKey(ReturnLine, models.PROTECT, null=True, related_name="replacements")
    order_line = models.ForeignKey(
        OrderLine, models.PROTECT, null=True, related_name="exchange_lines"
    )
    second = models.ForeignKey(
        Variant,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The customer's second wish: goes out instead if this runs out.",
    )
    second_price = money(null=True, help_text="Agreed for all units of it, tax included.")
    second_asked_at = models.DateTimeField(
        null=True, help_text="It would cost more than was agreed, so the customer was asked."
    )

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exchange", "position"], name="exchange_lines_count"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="an_exchange_line_is_for_goods"
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=models.F("released") + models.F("dropped")),
                name="no_more_goes_out_than_was_exchanged",
            ),
            models.CheckConstraint(
                condition=models.Q(second__isnull=True, second_price__isnull=True)
                | models.Q(second__isnull=False, second_price__isnull=False),
                name="a_second_wish_has_its_price",
            ),
        ]
        indexes = [
            models.Index(
                fields=["exchange"],
                condition=models.Q(second__isnull=False),
                name="second_wishes",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant}"

    @property
    def rest(self) -> int:
        """Units that have yet to be given to the warehouse."""
        return self.quantity - self.released - self.dropped


class Quote(PartnerRow):
    """An immutable money calculation. Approvals and holds bind to `content_hash`.

    A trigger refuses any UPDATE. `due` is signed: positive, the customer pays; negative, we owe.
    `inputs` and `lines` hold decimals as text, so that the calculation can be redone by hand.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "quo"))
    exchange = models.ForeignKey(Exchange, models.PROTECT, related_name="quotes")
    number = models.PositiveSmallIntegerField(help_text="Counts the quotes of an exchange.")
    currency = models.CharField(max_length=3)
    returned_value = money(help_text="Applied credit: goods less fees, tax included.")
    outbound_value = money(help_text="What goes out, tax included.")
    outbound_tax = money()
    shipping = money(default=0)
    due = money()
    needed = money(default=0, help_text="To be captured before anything leaves.")
    is_paid_up_front = models.BooleanField(default=False)
    is_netted = models.BooleanField(
        default=False, help_text="Credit of the case's other lines may pay its difference."
    )
    card_hold = money(default=0, help_text="To be held on a card until the goods are back.")
    approval_kind = models.CharField(
        max_length=24, blank=True, help_text="Why a second person has to say yes to it."
    )
    evenness = models.CharField(max_length=12, choices=Evenness)
    inputs = models.JSONField()
    lines = models.JSONField()
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exchange", "number"], name="quotes_count"),
            models.CheckConstraint(
                condition=models.Q(
                    due=models.F("outbound_value")
                    + models.F("shipping")
                    - models.F("returned_value")
                ),
                name="due_is_what_goes_out_less_what_comes_back",
            ),
        ]

    def __str__(self) -> str:
        return f"quote {self.number} of {self.exchange}"

    @property
    def applied_credit(self) -> Decimal:
        """What of the returned value goes into the replacement, as the plan of it says."""
        return min(self.returned_value, self.outbound_value + self.shipping)
