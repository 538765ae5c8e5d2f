from __future__ import annotations

import datetime as dt
from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.numbers import new_number, new_public_id
from core.states import FSMModelMixin
from orders.models import Channel, Customer, OrderLine
from orders.models.orders import money
from payments.models import CreditMemo
from policies.models import PolicyVersion
from policies.rules import CaseFacts
from returns.states import LineDecision, Outcome, PromotionChoice, Reason, ReturnState

S = ReturnState


class Return(FSMModelMixin, PartnerRow):
    """The case an agent works in; its number is the RMA number.

    `version` is the case's: every command on the return or on its exchanges raises it.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "ret"))
    number = models.CharField(max_length=20, unique=True, default=partial(new_number, "RMA"))
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="returns")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="returns")
    currency = models.CharField(max_length=3)
    state = FSMField(default=S.DRAFT, choices=ReturnState, protected=True)
    version = models.PositiveIntegerField(default=1)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, related_name="returns", help_text="Kept while open."
    )
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="cases"
    )
    send_back_by = models.DateField(null=True, help_text="Goods are awaited until then.")
    closed_at = models.DateTimeField(null=True)
    promotion_choice = models.CharField(
        max_length=12,
        choices=PromotionChoice,
        blank=True,
        help_text="What a person chose where policy asks about a broken promotion.",
    )
    appealed_at = models.DateTimeField(null=True, help_text="A rejected case is looked at twice.")
    rejected_by = models.CharField(max_length=64, blank=True, help_text="A person, not the rules.")
    reopened_at = models.DateTimeField(null=True, help_text="A closed case is opened once more.")

    locked_at: dt.datetime  # no column: the database's clock, of whom a lock brought
    is_risk_held: bool  # no column: known where the case was opened or read for its page

    history = History()

    class Meta:
        indexes = [
            models.Index(fields=["partner", "state", "opened_at", "id"], name="case_queue"),
            models.Index(fields=["assigned_to", "state"], name="case_assigned"),
            models.Index(fields=["customer", "opened_at"], name="cases_of_customer"),
            models.Index(
                fields=["send_back_by", "id"],
                name="case_overdue",
                condition=Q(state__in=[S.AUTHORISED, S.PARTLY_RECEIVED]),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def locale(self) -> str:
        """How the customer is written to: their own, else the channel's."""
        return self.customer.locale or self.channel.locale

    @transition(state, source=S.DRAFT, target=S.REQUESTED)
    def request(self) -> None: ...

    @transition(state, source=[S.REQUESTED, S.IN_REVIEW], target=S.AWAITING_EVIDENCE)
    def await_evidence(self) -> None: ...

    @transition(state, source=[S.REQUESTED, S.AWAITING_EVIDENCE], target=S.IN_REVIEW)
    def review(self) -> None: ...

    @transition(state, source=[S.REQUESTED, S.AWAITING_EVIDENCE, S.IN_REVIEW], target=S.AUTHORISED)
    def authorise(self) -> None: ...

    @transition(state, source=[S.REQUESTED, S.AWAITING_EVIDENCE, S.IN_REVIEW], target=S.REJECTED)
    def reject(self) -> None: ...

    @transition(state, source=S.AUTHORISED, target=S.IN_TRANSIT)
    def depart(self) -> None: ...

    @transition(
        state, source=[S.AUTHORISED, S.IN_TRANSIT, S.PARTLY_RECEIVED], target=S.PARTLY_RECEIVED
    )
    def receive_part(self) -> None: ...

    @transition(state, source=[S.AUTHORISED, S.IN_TRANSIT, S.PARTLY_RECEIVED], target=S.RECEIVED)
    def receive(self) -> None: ...

    @transition(state, source=S.RECEIVED, target=S.INSPECTED)
    def inspect(self) -> None: ...

    @transition(state, source=S.INSPECTED, target=S.SETTLING)
    def settle(self) -> None: ...

    @transition(state, source=S.SETTLING, target=S.CLOSED)
    def close(self) -> None: ...

    @transition(
        state,
        source=[S.DRAFT, S.REQUESTED, S.AWAITING_EVIDENCE, S.IN_REVIEW, S.AUTHORISED, S.IN_TRANSIT],
        target=S.CANCELLED,
    )
    def cancel(self) -> None: ...

    @transition(state, source=[S.AUTHORISED, S.AWAITING_EVIDENCE], target=S.EXPIRED)
    def expire(self) -> None: ...

    @transition(state, source=[S.REJECTED, S.CLOSED], target=S.IN_REVIEW)
    def reopen(self) -> None: ...

    @transition(state, source=S.IN_REVIEW, target=S.SETTLING)
    def settle_again(self) -> None:
        """A re-opened case: what was refused stands, or is accepted where it lies."""

    @transition(state, source=S.CLOSED, target=S.SETTLING)
    def owe_again(self) -> None:
        """A refund came back days later: nothing but its money is open again."""

    @transition(state, source=S.EXPIRED, target=S.AUTHORISED)
    def take_in_late(self) -> None: ...


