from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.errors import DomainError
from core.events import reference
from core.kept import KeptQuery
from core.models import Event
from core.operations import content_hash
from policies.models import Backtest, Decision, PolicyVersion, Rule
from policies.rules import (
    KINDS,
    BadParameter,
    CaseFacts,
    Judgement,
    Parameters,
    PolicyRule,
    RuleBook,
    RuleReference,
    Scope,
    Terms,
    find_terms,
    judge,
    parse_parameters,
)
from policies.rules.differences import (
    FieldChange,
    RuleDifference,
    compare_books,
    compare_rules,
)
from policies.rules.undercutting import list_undercut
from policies.states import VersionState
from policies.wording import say_to_customer

_PUBLISHED: KeptQuery[PolicyVersion] = KeptQuery(
    lambda partner_id: PolicyVersion.objects.filter(
        partner=partner_id, state=VersionState.PUBLISHED
    )
)
_RULES: KeptQuery[Rule] = KeptQuery(
    lambda version_id: Rule.objects.filter(version=version_id).order_by("number")
)


class NoPolicy(DomainError):
    """The partner has no published policy, so nothing can be decided."""

    code = "no_policy"


def get_published(partner_id: int) -> PolicyVersion:
    """The version that decides new cases. Raises `NoPolicy`."""
    version = find_published(partner_id)
    if version is None:
        raise NoPolicy("No return policy is published yet. An admin can publish one.")
    return version


def find_published(partner_id: int) -> PolicyVersion | None:
    """The one version in force, if any."""
    return _PUBLISHED.first(partner_id)


def list_scopes(*, partner_id: int, kind: type[Parameters]) -> list[Scope]:
    """For what the policy in force has rules of this kind; nothing where none is in force."""
    version = find_published(partner_id)
    rules = get_book(version).rules if version else ()
    return [rule.scope for rule in rules if isinstance(rule.parameters, kind)]


def judge_facts(*, version: PolicyVersion, facts: CaseFacts) -> Judgement:
    """The verdict as `decide` would give it, without keeping it."""
    return judge(facts=facts, rules=get_book(version))


def get_terms(*, version: PolicyVersion, facts: CaseFacts) -> Terms:
    """Fee, price policy and time to send back for a case under this version."""
    return find_terms(facts=facts, rules=get_book(version))


def get_book(version: PolicyVersion) -> RuleBook:
    """The version's rules, read and sorted; once per process when they can never change again."""
    if version.published_at is None:
        return read_book(version.pk)
    return _read_published(version.pk, version.published_at)


@lru_cache(maxsize=256)
def _read_published(version_id: int, published_at: dt.datetime) -> RuleBook:
    """The moment is part of the key: a publication that was rolled back must not be remembered."""
    return read_book(version_id)


def read_book(version_id: int) -> RuleBook:
    """The version's rules as they stand in the database now, without those of former kinds."""
    return RuleBook(typed_rule(rule) for rule in _RULES(version_id) if rule.kind in KINDS)


def typed_rule(rule: Rule) -> PolicyRule[Parameters]:
    """A stored rule with its parameters read. Raises `BadParameter`."""
    return PolicyRule(
        reference=RuleReference(rule.number, rule.edition, rule.name),
        parameters=parse_parameters(rule.kind, rule.parameters),
        scope=scope_of(rule),
        priority=rule.priority,
    )


def scope_of(rule: Rule) -> Scope:
    return Scope(
        channel=rule.channel,
        account_tier=rule.account_tier,
        category=rule.category,
        sku=rule.sku,
        reason=rule.reason,
        country=rule.country,
        defect_type=rule.defect_type,
    )


def list_problems(version: PolicyVersion) -> list[str]:
    """What stands in the way of publishing, one sentence each, naming the rule or the kind."""
    problems = []
    typed = []
    for rule in _RULES(version.pk):
        try:
            typed.append(typed_rule(rule))
        except BadParameter as error:
            problems.append(f"{rule.reference} ({rule.name}): {error.message}")
    for kind in RuleBook(typed).lacking():
        problems.append(f"“{kind.title}” has no rule that covers everything.")
    return problems + list_undercut(typed)


