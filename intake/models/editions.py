"""Rules and mappings of a channel: drafts, of which one edition is published."""

from __future__ import annotations

from django.db import models
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.states import FSMModelMixin
from intake.mapping import LINE_TARGETS, ORDER_TARGETS, TRANSFORMS, MappedField, MappingPlan
from intake.quality import Rule, RuleKind
from intake.reading import Severity
from intake.states import EditionState
from orders.models import Channel


class Edition(FSMModelMixin, PartnerRow):
    """A numbered draft of something that a channel has one published edition of."""

    state = FSMField(default=EditionState.DRAFT, choices=EditionState, protected=True)
    number = models.PositiveIntegerField()
    note = models.CharField(max_length=200, blank=True, help_text="Why it was changed.")
    published_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"edition {self.number}"

    @transition(state, source=EditionState.DRAFT, target=EditionState.PUBLISHED)
    def publish(self) -> None: ...

    @transition(state, source=EditionState.PUBLISHED, target=EditionState.RETIRED)
    def retire(self) -> None: ...


class RuleSet(Edition):
    """The quality rules of a channel. `trial` is what came of trying it on the last documents."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="rule_sets")
    tried_at = models.DateTimeField(null=True, editable=False)
    trial = models.JSONField(default=dict, editable=False)

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "number"], name="rule_sets_count"),
            models.UniqueConstraint(
                fields=["channel"],
                condition=models.Q(state="published"),
                name="one_rule_set_of_a_channel_is_published",
            ),
        ]


class QualityRule(PartnerRow):
    """One rule: what is wanted of a field, or how much a finding weighs and who mends it."""

    rule_set = models.ForeignKey(RuleSet, models.CASCADE, related_name="rules")
    kind = models.CharField(max_length=12, choices=[(kind, kind.capitalize()) for kind in RuleKind])
    target = models.CharField(
        max_length=40, help_text="A field (“currency”), or a finding (“does_not_add_up”)."
    )
    value = models.CharField(
        max_length=64, blank=True, help_text="Of a default, or the largest tolerated difference."
    )
    severity = models.CharField(
        max_length=8,
        default=Severity.HOLD,
        choices=[(Severity.HOLD, "Hold"), (Severity.WARNING, "Warn"), (Severity.IGNORE, "Ignore")],
    )
    owner = models.CharField(max_length=12, blank=True, help_text="The role that can mend it.")

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"

    def as_rule(self) -> Rule:
        return Rule(
            kind=RuleKind(self.kind),
            target=self.target,
            value=self.value,
            severity=self.severity,
            owner=self.owner,
        )


class Mapping(Edition):
    """What the documents of a shop's own channel mean."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="mappings")
    records = models.CharField(
        max_length=120, blank=True, help_text="Path to the orders: “data.orders”."
    )
    lines = models.CharField(
        max_length=120, blank=True, help_text="Path from an order to its lines: “items”."
    )
    group_by = models.CharField(
        max_length=120, blank=True, help_text="Of a table: the column that names the order."
    )

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "number"], name="mappings_count"),
            models.UniqueConstraint(
                fields=["channel"],
                condition=models.Q(state="published"),
                name="one_mapping_of_a_channel_is_published",
            ),
        ]

    def as_plan(self) -> MappingPlan:
        return MappingPlan(
            records=self.records,
            lines=self.lines,
            group_by=self.group_by,
            fields=tuple(field.as_field() for field in self.fields.all()),
        )


class MappingField(PartnerRow):
    """Where one field of an order or line comes from."""

    mapping = models.ForeignKey(Mapping, models.CASCADE, related_name="fields")
    target = models.CharField(
        max_length=40, choices=[(name, name) for name in (*ORDER_TARGETS, *LINE_TARGETS)]
    )
    path = models.CharField(max_length=120, blank=True, help_text="“customer.email”, or a column.")
    constant = models.CharField(max_length=120, blank=True, help_text="Where the path has nothing.")
    transform = models.CharField(
        max_length=16,
        blank=True,
        choices=[(name, name.replace("_", " ") or "as it is") for name in TRANSFORMS],
    )
    argument = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.path or self.constant} → {self.target}"

    def as_field(self) -> MappedField:
        return MappedField(
            target=self.target,
            path=self.path,
            constant=self.constant,
            transform=self.transform,
            argument=self.argument,
        )
