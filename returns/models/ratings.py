from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.models import PartnerRow
from returns.models.returns import CaseNote, Return


class Rating(PartnerRow):
    """What a customer says of a case that is done: 1 to 5, once. Their words are a note."""

    return_case = models.OneToOneField(Return, models.PROTECT, related_name="rating")
    score = models.PositiveSmallIntegerField(help_text="1, very bad, to 5, very good.")
    note = models.ForeignKey(
        CaseNote, models.SET_NULL, null=True, related_name="+", help_text="In their words."
    )
    rated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=1) & Q(score__lte=5), name="a_rating_is_one_to_five"
            )
        ]
        indexes = [models.Index(fields=["partner", "-rated_at"], name="newest_ratings")]

    def __str__(self) -> str:
        return f"{self.score} for {self.return_case}"
