from __future__ import annotations

from django.conf import settings
from django.db import models
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.states import FSMModelMixin
from notifications.states import Medium, TemplateState


class MessageTemplate(FSMModelMixin, PartnerRow):
    """The wording of one kind, by one way, in one language, in place of the one we ship.

    One version is published at a time; what was published never changes.
    """

    kind = models.CharField(max_length=80)
    medium = models.CharField(max_length=8, choices=Medium)
    locale = models.CharField("language", max_length=12)
    number = models.PositiveIntegerField()
    state = FSMField(default=TemplateState.DRAFT, choices=TemplateState, protected=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(max_length=10_000)
    note = models.CharField(max_length=200, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    drafted_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "kind", "medium", "locale", "number"],
                name="template_versions_count",
            ),
            models.UniqueConstraint(
                fields=["partner", "kind", "medium", "locale"],
                condition=models.Q(state="published"),
                name="one_published_wording",
            ),
            models.UniqueConstraint(
                fields=["partner", "kind", "medium", "locale"],
                condition=models.Q(state="draft"),
                name="one_draft_of_a_wording",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.medium} in {self.locale}, version {self.number}"

    @transition(state, source=TemplateState.DRAFT, target=TemplateState.PUBLISHED)
    def publish(self) -> None: ...

    @transition(state, source=TemplateState.PUBLISHED, target=TemplateState.RETIRED)
    def retire(self) -> None: ...
