from __future__ import annotations

from decimal import Decimal
from functools import partial

from django.db import models
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.numbers import new_public_id
from core.states import FSMModelMixin
from orders.models import Customer, OrderLine
from orders.models.orders import money
from payments.states import MemoState


class CreditMemo(FSMModelMixin, PartnerRow):
    """What we owe for goods that came back. Gapless number and immutable once issued.

    `applied` is how much of it went into a replacement order; the rest is to be paid out, but for
    what is `kept_back` of it until that order needs it.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "mem"))
    number = models.CharField(max_length=40, blank=True, help_text="Given on issue, gapless.")
    case = models.CharField(max_length=64)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="credit_memos")
    currency = models.CharField(max_length=3)
    net = money(default=0)
    tax = money(default=0)
    gross = money(default=0)
    applied = money(default=0)
    paid_out = money(default=0)
    forgone = money(default=0, help_text="Not paid out in money, by decision.")
    kept_back = money(default=0, help_text="Stays here for a replacement that may need it.")
    state = FSMField(default=MemoState.DRAFT, choices=MemoState, protected=True)
    drafted_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "number"],
                condition=~models.Q(number=""),
                name="memo_numbers_are_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(gross=models.F("net") + models.F("tax")),
                name="memo_net_and_tax_make_gross",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    gross__gte=models.F("applied") + models.F("paid_out") + models.F("forgone")
                ),
                name="a_memo_is_spent_once",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kept_back__gte=0,
                    kept_back__lte=models.F("gross")
                    - models.F("applied")
                    - models.F("paid_out")
                    - models.F("forgone"),
                ),
                name="what_is_kept_back_is_not_spent",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft", issued_at__isnull=True)
                | ~models.Q(state="draft")
                & models.Q(issued_at__isnull=False)
                & ~models.Q(number=""),
                name="an_issued_memo_has_its_number",
            ),
        ]
        indexes = [models.Index(fields=["case"], name="memo_of_case")]

    def __str__(self) -> str:
        return self.number or "draft credit memo"

    @property
    def unspent(self) -> Decimal:
        """What is neither in a replacement order, nor paid out, nor forgone."""
        return self.gross - self.applied - self.paid_out - self.forgone

    @transition(state, source=MemoState.DRAFT, target=MemoState.ISSUED)
    def issue(self) -> None: ...

    @transition(state, source=MemoState.ISSUED, target=MemoState.SETTLED)
    def settle(self) -> None: ...

    @transition(state, source=MemoState.SETTLED, target=MemoState.ISSUED)
    def reopen(self) -> None:
        """Money that had been paid out came back."""


class CreditMemoLine(PartnerRow):
    """Goods are positive lines; fees and reductions are negative lines of their own."""

    class Kind(models.TextChoices):
        GOODS = "goods", "Goods"
        SHIPPING = "shipping", "Outbound shipping"
        RESTOCKING_FEE = "restocking_fee", "Restocking fee"
        RETURN_SHIPPING_FEE = "return_shipping_fee", "Return shipping"
        CONDITION = "condition", "Condition"
        WARRANTY = "warranty", "Warranty"
        KEPT = "kept", "Kept by the customer"
        PROMOTION = "promotion", "Promotion"

    memo = models.ForeignKey(CreditMemo, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=24, choices=Kind)
    order_line = models.ForeignKey(OrderLine, models.PROTECT, null=True, related_name="memo_lines")
    reference = models.CharField(max_length=64, blank=True, help_text="Such as “returnline:7”.")
    title = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField(default=0)
    net = money()
    tax = money()
    gross = money()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["memo", "position"], name="memo_lines_count"),
            models.CheckConstraint(
                condition=models.Q(gross=models.F("net") + models.F("tax")),
                name="memo_line_net_and_tax_make_gross",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.gross}"
