"""The pure half of policy: rules as data, facts in, a verdict with its reasons out."""

from policies.rules.backtest import Replayed, Tally, replay
from policies.rules.book import NoRule, PolicyRule, RuleBook, RuleReference, Scope
from policies.rules.facts import CaseFacts, local_day
from policies.rules.judging import Finding, Judgement, judge
from policies.rules.kinds import (
    KINDS,
    BadParameter,
    Parameters,
    PricePolicy,
    RestockingFee,
    Returnable,
    ReturnWindow,
    ReviewAbove,
    SendBack,
    parse_parameters,
    plain_parameters,
)
from policies.rules.terms import Terms, compute_restocking_fee, find_terms

__all__ = [
    "KINDS",
    "BadParameter",
    "CaseFacts",
    "Finding",
    "Judgement",
    "NoRule",
    "Parameters",
    "PolicyRule",
    "PricePolicy",
    "Replayed",
    "RestockingFee",
    "ReturnWindow",
    "Returnable",
    "ReviewAbove",
    "RuleBook",
    "RuleReference",
    "Scope",
    "SendBack",
    "Tally",
    "Terms",
    "compute_restocking_fee",
    "find_terms",
    "judge",
    "local_day",
    "parse_parameters",
    "plain_parameters",
    "replay",
]
