"""Trying a draft on past cases, as a job that shows how far it is and can be stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from core import jobs
from core.errors import ActionBlocked
from core.models import Job
from policies import queries
from policies.models import Backtest, BacktestFlip, Decision
from policies.rules import CaseFacts, Replayed, RuleBook, Tally, replay

KIND = "policies.backtest"
BATCH = 2000
FLIPS = """COPY policies_backtestflip (partner_id, backtest_id, decision_id, "case", before, after,
    because_before, because_after, goods_net, currency) FROM STDIN"""


class PastDecision(NamedTuple):
    pk: int
    case: str
    facts: dict[str, Any]


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


def _in_batches(past: QuerySet[Decision]) -> Iterator[list[PastDecision]]:
    """By key, as plain rows: an object each takes longer than judging it."""
    last = 0
    while True:
        rows = past.filter(pk__gt=last).order_by("pk").values_list("pk", "case", "facts")[:BATCH]
        batch = [PastDecision(*row) for row in rows]
        if not batch:
            return
        yield batch
        last = batch[-1].pk


def _replay(
    backtest: Backtest,
    decisions: list[PastDecision],
    books: tuple[RuleBook, RuleBook],
    tally: Tally,
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
    _write(flips)
    return unreadable


def _flip(
    backtest: Backtest, decision: PastDecision, facts: CaseFacts, replayed: Replayed
) -> tuple[Any, ...]:
    """A row of `FLIPS`."""
    return (
        backtest.partner_id,
        backtest.pk,
        decision.pk,
        decision.case,
        replayed.before.verdict.value,
        replayed.after.verdict.value,
        replayed.before.sentence,
        replayed.after.sentence,
        facts.goods_net,
        facts.currency,
    )


def _write(flips: list[tuple[Any, ...]]) -> None:
    """By COPY: a strict draft flips a third of all, and an insert each would take the longest."""
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(FLIPS) as rows:
        for flip in flips:
            rows.write_row(flip)
