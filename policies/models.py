from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.db import models
from django_fsm import FSMField, transition

from core.history import History
from core.models import Job, PartnerRow
from core.numbers import new_public_id
from core.states import FSMModelMixin
from policies.states import Verdict, VersionState


class PolicyVersion(FSMModelMixin, PartnerRow):
    """A set of rules that is in force as a whole. Published versions never change."""

    number = models.PositiveIntegerField()
    state = FSMField(default=VersionState.DRAFT, choices=VersionState, protected=True)
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
            models.UniqueConstraint(fields=["partner", "number"], name="policy_versions_count"),
            models.UniqueConstraint(
                fields=["partner"],
                condition=models.Q(state="published"),
                name="one_published_policy_per_partner",
            ),
        ]

    def __str__(self) -> str:
        return f"policy v{self.number}"

    @transition(state, source=VersionState.DRAFT, target=VersionState.PUBLISHED)
    def publish(self) -> None: ...

    @transition(state, source=VersionState.PUBLISHED, target=VersionState.RETIRED)
    def retire(self) -> None: ...


class Rule(PartnerRow):
    """One typed rule. `kind` names the dataclass in `policies.rules` that reads `parameters`.

    Scope fields are codes; blank means every one. The rule that names most of them wins, then
    the higher priority. `number` stays the same from version to version.
    """

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="rules")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    parameters = models.JSONField(default=dict)
    channel = models.CharField(max_length=40, blank=True)
    account_tier = models.CharField(max_length=40, blank=True)
    category = models.CharField(max_length=40, blank=True)
    sku = models.CharField("SKU", max_length=80, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2, blank=True)
    defect_type = models.CharField(max_length=40, blank=True)
    priority = models.IntegerField(default=0)
    edition = models.PositiveIntegerField(
        default=1, help_text="How often this rule was changed over all versions: “rule 12 v4”."
    )

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="rules_of_a_version_count")
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.name}"

    @property
    def reference(self) -> str:
        """How people name it: “rule 12 v4”."""
        return f"rule {self.number} v{self.edition}"

    def content(self) -> tuple[Any, ...]:
        """What makes the rule what it says, apart from its number and edition."""
        return (
            self.kind,
            self.name,
            self.parameters,
            self.channel,
            self.account_tier,
            self.category,
            self.sku,
            self.reason,
            self.country,
            self.priority,
            # Only where there is one, so that what was hashed before it existed still agrees.
            *([self.defect_type] if self.defect_type else []),
        )


class Decision(PartnerRow):
    """A verdict as it was given: the facts, every rule with its threshold, and why. Insert-only."""

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "dec"))
    case = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=64)
    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=20, choices=Verdict)
    sentence = models.CharField(max_length=500)
    facts = models.JSONField()
    findings = models.JSONField(help_text="Each rule: number, edition, input, threshold, result.")
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["subject", "id"], name="decision_of")]

    def __str__(self) -> str:
        return f"{self.verdict}: {self.sentence}"


class Backtest(PartnerRow):
    """A draft tried on past cases, beside the version that was in force then.

    `content_hash` is the draft's rules as they were tried: once they are edited it no longer
    speaks about them. `outcome` is a `policies.rules.Tally` as JSON, there when the job is done.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "bkt"))
    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="backtests")
    baseline = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    days = models.PositiveSmallIntegerField(help_text="Decisions of so many days are replayed.")
    job = models.OneToOneField(Job, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    judged = models.PositiveIntegerField(default=0)
    flipped = models.PositiveIntegerField(default=0)
    unreadable = models.PositiveIntegerField(
        default=0, help_text="Decisions whose facts are too old to be read."
    )
    outcome = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["version", "-id"], name="backtests_of_version")]

    def __str__(self) -> str:
        return f"{self.version} on {self.days} days"


class BacktestFlip(PartnerRow):
    """A past case that the draft would have decided otherwise, with both reasons."""

    backtest = models.ForeignKey(Backtest, models.CASCADE, related_name="flips")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    case = models.CharField(max_length=64)
    before = models.CharField(max_length=20, choices=Verdict)
    after = models.CharField(max_length=20, choices=Verdict)
    because_before = models.CharField(max_length=500)
    because_after = models.CharField(max_length=500)
    goods_net = models.DecimalField(max_digits=20, decimal_places=4)
    currency = models.CharField(max_length=3)

    class Meta:
        indexes = [models.Index(fields=["backtest", "before", "after", "id"], name="flips_by_step")]

    def __str__(self) -> str:
        return f"{self.case}: {self.before} → {self.after}"
