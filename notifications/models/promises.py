from __future__ import annotations

from django.db import models
from django_fsm import FSMField, transition

from core.models import PartnerRow
from core.states import FSMModelMixin
from notifications.models.letters import Message
from notifications.states import PromiseState


class Promise(FSMModelMixin, PartnerRow):
    """A day that somebody was told, and in which message.

    `is_ours`: it is we who break it. The others are deadlines of the person.
    """

    case = models.CharField(max_length=64, blank=True)
    about = models.CharField(max_length=64, help_text="What it is a day of: “exchange:7”.")
    what = models.CharField(max_length=40)
    person = models.CharField(max_length=64)
    message = models.ForeignKey(Message, models.PROTECT, related_name="promises")
    promised_on = models.DateField()
    expected_on = models.DateField(null=True, help_text="What holds now, where we know better.")
    risk = models.CharField(max_length=120, blank=True, help_text="Why it may not be kept.")
    time_zone = models.CharField(max_length=64, default="UTC")
    is_ours = models.BooleanField()
    state = FSMField(default=PromiseState.OPEN, choices=PromiseState, protected=True)
    said_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["promised_on"], name="promise_open", condition=models.Q(state="open")
            ),
            models.Index(fields=["about", "what"], name="promise_about"),
            models.Index(fields=["case"], name="promise_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.what} of {self.about} on {self.promised_on}"

    @transition(state, source=[PromiseState.OPEN, PromiseState.BROKEN], target=PromiseState.KEPT)
    def keep(self) -> None: ...

    @transition(state, source=[PromiseState.OPEN, PromiseState.BROKEN], target=PromiseState.MOVED)
    def move(self) -> None: ...

    @transition(state, source=PromiseState.OPEN, target=PromiseState.BROKEN)
    def become_broken(self) -> None: ...

    @transition(state, source=PromiseState.OPEN, target=PromiseState.PASSED)
    def pass_by(self) -> None: ...

    @transition(
        state, source=[PromiseState.OPEN, PromiseState.BROKEN], target=PromiseState.WITHDRAWN
    )
    def withdraw(self) -> None: ...
