"""The watch over what a published version really decides, against what its backtest foretold."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.db.models import Count

from core.actors import Actor
from core.events import record, reference
from core.models import Job
from core.schedule import slot_of, take_slot
from core.transactions import opens_transaction
from policies import queries
from policies.models import Backtest, Decision, PolicyVersion
from policies.rules.drift import Drift, find_drift
from policies.states import VersionState

WATCH = Actor.system("policy-watch")


def watch_published(*, now: dt.datetime) -> int:
    """Look at every version in force; says how many verdicts have drifted. Once a day is enough."""
    published = PolicyVersion.objects.filter(state=VersionState.PUBLISHED)
    return sum(_watch(version, now=now) for version in published)


def find_drift_of(version: PolicyVersion) -> list[Drift]:
    """What has drifted since it was published; nothing when it was never tried as it stands."""
    backtest = find_forecast(version)
    if backtest is None:
        return []
    counted = Decision.objects.filter(version=version).values("verdict").annotate(count=Count("pk"))
    live = {row["verdict"]: row["count"] for row in counted}
    foretold: Counter[str] = Counter()
    for step in backtest.outcome["steps"]:
        foretold[step["after"]] += step["count"]
    return find_drift(foretold, live)


def find_forecast(version: PolicyVersion) -> Backtest | None:
    """The last finished backtest of exactly these rules."""
    tried = version.backtests.filter(
        job__state=Job.State.DONE, content_hash=queries.hash_rules(version)
    )
    return tried.order_by("-pk").first()


def _watch(version: PolicyVersion, *, now: dt.datetime) -> int:
    drifts = find_drift_of(version)
    for drift in drifts:
        _tell(version, drift, now=now)
    return len(drifts)


@opens_transaction
def _tell(version: PolicyVersion, drift: Drift, *, now: dt.datetime) -> None:
    """Once a day for each verdict, however many look."""
    today = slot_of(now, dt.timedelta(days=1))
    if not take_slot(f"policy {version.pk} drifts: {drift.verdict}", today):
        return
    record(
        kind="policy.drifted",
        partner_id=version.partner_id,
        subject=reference(version),
        actor=WATCH,
        now=now,
        data={
            "version": version.number,
            "verdict": drift.verdict,
            "foretold": round(drift.foretold, 4),
            "live": round(drift.live, 4),
            "decisions": drift.decisions,
        },
    )
