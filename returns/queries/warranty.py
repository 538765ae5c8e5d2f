"""On which terms a defect is judged: the policy's rule and the law's floor, else the catalogue."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from orders.models import OrderLine
from policies import queries as policies
from policies.models import PolicyVersion
from policies.rules import CaseFacts, local_day
from policies.rules.kinds import Warranty
from policies.rules.timing import find_warranty
from returns.defects.warranty import WarrantyTerms, compute_warranty
from returns.queries.defects import Diagnosis, began_on, catalogue_terms


def find_warranty_terms(
    *, version: PolicyVersion, facts: CaseFacts, order_line: OrderLine
) -> WarrantyTerms:
    """Months and what is given inside them. Without a rule a full refund, as the law wants it."""
    choice = policies.get_book(version).find(Warranty, facts)
    span = find_warranty(facts, choice)
    if span is None:
        return catalogue_terms(order_line)
    if choice is None:
        return WarrantyTerms(months=span.length)
    rule = choice.parameters
    return WarrantyTerms(months=span.length, gives=rule.gives, rate=rule.credit_rate)


def judge_warranty(
    diagnosis: Diagnosis,
    *,
    version: PolicyVersion,
    facts: CaseFacts,
    order_line: OrderLine,
    now: dt.datetime,
) -> Diagnosis:
    """The diagnosis with the verdict that this policy version gives."""
    terms = find_warranty_terms(version=version, facts=facts, order_line=order_line)
    warranty = compute_warranty(
        terms,
        began_on=began_on(order_line),
        today=local_day(now, order_line.order.channel.time_zone),
        serial_matches=diagnosis.serial_matches,
    )
    return replace(diagnosis, warranty=warranty)
