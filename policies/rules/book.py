"""Rules with their scope, and which of several counts: the most specific, then the priority."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar

from core.errors import DomainError
from policies.rules.facts import CaseFacts
from policies.rules.kinds import KINDS, Parameters

P = TypeVar("P", bound=Parameters)
P_co = TypeVar("P_co", bound=Parameters, covariant=True)
MOST_KEPT = 20_000


class NoRule(DomainError):
    """The version has no rule of a kind that every case needs."""

    code = "no_rule"


@dataclass(frozen=True, slots=True)
class Scope:
    """Codes a case must have for the rule to speak about it; blank means any."""

    channel: str = ""
    account_tier: str = ""
    category: str = ""
    sku: str = ""
    reason: str = ""
    country: str = ""
    defect_type: str = ""

    def named(self) -> dict[str, str]:
        """The codes that are not blank, by field."""
        codes = ((item.name, getattr(self, item.name)) for item in fields(self))
        return {name: code for name, code in codes if code}

    def covers(self, facts: CaseFacts) -> bool:
        # Written out: it runs for every rule of every verdict, and a loop takes thrice as long.
        return (
            self.channel in ("", facts.channel)
            and self.account_tier in ("", facts.account_tier)
            and self.category in ("", facts.category)
            and self.sku in ("", facts.sku)
            and self.reason in ("", facts.reason)
            and self.country in ("", facts.country)
            and self.defect_type in ("", facts.defect_type)
        )

    def may_cover(self, *, category: str, sku: str) -> bool:
        """Whether it can speak about such goods, whatever else the case turns out to be."""
        return self.category in ("", category) and self.sku in ("", sku)

    def in_words(self) -> str:
        return _say_scope(self)


@lru_cache(maxsize=4096)
def _say_scope(scope: Scope) -> str:
    words = [f"{name.replace('_', ' ')} {code}" for name, code in scope.named().items()]
    return ", ".join(words).replace("sku ", "SKU ") or "everything"


@dataclass(frozen=True, slots=True)
class RuleReference:
    """How people name a rule: “rule 12 v4”."""

    number: int
    edition: int
    name: str = ""

    def __str__(self) -> str:
        return f"rule {self.number} v{self.edition}"


@dataclass(frozen=True, slots=True)
class PolicyRule(Generic[P_co]):
    """One rule of a version, its parameters read."""

    reference: RuleReference
    parameters: P_co
    scope: Scope = Scope()
    priority: int = 0

    @property
    def precedence(self) -> tuple[int, int, int]:
        """Sorts the rule that counts to the front."""
        return (-len(self.scope.named()), -self.priority, self.reference.number)

    def covers(self, facts: CaseFacts) -> bool:
        """Whether it speaks about the case: its scope does, and amounts are in its currency."""
        currency = getattr(self.parameters, "currency", "")
        return self.scope.covers(facts) and currency in ("", facts.currency)


@dataclass(frozen=True)
class Choice(Generic[P_co]):
    """The rule that counts for a case, and those that fit too but give way, each with why."""

    rule: PolicyRule[P_co]
    giving_way: tuple[PolicyRule[Any], ...] = ()

    @property
    def parameters(self) -> P_co:
        return self.rule.parameters

    def in_words(self) -> str:
        return self._in_words

    @cached_property
    def _in_words(self) -> str:
        because = f"{self.rule.reference} is for {self.rule.scope.in_words()}"
        if not self.giving_way:
            return because
        others = ", ".join(str(rule.reference) for rule in self.giving_way)
        return f"{because} and comes before {others}"

    @cached_property
    def lays_down(self) -> str:
        return self.rule.parameters.in_words()

    @cached_property
    def losers(self) -> tuple[dict[str, Any], ...]:
        """Number, edition, name and why each gave way, as findings store it."""
        return tuple(
            {
                "number": rule.reference.number,
                "edition": rule.reference.edition,
                "name": rule.reference.name,
                "why": self._why_it_gave_way(rule),
            }
            for rule in self.giving_way
        )

    def _why_it_gave_way(self, rule: PolicyRule[Any]) -> str:
        winner, scope = self.rule, rule.scope.in_words()
        if len(rule.scope.named()) < len(winner.scope.named()):
            return f"for {scope}: names less"
        if rule.priority < winner.priority:
            return f"for {scope}: names as much, priority {rule.priority} below {winner.priority}"
        return f"for {scope}: names as much at the same priority, and has the higher number"


class RuleBook:
    """The rules of one version, sorted once. Immutable, so it is kept for as long as we run."""

    __slots__ = ("_by_kind", "_found", "_named", "rules")

    def __init__(self, rules: Iterable[PolicyRule[Parameters]]) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.precedence))
        self._by_kind = {
            kind: tuple(rule for rule in self.rules if isinstance(rule.parameters, kind))
            for kind in KINDS.values()
        }
        # A backtest asks a book a hundred thousand times, and most cases differ in codes that no
        # rule of a kind names: what was found for the codes that are named is kept.
        self._named = {
            kind: sorted(
                {name for rule in rules for name in rule.scope.named()}
                | {"currency" for rule in rules if hasattr(rule.parameters, "currency")}
            )
            for kind, rules in self._by_kind.items()
        }
        self._found: dict[tuple[Any, ...], Choice[Any] | None] = {}

    def find(self, kind: type[P], facts: CaseFacts) -> Choice[P] | None:
        """The rule of this kind that counts for the case, if any speaks about it."""
        key = (kind, *(getattr(facts, name) for name in self._named[kind]))
        if key not in self._found:
            if len(self._found) >= MOST_KEPT:
                self._found.clear()
            self._found[key] = self._find(kind, facts)
        return self._found[key]

    def _find(self, kind: type[P], facts: CaseFacts) -> Choice[P] | None:
        fitting = [rule for rule in self._by_kind[kind] if rule.covers(facts)]
        if not fitting:
            return None
        return Choice(fitting[0], tuple(fitting[1:]))  # type: ignore[arg-type]

    def get(self, kind: type[P], facts: CaseFacts) -> Choice[P]:
        """As `find`; raises `NoRule` when none speaks about the case."""
        choice = self.find(kind, facts)
        if choice is None:
            raise NoRule(f"No rule of the kind “{kind.title}” covers this case.", kind=kind.kind)
        return choice

    def lacking(self) -> list[type[Parameters]]:
        """Required kinds without a rule that covers everything. A complete book has none."""
        return [kind for kind in KINDS.values() if kind.is_required and not self._is_total(kind)]

    def _is_total(self, kind: type[Parameters]) -> bool:
        return any(rule.precedence[0] == 0 for rule in self._by_kind[kind])
