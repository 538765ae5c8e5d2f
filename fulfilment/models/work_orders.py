from __future__ import annotations

from functools import partial

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.numbers import new_number, new_public_id
from core.states import FSMModelMixin
from fulfilment.states import (
    NotDone,
    TaskKind,
    TaskState,
    VisitSlot,
    VisitState,
    WorkOrderState,
)
from inventory.models import Location

W, V = WorkOrderState, VisitState


class Crew(PartnerRow):
    """People with a van, who start from one location and bring back there what they pick up."""

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "crw"))
    name = models.CharField(max_length=80)
    location = models.ForeignKey(Location, models.PROTECT, related_name="crews")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "name"], name="crew_names_are_unique")
        ]

    def __str__(self) -> str:
        return self.name


class WorkOrder(FSMModelMixin, PartnerRow):
    """What a crew does at a customer's: uninstall and take the old, bring and install the new."""

    number = models.CharField(max_length=20, unique=True, default=partial(new_number, "WRK"))
    case = models.CharField(max_length=64)
    reference = models.CharField(max_length=64, help_text="For what: “exchange:12”.")
    state = FSMField(default=W.CREATED, choices=WorkOrderState, protected=True)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reference"],
                condition=~Q(state__in=[W.DONE, W.CANCELLED]),
                name="one_open_work_order_each",
            )
        ]
        indexes = [models.Index(fields=["reference"], name="work_order_of")]

    def __str__(self) -> str:
        return self.number

    @transition(state, source=[W.CREATED, W.SCHEDULED, W.FAILED_VISIT], target=W.SCHEDULED)
    def schedule(self) -> None: ...

    @transition(state, source=W.SCHEDULED, target=W.DISPATCHED)
    def dispatch(self) -> None: ...

    @transition(state, source=W.DISPATCHED, target=W.UNDER_WAY)
    def begin(self) -> None: ...

    @transition(state, source=[W.DISPATCHED, W.UNDER_WAY], target=W.DONE)
    def finish(self) -> None: ...

    @transition(state, source=[W.DISPATCHED, W.UNDER_WAY], target=W.FAILED_VISIT)
    def fail_visit(self) -> None: ...

    @transition(state, source=[W.CREATED, W.SCHEDULED, W.FAILED_VISIT], target=W.CANCELLED)
    def cancel(self) -> None:
        """Until the crew has left; between two visits it is with nobody either."""


class Visit(FSMModelMixin, PartnerRow):
    """One appointment of a work order. A crew is at one customer's in one slot of a day."""

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "vis"))
    work_order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="visits")
    number = models.PositiveSmallIntegerField(help_text="Counts the visits of a work order.")
    crew = models.ForeignKey(Crew, models.PROTECT, related_name="visits")
    day = models.DateField()
    slot = models.CharField(max_length=12, choices=VisitSlot)
    state = FSMField(default=V.SCHEDULED, choices=VisitState, protected=True)
    dispatched_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    reported_by = models.CharField(max_length=64, blank=True)

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work_order", "number"], name="visits_count"),
            models.UniqueConstraint(
                fields=["crew", "day", "slot"],
                condition=~Q(state=V.CANCELLED),
                name="a_crew_is_in_one_place",
            ),
            models.UniqueConstraint(
                fields=["work_order"],
                condition=Q(state__in=[V.SCHEDULED, V.DISPATCHED]),
                name="one_visit_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["partner", "day"], name="visits_of_a_day")]

    def __str__(self) -> str:
        return f"visit {self.number} of {self.work_order}"

    @transition(state, source=V.SCHEDULED, target=V.DISPATCHED)
    def dispatch(self) -> None: ...

    @transition(state, source=V.DISPATCHED, target=V.DONE)
    def finish(self) -> None: ...

    @transition(state, source=V.DISPATCHED, target=V.FAILED)
    def fail(self) -> None: ...

    @transition(state, source=V.SCHEDULED, target=V.CANCELLED)
    def cancel(self) -> None: ...


class WorkTask(FSMModelMixin, PartnerRow):
    """One thing to do on a visit. `reference` names what it is about: “returnline:7”."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=TaskKind)
    reference = models.CharField(max_length=64)
    title = models.CharField(max_length=240)
    quantity = models.PositiveIntegerField()
    state = FSMField(default=TaskState.TO_DO, choices=TaskState, protected=True)
    because = models.CharField(max_length=16, choices=NotDone, blank=True)

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "position"], name="tasks_count"),
            models.CheckConstraint(
                condition=Q(state=TaskState.NOT_DONE) ^ Q(because=""),
                name="only_what_was_not_done_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.title}"

    @transition(state, source=TaskState.TO_DO, target=TaskState.DONE)
    def do(self) -> None: ...

    @transition(state, source=TaskState.TO_DO, target=TaskState.NOT_DONE)
    def leave(self) -> None: ...
