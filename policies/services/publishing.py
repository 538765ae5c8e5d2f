"""One version in force at a time: the one before is retired in the same transaction."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import ActionBlocked, DomainError
from core.operations import operation
from policies import locks, queries
from policies.default import DEFAULT_RULES
from policies.models import PolicyVersion, Rule
from policies.services.drafts import (
    fill_rule,
    free_rule_number,
    insert_rules,
    lock_draft,
    start_draft,
    tell,
)


class PolicyIncomplete(DomainError):
    """A version lacks rules that every case needs; `problems` says which, one sentence each."""

    code = "policy_incomplete"

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems), problems=problems)
        self.problems = problems


@operation("policy.publish_version")
def publish_version(
    *, version_id: int, actor: Actor, op_id: UUID, now: dt.datetime, note: str = ""
) -> PolicyVersion:
    """Put a draft in force for new cases and retire the one before; open cases keep theirs.

    Four eyes: whoever wrote it does not publish it. `note` says what it changes and replaces the
    draft's, when given. Raises `ActionBlocked` when it is no draft or the publisher has worked
    on it, `PolicyIncomplete` when it could not decide every case.
    """
    version = lock_draft(version_id)
    if actor.ref in queries.list_editors(version):
        raise ActionBlocked("You have worked on this draft: somebody else has to publish it.")
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
    tell("policy.published", version, actor=actor, op_id=op_id, now=now)
    return version


def _retire_published(partner_id: int, *, actor: Actor, op_id: UUID, now: dt.datetime) -> None:
    if version := queries.find_published(partner_id):
        version.retire()
        version.retired_at = now
        version.save()
        tell("policy.retired", version, actor=actor, op_id=op_id, now=now)


@operation("policy.install_default")
def install_default_policy(
    *, partner_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> PolicyVersion:
    """Publish the policy a shop starts with. A partner that has one in force keeps it."""
    locks.lock_policy(partner_id)
    if version := queries.find_published(partner_id):
        return version
    version = start_draft(
        partner_id=partner_id,
        based_on_id=None,
        note="The policy to start with",
        actor=actor,
        op_id=op_id,
        now=now,
    )
    rules = []
    for number, (name, parameters, scope) in enumerate(
        DEFAULT_RULES, start=free_rule_number(version)
    ):
        rule = Rule(partner_id=partner_id, version=version, number=number)
        fill_rule(rule, name=name, parameters=parameters, scope=scope, priority=0)
        rules.append(rule)
    insert_rules(rules, actor=actor)
    return _publish(version, actor=actor, op_id=op_id, now=now)
