from __future__ import annotations

from functools import partial

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.numbers import new_number
from core.states import FSMModelMixin
from fulfilment.models import Shipment
from inventory.models import Location
from orders.models.orders import money
from returns.models.returns import ReturnLine
from returns.states import RepairState

S = RepairState


class Repair(FSMModelMixin, PartnerRow):
    """Units of a return line on their way through the workshop; they stay the customer's.

    `is_charged` is settled by the warranty when the goods come in. `estimate` is what the
    customer would pay, `cost` what the repair cost us; both in the case's currency.
    """

    number = models.CharField(max_length=20, unique=True, default=partial(new_number, "REP"))
    return_line = models.ForeignKey(ReturnLine, models.PROTECT, related_name="repairs")
    location = models.ForeignKey(Location, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    units = models.JSONField(help_text="Unit numbers of the order line.")
    state = FSMField(default=S.ARRIVED, choices=RepairState, protected=True)
    is_charged = models.BooleanField(default=False)
    workshop = models.CharField(max_length=120, blank=True)
    finding = models.CharField(max_length=500, blank=True, help_text="What is broken.")
    estimate = money(null=True)
    cost = money(null=True)
    accepted_by = models.CharField(max_length=12, blank=True, help_text="“customer” or “policy”.")
    shipment = models.ForeignKey(Shipment, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_repair_is_of_goods"),
            models.CheckConstraint(
                condition=Q(estimate__isnull=True) | Q(estimate__gte=0),
                name="an_estimate_is_not_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0), name="a_repair_costs_us_something"
            ),
        ]
        indexes = [models.Index(fields=["partner", "state", "opened_at"], name="repair_queue")]

    def __str__(self) -> str:
        return self.number

    @transition(state, source=S.ARRIVED, target=S.AT_WORKSHOP)
    def begin(self) -> None: ...

    @transition(state, source=S.AT_WORKSHOP, target=S.ESTIMATED)
    def estimate_cost(self) -> None: ...

    @transition(state, source=[S.AT_WORKSHOP, S.ESTIMATED], target=S.AGREED)
    def agree(self) -> None: ...

    @transition(state, source=S.AGREED, target=S.REPAIRED)
    def finish(self) -> None: ...

    @transition(
        state,
        source=[S.ARRIVED, S.AT_WORKSHOP, S.ESTIMATED, S.AGREED],
        target=S.NOT_REPAIRABLE,
    )
    def give_up(self) -> None: ...

    @transition(state, source=S.ESTIMATED, target=S.DECLINED)
    def decline(self) -> None: ...

    @transition(state, source=[S.REPAIRED, S.DECLINED], target=S.SENT_BACK)
    def send_back(self) -> None: ...
