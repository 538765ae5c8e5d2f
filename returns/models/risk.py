from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.models import PartnerRow
from returns.models.returns import CaseNote, Return


class RiskAssessment(PartnerRow):
    """What was unusual about a case at one moment, with what each sign counted for.

    Never edited: goods and photos that come later make a new one. Holds counts and the numbers
    of other cases, nothing about a person.
    """

    return_case = models.ForeignKey(Return, models.PROTECT, related_name="risk_assessments")
    score = models.PositiveSmallIntegerField()
    parts = models.JSONField(default=list, help_text="Sign, points, count, other cases.")
    limit = models.PositiveSmallIntegerField(
        null=True, help_text="Of the policy, above which a person looks; blank, none."
    )
    because = models.CharField(max_length=12, help_text="“opened”, “evidence” or “inspected”.")
    assessed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__lte=100), name="risk_is_of_a_hundred")
        ]

    def __str__(self) -> str:
        return f"risk {self.score} of {self.return_case}"


class RiskHold(PartnerRow):
    """Nothing leaves and nothing is paid out before a lead has looked (reason RISK)."""

    return_case = models.ForeignKey(Return, models.PROTECT, related_name="risk_holds")
    assessment = models.OneToOneField(RiskAssessment, models.PROTECT, related_name="hold")
    held_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.CharField(max_length=64, blank=True)
    note = models.ForeignKey(
        CaseNote, models.SET_NULL, null=True, related_name="+", help_text="Why it was cleared."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["return_case"],
                condition=Q(cleared_at__isnull=True),
                name="a_case_is_held_once_for_its_risk",
            ),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True) | ~Q(cleared_by=""),
                name="a_risk_is_cleared_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"risk hold of {self.return_case}"
