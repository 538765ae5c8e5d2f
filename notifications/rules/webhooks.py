"""How long a partner's program is tried, how often, and when it is left alone."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from fnmatch import fnmatchcase

from core.backoff import Backoff

# Each try waits longer than the one before; the last wait repeats until the message is given up.
DELAYS = (
    dt.timedelta(seconds=5),
    dt.timedelta(seconds=30),
    dt.timedelta(minutes=2),
    dt.timedelta(minutes=10),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=1),
    dt.timedelta(hours=3),
    dt.timedelta(hours=6),
    dt.timedelta(hours=12),
)
GIVE_UP_AFTER = dt.timedelta(days=3)
WARN_AFTER = dt.timedelta(hours=24)
DISABLE_AFTER = dt.timedelta(days=3)
# Failures in a row after which an endpoint is probed with one message instead of hammered.
PROBED_AFTER = 3
REST = Backoff(first=10, longest=900)


def is_told_of(kinds: Iterable[str], kind: str) -> bool:
    """Whether an endpoint with these kinds hears of `kind`: itself, or ``subject.*``."""
    return any(fnmatchcase(kind, pattern) for pattern in kinds)


def delay_of_message(attempts: int) -> dt.timedelta:
    """Time until the next try after `attempts` of them, between half and all of its step."""
    step = DELAYS[min(max(attempts, 1), len(DELAYS)) - 1]
    return step * random.uniform(0.5, 1)


def must_rest(failures: int) -> bool:
    return failures >= PROBED_AFTER


def rest_of_endpoint(failures: int) -> dt.timedelta:
    """How long an endpoint that failed so often in a row is left alone, with jitter."""
    return REST.after(failures)
