"""Drafts: copied from what is in force, then edited rule by rule."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from core import bulk
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import record, reference
from core.operations import operation
from policies import locks, queries
from policies.models import PolicyVersion, Rule
from policies.rules import KINDS, Parameters, Scope, parse_parameters, plain_parameters
from policies.states import VersionState


@operation("policy.draft_version")
def draft_version(
    *,
    partner_id: int,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    based_on_id: int | None = None,
    note: str = "",
) -> PolicyVersion:
    """A new draft with the rules of `based_on_id`, else of the published version, else none."""
    return start_draft(
        partner_id=partner_id,
        based_on_id=based_on_id,
        note=note,
        actor=actor,
        op_id=op_id,
        now=now,
    )


def start_draft(
    *,
    partner_id: int,
    based_on_id: int | None,
    note: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> PolicyVersion:
    locks.lock_policy(partner_id)
    versions = PolicyVersion.objects.for_partner(partner_id)
    version = PolicyVersion.objects.create(
        partner_id=partner_id,
        number=(versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        note=note,
        drafted_by_id=actor.user_id,
        drafted_at=now,
    )
    source = versions.get(pk=based_on_id) if based_on_id else queries.find_published(partner_id)
    if source:
        _copy_rules(source=source, target=version, actor=actor)
    tell("policy.drafted", version, actor=actor, op_id=op_id, now=now)
    return version


def _copy_rules(*, source: PolicyVersion, target: PolicyVersion, actor: Actor) -> None:
    """All rules but those of former kinds: what decides nothing is not published again."""
    copies = list(source.rules.filter(kind__in=KINDS).order_by("number"))
    for rule in copies:
        rule.pk, rule.version = None, target
        rule._state.adding = True
    insert_rules(copies, actor=actor)


def insert_rules(rules: list[Rule], *, actor: Actor) -> None:
    """Write new rules and their history by one statement each."""
    bulk.insert(rules)
    bulk.keep_history(rules, kind="+", at=timezone.now(), user_id=actor.user_id)


@operation("policy.write_rule")
def write_rule(
    *,
    version_id: int,
    name: str,
    parameters: Parameters,
    scope: Scope,
    priority: int,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    number: int | None = None,
) -> Rule:
    """Change the rule with this number in a draft, or add one when no number is given.

    Its edition follows from what was last published under the number: unchanged, or one more.
    Raises `ActionBlocked` when the version is no draft.
    """
    version = lock_draft(version_id)
    if parameters.kind not in KINDS:
        raise BadInput("Policies have no such rules any more: write a hold rule.", field="kind")
    rule = (
        version.rules.get(number=number)
        if number
        else Rule(partner_id=version.partner_id, version=version, number=free_rule_number(version))
    )
    if rule.pk and rule.kind != parameters.kind:
        raise BadInput("A rule keeps its kind; remove it and add another one.", field="kind")
    fill_rule(rule, name=name, parameters=parameters, scope=scope, priority=priority)
    rule.edition = _edition(rule)
    rule.save()
    tell("policy.rule_written", version, rule=rule, actor=actor, op_id=op_id, now=now)
    return rule


def fill_rule(
    rule: Rule, *, name: str, parameters: Parameters, scope: Scope, priority: int
) -> None:
    checked = parse_parameters(parameters.kind, plain_parameters(parameters))
    rule.kind, rule.name, rule.priority = checked.kind, name.strip(), priority
    rule.parameters = plain_parameters(checked)
    rule.channel, rule.account_tier = scope.channel, scope.account_tier
    rule.category, rule.sku = scope.category, scope.sku
    rule.reason, rule.country = scope.reason, scope.country
    rule.defect_type = scope.defect_type


def _edition(rule: Rule) -> int:
    """How often the rule has changed, counting from the version that was last in force."""
    last = (
        Rule.objects.filter(partner_id=rule.partner_id, number=rule.number)
        .exclude(version__state=VersionState.DRAFT)
        .order_by("-version__published_at")
        .first()
    )
    if last is None:
        return 1
    return last.edition if rule.content() == last.content() else last.edition + 1


def free_rule_number(version: PolicyVersion) -> int:
    """Numbers are never used for another rule, not even in another version."""
    rules = Rule.history.filter(partner_id=version.partner_id)
    return (rules.aggregate(last=Max("number"))["last"] or 0) + 1


@operation("policy.remove_rule")
def remove_rule(
    *, version_id: int, number: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> None:
    """Take a rule out of a draft. Raises `ActionBlocked` when the version is no draft."""
    version = lock_draft(version_id)
    rule = version.rules.get(number=number)
    tell("policy.rule_removed", version, rule=rule, actor=actor, op_id=op_id, now=now)
    rule.delete()


@operation("policy.discard_draft")
def discard_draft(*, version_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> None:
    """Throw a draft away. Its number stays used."""
    version = lock_draft(version_id)
    tell("policy.discarded", version, actor=actor, op_id=op_id, now=now)
    version.delete()


def lock_draft(version_id: int) -> PolicyVersion:
    version = locks.lock_version(version_id)
    if version.state != VersionState.DRAFT:
        raise ActionBlocked(
            f"{version} is {version.get_state_display().lower()} and never changes again."
            " Draft a new version from it."
        )
    return version


def tell(
    kind: str,
    version: PolicyVersion,
    *,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    rule: Rule | None = None,
) -> None:
    about = {"rule": rule.number, "edition": rule.edition} if rule else {}
    record(
        kind=kind,
        partner_id=version.partner_id,
        subject=reference(version),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"version": version.number, **about},
    )
