from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Max
from simple_history.utils import bulk_create_with_history

from core.actors import Actor
from core.errors import ActionBlocked, BadInput, DomainError
from core.events import record, reference
from core.operations import operation
from core.transactions import requires_transaction
from policies import locks, queries
from policies.default import DEFAULT_RULES
from policies.models import Decision, PolicyVersion, Rule
from policies.rules import (
    CaseFacts,
    Parameters,
    Scope,
    parse_parameters,
    plain_parameters,
)
from policies.states import VersionState


class PolicyIncomplete(DomainError):
    """A version lacks rules that every case needs; `problems` says which, one sentence each."""

    code = "policy_incomplete"

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems), problems=problems)
        self.problems = problems


@requires_transaction
def decide(
    *,
    partner_id: int,
    version_id: int,
    facts: CaseFacts,
    subject: str,
    case: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Decision:
    """Judge the facts and keep the verdict with every rule that was asked."""
    judgement = queries.judge_facts(version_id=version_id, facts=facts)
    decision = Decision.objects.create(
        partner_id=partner_id,
        case=case,
        subject=subject,
        version_id=version_id,
        verdict=judgement.verdict,
        sentence=judgement.sentence,
        facts=facts.as_json(),
        findings=[finding.as_json() for finding in judgement.findings],
        at=now,
        actor=actor.ref,
    )
    record(
        kind="decision.made",
        partner_id=partner_id,
        subject=reference(decision),
        case=case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "decision": decision.public_id,
            "about": subject,
            "verdict": judgement.verdict.value,
            "sentence": judgement.sentence,
            "policy_version": version_id,
            "rules": [finding.rule_number for finding in judgement.findings],
        },
    )
    return decision


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
    return _draft(
        partner_id=partner_id,
        based_on_id=based_on_id,
        note=note,
        actor=actor,
        op_id=op_id,
        now=now,
    )


def _draft(
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
    source = (
        versions.get(pk=based_on_id)
        if based_on_id
        else versions.filter(state=VersionState.PUBLISHED).first()
    )
    if source:
        _copy_rules(source=source, target=version)
    _tell("policy.drafted", version, actor=actor, op_id=op_id, now=now)
    return version


def _copy_rules(*, source: PolicyVersion, target: PolicyVersion) -> None:
    copies = list(source.rules.order_by("number"))
    for rule in copies:
        rule.pk, rule.version = None, target
        rule._state.adding = True
    bulk_create_with_history(copies, Rule)


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
    version = _lock_draft(version_id)
    rule = (
        version.rules.get(number=number)
        if number
        else Rule(partner_id=version.partner_id, version=version, number=_free_number(version))
    )
    if rule.pk and rule.kind != parameters.kind:
        raise BadInput("A rule keeps its kind; remove it and add another one.", field="kind")
    _fill(rule, name=name, parameters=parameters, scope=scope, priority=priority)
    rule.edition = _edition(rule)
    rule.save()
    _tell("policy.rule_written", version, rule=rule, actor=actor, op_id=op_id, now=now)
    return rule


def _fill(rule: Rule, *, name: str, parameters: Parameters, scope: Scope, priority: int) -> None:
    checked = parse_parameters(parameters.kind, plain_parameters(parameters))
    rule.kind, rule.name, rule.priority = checked.kind, name.strip(), priority
    rule.parameters = plain_parameters(checked)
    rule.channel, rule.account_tier = scope.channel, scope.account_tier
    rule.category, rule.sku = scope.category, scope.sku
    rule.reason, rule.country = scope.reason, scope.country


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


def _free_number(version: PolicyVersion) -> int:
    """Numbers are never used for another rule, not even in another version."""
    rules = Rule.history.filter(partner_id=version.partner_id)
    return (rules.aggregate(last=Max("number"))["last"] or 0) + 1


@operation("policy.remove_rule")
def remove_rule(
    *, version_id: int, number: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> None:
    """Take a rule out of a draft. Raises `ActionBlocked` when the version is no draft."""
    version = _lock_draft(version_id)
    rule = version.rules.get(number=number)
    _tell("policy.rule_removed", version, rule=rule, actor=actor, op_id=op_id, now=now)
    rule.delete()


@operation("policy.discard_draft")
def discard_draft(*, version_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> None:
    """Throw a draft away. Its number stays used."""
    version = _lock_draft(version_id)
    _tell("policy.discarded", version, actor=actor, op_id=op_id, now=now)
    version.delete()


def _lock_draft(version_id: int) -> PolicyVersion:
    version = locks.lock_version(version_id)
    if version.state != VersionState.DRAFT:
        raise ActionBlocked(
            f"{version} is {version.get_state_display().lower()} and never changes again."
            " Draft a new version from it."
        )
    return version


@operation("policy.publish_version")
def publish_version(
    *, version_id: int, actor: Actor, op_id: UUID, now: dt.datetime, note: str = ""
) -> PolicyVersion:
    """Put a draft in force for new cases and retire the one before; open cases keep theirs.

    `note` says what it changes and replaces the draft's, when given. Raises `ActionBlocked`
    when it is no draft, `PolicyIncomplete` when it could not decide every case.
    """
    version = _lock_draft(version_id)
    version.note = note or version.note
    return _publish(version, actor=actor, op_id=op_id, now=now)


def _publish(
    version: PolicyVersion, *, actor: Actor, op_id: UUID, now: dt.datetime
) -> PolicyVersion:
    if problems := queries.list_problems(version):
        raise PolicyIncomplete(problems)
    _retire_published(version.partner_id, actor=actor, op_id=op_id, now=now)
    version.publish()
    version.published_by_id, version.published_at = actor.user_id, now
    version.save()
    _tell("policy.published", version, actor=actor, op_id=op_id, now=now)
    return version


def _retire_published(partner_id: int, *, actor: Actor, op_id: UUID, now: dt.datetime) -> None:
    published = PolicyVersion.objects.for_partner(partner_id).filter(state=VersionState.PUBLISHED)
    for version in published:
        version.retire()
        version.retired_at = now
        version.save()
        _tell("policy.retired", version, actor=actor, op_id=op_id, now=now)


@operation("policy.install_default")
def install_default_policy(
    *, partner_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> PolicyVersion:
    """Publish the policy a shop starts with. A partner that has one in force keeps it."""
    locks.lock_policy(partner_id)
    published = PolicyVersion.objects.for_partner(partner_id).filter(state=VersionState.PUBLISHED)
    if version := published.first():
        return version
    version = _draft(
        partner_id=partner_id,
        based_on_id=None,
        note="The policy to start with",
        actor=actor,
        op_id=op_id,
        now=now,
    )
    for number, (name, parameters, scope) in enumerate(DEFAULT_RULES, start=_free_number(version)):
        rule = Rule(partner_id=partner_id, version=version, number=number)
        _fill(rule, name=name, parameters=parameters, scope=scope, priority=0)
        rule.save()
    return _publish(version, actor=actor, op_id=op_id, now=now)


def _tell(
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
