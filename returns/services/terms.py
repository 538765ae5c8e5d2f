"""Until when the goods of a case may still be sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from policies import queries as policies
from policies.rules import CaseFacts, local_day
from returns.models import Return


def compute_send_back_by(case: Return, judged: Iterable[CaseFacts], *, now: dt.datetime) -> dt.date:
    """The latest day any line may still be sent, in the channel's days."""
    days = [
        policies.get_terms(version=case.policy_version, facts=facts).send_back_days
        for facts in judged
    ]
    return local_day(now, case.channel.time_zone) + dt.timedelta(days=max(days))