def list_rules(version: PolicyVersion) -> list[PolicyRule[Parameters]]:
    """The version's rules kind by kind, within a kind the one that counts first."""
    order = list(KINDS)
    rules = get_book(version).rules
    return sorted(rules, key=lambda rule: (order.index(rule.parameters.kind), rule.precedence))


def hash_rules(version: PolicyVersion) -> str:
    """SHA-256 over what the rules say: an edit changes it, a new edition number alone does not."""
    rules = version.rules.order_by("number")
    return content_hash([[rule.number, *rule.content()] for rule in rules])


def find_backtest(version: PolicyVersion) -> Backtest | None:
    """The last time this version was tried on past cases, with its job."""
    return version.backtests.select_related("job", "baseline").order_by("-pk").first()


def list_last_decisions(*, partner_id: int, case: str) -> list[Decision]:
    """The last decision about each line of a case."""
    decisions = Decision.objects.for_partner(partner_id).filter(case=case)
    return list(decisions.order_by("subject", "-pk").distinct("subject"))


def list_decisions(subjects: Sequence[str]) -> list[Decision]:
    """The last decision about each of these subjects, in their order."""
    decisions = Decision.objects.filter(subject__in=subjects).order_by("pk")
    last = {decision.subject: decision for decision in decisions}
    return [last[subject] for subject in subjects if subject in last]


def for_customer(decision: Decision, *, locale: str) -> list[str]:
    """The decision as a customer may read it, in the language of their letters."""
    return say_to_customer(verdict=decision.verdict, findings=decision.findings, locale=locale)


def list_editors(version: PolicyVersion) -> set[str]:
    """Who started this draft or changed one of its rules, as actors are called: ``user:12``."""
    worked = ("policy.drafted", "policy.rule_written", "policy.rule_removed")
    events = Event.objects.filter(subject=reference(version), kind__in=worked)
    return {actor for actor in events.values_list("actor", flat=True) if actor.startswith("user:")}


def get_predecessor(version: PolicyVersion) -> PolicyVersion | None:
    """What a version is compared with: the one it replaced, or for a draft would replace."""
    published = PolicyVersion.objects.for_partner(version.partner_id).filter(
        published_at__isnull=False
    )
    if version.published_at:
        published = published.filter(published_at__lt=version.published_at)
    return published.order_by("-published_at").first()


def list_differences(
    version: PolicyVersion, *, before: PolicyVersion | None
) -> list[RuleDifference]:
    """What this version changes. Raises `BadParameter` when a rule cannot be read."""
    rules_before = get_book(before) if before else RuleBook([])
    return compare_books(rules_before, get_book(version))


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One step in the life of a rule: in which version, when, by whom, and what it changed."""

    version_number: int | None
    at: dt.datetime
    by: str
    what: str
    changes: tuple[FieldChange, ...]


def list_rule_changes(rule: Rule) -> list[RuleChange]:
    """The history of a rule over all versions, the newest first."""
    rows = Rule.history.filter(partner_id=rule.partner_id, number=rule.number)
    numbers = dict(
        PolicyVersion.history.filter(partner_id=rule.partner_id).values_list("id", "number")
    )
    changes, before = [], None
    for row in rows.select_related("history_user").order_by("history_date", "history_id"):
        after = typed_rule(row)
        changes.append(
            RuleChange(
                version_number=numbers.get(row.version_id),
                at=row.history_date,
                by=str(row.history_user or "the desk"),
                what=_step(row.history_type, is_first=before is None),
                changes=compare_rules(before, after) if before else (),
            )
        )
        before = after
    return changes[::-1]


def _step(history_type: str, *, is_first: bool) -> str:
    if history_type == "+":
        return "added" if is_first else "carried over"
    return {"~": "changed", "-": "removed"}[history_type]
