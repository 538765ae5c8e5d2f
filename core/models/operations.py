from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Operation(models.Model):
    """A command that was carried out. The same id again gets the first result."""

    op_id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=80)
    actor = models.CharField(max_length=64)
    payload_hash = models.CharField(max_length=64)
    result = models.JSONField(null=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.kind} {self.op_id}"


class NumberSequence(models.Model):
    """A gapless count, for books that must show that nothing is missing."""

    name = models.CharField(max_length=80, primary_key=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"