class ReturnLine(PartnerRow):
    """What the customer sends back of one order line.

    `decision` and the quantities are two axes that never mix. Money is the frozen slice of the
    claimed units (domain §7.3), fixed when they were claimed.
    """

    return_case = models.ForeignKey(Return, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="return_lines")
    quantity = models.PositiveIntegerField()
    reason = models.CharField(max_length=24, choices=Reason)
    outcome = models.CharField(max_length=16, choices=Outcome)
    comment = models.CharField(max_length=500, blank=True)
    decision = models.CharField(max_length=12, choices=LineDecision, default=LineDecision.PENDING)
    net = money()
    tax = money()
    gross = money()
    fee = money(default=0, help_text="Restocking fee, taken off on settlement.")
    received_ok = models.PositiveIntegerField(default=0)
    received_damaged = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0, help_text="Received, passed and credited.")
    refused = models.PositiveIntegerField(default=0, help_text="Received and did not pass.")
    overturned = models.PositiveIntegerField(
        default=0, help_text="Refused at inspection and accepted after all; among the accepted."
    )
    missing = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)

    judged_facts: CaseFacts  # no column: `returns.queries.get_facts` keeps here what it has read

    history = History(excluded_fields=["comment"])  # words can be erased, history not

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["return_case", "position"], name="return_lines_count"),
            models.UniqueConstraint(
                fields=["return_case", "order_line", "reason"], name="no_return_line_twice"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_return_line_is_for_goods"),
            models.CheckConstraint(
                condition=Q(
                    quantity__gte=F("received_ok")
                    + F("received_damaged")
                    + F("missing")
                    + F("kept")
                    + F("cancelled")
                ),
                name="no_more_arrives_than_expected",
            ),
            models.CheckConstraint(
                condition=Q(accepted__lte=F("received_ok") + F("received_damaged") - F("refused")),
                name="no_more_is_settled_than_came",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line.sku}"

    @property
    def received(self) -> int:
        return self.received_ok + self.received_damaged

    @property
    def is_touched(self) -> bool:
        """Whether any of it is settled: credited, kept, or missing for good."""
        return bool(self.accepted or self.kept or self.missing)

    @property
    def awaited(self) -> int:
        """Units still on their way or not sent yet."""
        return self.quantity - self.received - self.missing - self.kept - self.cancelled


class UnitClaim(PartnerRow):
    """A return line has claimed one unit of an order line; two cases never share a penny."""

    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="claims")
    return_line = models.ForeignKey(ReturnLine, models.CASCADE, related_name="claims")
    unit_number = models.PositiveIntegerField()
    freed_at = models.DateTimeField(null=True)
    memo = models.ForeignKey(
        CreditMemo, models.PROTECT, null=True, related_name="+", help_text="What credited it."
    )
    grade = models.CharField(max_length=1, blank=True, help_text="With which it passed.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order_line", "unit_number"],
                condition=Q(freed_at__isnull=True),
                name="a_unit_is_claimed_once",
            ),
            models.CheckConstraint(
                condition=Q(memo__isnull=True) | Q(freed_at__isnull=True),
                name="a_credited_unit_stays_claimed",
            ),
        ]

    def __str__(self) -> str:
        return f"unit {self.unit_number}"


class CaseNote(PartnerRow):
    """What somebody wrote down: a remark, or the reason they gave for a command.

    May hold personal data, so it can be erased; events, which stay for ever, name it by its id.
    """

    return_case = models.ForeignKey(Return, models.CASCADE, related_name="notes")
    about = models.CharField(
        max_length=64, blank=True, help_text="Kind of the command it is the reason of."
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    text = models.TextField(max_length=4000)
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"note on {self.return_case}"
