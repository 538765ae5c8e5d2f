"""Trying a draft on past cases, as a job that shows how far it is and can be stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from core import jobs
from core.errors import ActionBlocked
from core.models import Job
from policies import queries
from policies.models import Backtest, BacktestFlip, Decision
from policies.rules import CaseFacts, Replayed, RuleBook, Tally, replay

KIND = "policies.backtest"
BATCH = 1000


@jobs.runs(KIND)
def run_backtest(*, job: Job, now: dt.datetime) -> dict[str, Any]:
    """From the first case on, also when it is run a second time: a part of a tally says nothing."""
    backtest = Backtest.objects.select_related("version").get(job=job)
    books = (queries.read_book(backtest.baseline_id), queries.read_book(backtest.version_id))
    if queries.hash_rules(backtest.version) != backtest.content_hash:
        raise ActionBlocked("The draft was edited meanwhile. Try it again.")
    past = _list_past(backtest, now)
    jobs.advance(job.pk, total=past.count())
    BacktestFlip.objects.filter(backtest=backtest).delete()
    tally, unreadable = Tally(), 0
    for decisions in _in_batches(past):
        unreadable += _replay(backtest, decisions, books, tally)
        jobs.advance(job.pk, done=len(decisions))
    backtest.judged, backtest.flipped = tally.judged, tally.flipped
    backtest.unreadable, backtest.outcome = unreadable, tally.as_json()
    backtest.save()
    return {"judged": tally.judged, "flipped": tally.flipped, "unreadable": unreadable}


def _list_past(backtest: Backtest, now: dt.datetime) -> QuerySet[Decision]:
    """Of each subject the last decision: what was asked again counts once."""
    later = Decision.objects.filter(subject=OuterRef("subject"), pk__gt=OuterRef("pk"))
    decisions: QuerySet[Decision] = Decision.objects.for_partner(backtest.partner_id).filter(
        at__gt=now - dt.timedelta(days=backtest.days), at__lte=now
    )
    return decisions.exclude(Exists(later))


def _in_batches(past: QuerySet[Decision]) -> Iterator[list[Decision]]:
    last = 0
    while True:
        batch = list(past.filter(pk__gt=last).order_by("pk").only("case", "facts")[:BATCH])
        if not batch:
            return
        yield batch
        last = batch[-1].pk


def _replay(
    backtest: Backtest, decisions: list[Decision], books: tuple[RuleBook, RuleBook], tally: Tally
) -> int:
    """Replay a batch and keep what flipped; returns how many had facts that cannot be read."""
    flips, unreadable = [], 0
    for decision in decisions:
        try:
            facts = CaseFacts.from_json(decision.facts)
        except (KeyError, TypeError, ValueError, ArithmeticError):
            unreadable += 1
            continue
        replayed = replay(facts, before=books[0], after=books[1])
        tally.add(facts, replayed)
        if replayed.has_flipped:
            flips.append(_flip(backtest, decision, facts, replayed))
    with transaction.atomic():
        BacktestFlip.objects.bulk_create(flips)
    return unreadable


def _flip(
    backtest: Backtest, decision: Decision, facts: CaseFacts, replayed: Replayed
) -> BacktestFlip:
    return BacktestFlip(
        partner_id=backtest.partner_id,
        backtest=backtest,
        decision=decision,
        case=decision.case,
        before=replayed.before.verdict,
        after=replayed.after.verdict,
        because_before=replayed.before.sentence[:500],
        because_after=replayed.after.sentence[:500],
        goods_net=facts.goods_net,
        currency=facts.currency,
    )
