"""Verdicts with their explanations on one core, and a backtest of a hundred thousand of them."""

import datetime as dt
import itertools
import json
import random
import time
from collections.abc import Iterator
from decimal import Decimal
from uuid import uuid4

from django.db import connection

from bench.measuring import Bound, Found, Measure
from core import jobs
from core.actors import Actor
from policies import services
from policies.models import Backtest, PolicyVersion
from policies.queries import get_book
from policies.rules import CaseFacts, Evidence, ReturnWindow, Scope, Velocity, judge
from tests.factories.policies import make_policy

TESTER = Actor.system("bench")
PAST, CHUNK, JUDGED = 100_000, 10_000, 20_000
REASONS = ("changed_mind", "wrong_size", "defective", "damaged_in_transit")
OURS = ("defective", "damaged_in_transit")


def judge_often() -> Found:
    """One process: verdict, every finding in words, and JSON as a decision stores it."""
    book = get_book(draft_of(make_policy(), days=30))
    facts = list(itertools.islice(make_facts(), JUDGED))
    began = time.process_time()
    for each in facts:
        judgement = judge(facts=each, rules=book)
        json.dumps([judgement.sentence, [finding.as_json() for finding in judgement.findings]])
    return Found(ours=JUDGED / (time.process_time() - began))


def try_a_draft() -> Found:
    """From the click to the figures, flips written: a window of 30 days becomes one of 14."""
    policy = make_policy()
    fill(policy)
    draft = draft_of(policy, days=14)
    now = dt.datetime.now(dt.UTC)
    backtest = services.start_backtest(
        version_id=draft.pk, days=90, actor=TESTER, op_id=uuid4(), now=now
    )
    began = time.perf_counter()
    jobs.run(backtest.job_id, now=now)
    seconds = time.perf_counter() - began
    done = Backtest.objects.get(pk=backtest.pk)
    if done.judged != PAST or not done.flipped or done.flips.count() != done.flipped:
        raise RuntimeError(f"judged {done.judged}, flipped {done.flipped}")
    return Found(ours=PAST / seconds, bounds=(Bound("all of them", seconds, 60, 15, "s"),))


def draft_of(policy: PolicyVersion, *, days: int) -> PolicyVersion:
    """The usual policy with another window, a limit of velocity, and photos of what is broken."""
    now = dt.datetime.now(dt.UTC)
    draft = services.draft_version(
        partner_id=policy.partner_id, actor=TESTER, op_id=uuid4(), now=now
    )
    for number, parameters, scope in (
        (1, ReturnWindow(days=days), Scope()),
        (None, Velocity(returns=8, units=20), Scope()),
        (None, Evidence(photos=1), Scope(reason="damaged_in_transit")),
    ):
        services.write_rule(
            version_id=draft.pk,
            number=number,
            name="",
            parameters=parameters,
            scope=scope,
            priority=0,
            actor=TESTER,
            op_id=uuid4(),
            now=now,
        )
    return draft


def make_facts() -> Iterator[CaseFacts]:
    """A shop's year: many articles, a few countries, most of it in time."""
    chance = random.Random(29)
    delivered = dt.date(2026, 3, 1)
    for number in itertools.count():
        reason = chance.choice(REASONS)
        net = Decimal(chance.randint(500, 60_000)) / 100
        yield CaseFacts(
            channel=chance.choice(("web", "amazon")),
            account_tier=chance.choice(("standard", "gold")),
            category=chance.choice(("apparel", "electronics", "hygiene", "garden")),
            sku=f"SKU-{number % 5000}",
            reason=reason,
            country=chance.choice(("DE", "FR", "US")),
            currency="EUR",
            requested_on=delivered + dt.timedelta(days=chance.randint(0, 45)),
            placed_on=delivered - dt.timedelta(days=4),
            shipped_on=delivered - dt.timedelta(days=2),
            delivered_on=delivered if number % 20 else None,
            goods_net=net,
            goods_gross=net * Decimal("1.19"),
            is_our_fault=reason in OURS,
            photos=chance.randint(0, 2),
            returns_in_90_days=chance.randint(0, 9),
        )


def fill(policy: PolicyVersion) -> None:
    """A hundred thousand decisions of the last month, by COPY."""
    columns = (
        'partner_id, public_id, "case", subject, version_id, verdict, sentence, facts, findings,'
        " at, actor"
    )
    at = dt.datetime.now(dt.UTC) - dt.timedelta(days=30)
    past = enumerate(itertools.islice(make_facts(), PAST))
    with connection.cursor() as cursor:
        for _ in range(0, PAST, CHUNK):  # each within the time of a statement
            with cursor.copy(f"COPY policies_decision ({columns}) FROM STDIN") as rows:
                for number, facts in itertools.islice(past, CHUNK):
                    rows.write_row(row_of(policy, number, facts, at))
        cursor.execute("ANALYZE policies_decision")


def row_of(
    policy: PolicyVersion, number: int, facts: CaseFacts, at: dt.datetime
) -> tuple[object, ...]:
    return (
        policy.partner_id,
        f"dec_bench{number}",
        f"return:{number}",
        f"returnline:{number}",
        policy.pk,
        "authorise",
        "",
        json.dumps(facts.as_json()),
        "[]",
        at,
        TESTER.ref,
    )


VERDICTS = Measure(
    "verdicts",
    "a policy verdict with its explanation, on one core",
    judge_often,
    floor=2_000,
    goal=10_000,
    unit="verdicts",
    beside="",
)
BACKTEST = Measure(
    "backtest",
    "a draft tried on 100,000 past decisions",
    try_a_draft,
    floor=100_000 / 60,
    goal=100_000 / 15,
    unit="decisions",
    beside="",
)
