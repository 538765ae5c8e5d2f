from __future__ import annotations

from functools import partial

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from core.models.partners import PartnerRow
from core.numbers import new_public_id


class Job(PartnerRow):
    """Long work that shows its progress; the page that started it can be left."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        STOPPED = "stopped"

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "job"))
    kind = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    total = models.PositiveIntegerField(null=True, help_text="Steps in all, once known.")
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    arguments = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="jobs"
    )
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True, help_text="When its worker was last heard of.")
    stop_wanted = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class ScheduleRun(models.Model):
    """One slot of the schedule, taken by whoever came first: two beats do one slot's work."""

    pk = models.CompositePrimaryKey("job", "slot")
    job = models.CharField(max_length=80)
    slot = models.DateTimeField()
    taken_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.job} at {self.slot}"
