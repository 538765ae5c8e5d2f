from __future__ import annotations

from functools import partial

from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition
from simple_history.models import HistoricalRecords

from core.models import PartnerRow
from core.numbers import new_number, new_public_id
from exchanges.states import Evenness, ExchangeState, ExchangeType, PricePolicy
from inventory.models import Variant
from orders.models import Order, OrderLine
from orders.models.orders import money
from policies.models import PolicyVersion
from returns.models import Return, ReturnLine

S = ExchangeState
BEFORE_RELEASE = [
    S.DRAFT,
    S.QUOTED,
    S.PENDING_APPROVAL,
    S.AWAITING_PAYMENT,
    S.AWAITING_GOODS,
    S.READY,
]


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
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64)
    goods_accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    newest_quote: Quote | None  # no column: `exchanges.queries.get_quote` keeps here what it read

    history = HistoricalRecords()

    class Meta:
        indexes = [models.Index(fields=["partner", "state", "id"], name="exchange_queue")]

    def __str__(self) -> str:
        return self.number

    @property
    def case(self) -> str:
        """How events, holds and parcels name the case: ``return:12``."""
        return f"return:{self.return_case_id}"

    @transition(state, source=[S.DRAFT, S.QUOTED], target=S.QUOTED)
    def quote(self) -> None: ...

    @transition(state, source=S.QUOTED, target=S.DRAFT)
    def let_quote_end(self) -> None: ...

    @transition(state, source=S.QUOTED, target=S.PENDING_APPROVAL)
    def ask_approval(self) -> None: ...

    @transition(state, source=[S.QUOTED, S.PENDING_APPROVAL], target=S.AWAITING_PAYMENT)
    def await_payment(self) -> None: ...

    @transition(
        state, source=[S.QUOTED, S.PENDING_APPROVAL, S.AWAITING_PAYMENT], target=S.AWAITING_GOODS
    )
    def await_goods(self) -> None: ...

    @transition(
        state,
        source=[S.QUOTED, S.PENDING_APPROVAL, S.AWAITING_PAYMENT, S.AWAITING_GOODS],
        target=S.READY,
    )
    def become_ready(self) -> None: ...

    @transition(state, source=S.READY, target=S.RELEASING)
    def release(self) -> None: ...

    @transition(state, source=[S.RELEASING, S.PARTLY_SHIPPED], target=S.PARTLY_SHIPPED)
    def ship_part(self) -> None: ...

    @transition(state, source=[S.RELEASING, S.PARTLY_SHIPPED], target=S.IN_TRANSIT)
    def ship(self) -> None: ...

    @transition(state, source=S.IN_TRANSIT, target=S.DELIVERED)
    def deliver(self) -> None: ...

    @transition(state, source=S.DELIVERED, target=S.COMPLETED)
    def complete(self) -> None: ...

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
    replaces = models.ForeignKey(ReturnLine, models.PROTECT, null=True, related_name="replacements")
    order_line = models.OneToOneField(
        OrderLine, models.PROTECT, null=True, related_name="exchange_line"
    )

    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exchange", "position"], name="exchange_lines_count"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="an_exchange_line_is_for_goods"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant}"


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
