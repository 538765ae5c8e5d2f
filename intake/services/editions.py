"""Rules and mappings of a channel: drafted, tried on what came lately, and published whole."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.actors import Actor
from core.errors import ActionBlocked
from core.events import record, reference
from core.operations import operation
from intake import trying
from intake.locks import lock_edition
from intake.mapping import check_plan
from intake.models import Mapping, RuleSet
from intake.quality import check_rule
from intake.states import EditionState


class NotReady(ActionBlocked):
    """A draft that has not been tried, or cannot work."""

    code = "not_ready"


@operation("intake.try_rules")
def try_rules(*, rule_set_id: int, actor: Actor, op_id: UUID, now: datetime) -> RuleSet:
    """Read the channel's last documents by the draft, and keep what would change."""
    rule_set = lock_edition(RuleSet, rule_set_id)
    rule_set.trial = trying.try_rules(rule_set)
    rule_set.tried_at = now
    rule_set.save()
    return rule_set


@operation("intake.publish_rules")
def publish_rules(*, rule_set_id: int, actor: Actor, op_id: UUID, now: datetime) -> RuleSet:
    """From here on the channel's documents are judged by this draft."""
    rule_set = lock_edition(RuleSet, rule_set_id)
    problems = [check_rule(rule.as_rule()) for rule in rule_set.rules.all()]
    problems = [problem for problem in problems if problem]
    if rule_set.tried_at is None:
        problems.append("Try it on the last documents first.")
    _publish(rule_set, problems, actor=actor, op_id=op_id, now=now)
    return rule_set


@operation("intake.publish_mapping")
def publish_mapping(*, mapping_id: int, actor: Actor, op_id: UUID, now: datetime) -> Mapping:
    """From here on the channel's documents are read by this draft."""
    mapping = lock_edition(Mapping, mapping_id)
    _publish(mapping, check_plan(mapping.as_plan()), actor=actor, op_id=op_id, now=now)
    return mapping


def _publish(
    draft: RuleSet | Mapping, problems: list[str], *, actor: Actor, op_id: UUID, now: datetime
) -> None:
    if draft.state != EditionState.DRAFT:
        problems.insert(0, f"It is {draft.get_state_display().lower()}.")
    if problems:
        raise NotReady("It cannot be published.", reasons=problems)
    others = type(draft).objects.filter(channel=draft.channel, state=EditionState.PUBLISHED)
    for other in others:
        other.retire()
        other.save()
    draft.publish()
    draft.published_at = now
    draft.save()
    record(
        kind=f"{draft._meta.model_name}.published",
        partner_id=draft.partner_id,
        subject=reference(draft),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"channel": draft.channel.code, "number": draft.number},
    )
