"""An effect that can be counted: one per time a subscriber acted, told apart by event."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

from django.db import connection

from core.models import Event, NumberSequence

CHECKOUT = Path(__file__).resolve().parents[2]


def make_effect(*, event: Event, now: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_numbersequence AS n (name, last) VALUES (%s, 1)"
            " ON CONFLICT (name) DO UPDATE SET last = n.last + 1",
            [f"effect-of-{event.pk}"],
        )


def effects() -> list[int]:
    """How often each event had its effect."""
    counted = NumberSequence.objects.filter(name__startswith="effect-of-").order_by("name")
    return list(counted.values_list("last", flat=True))


def run_courier(*arguments: str, crash_at: str = "") -> int:
    """Deliver events in a process of its own; its exit code."""
    return run_process("tests.core.courier_process", *arguments, CRASH_AT=crash_at)


def run_process(module: str, *arguments: str, **environment: str) -> int:
    """Run a module of the tests on this test's database; its exit code."""
    database = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=CHECKOUT,
        env={**os.environ, "DATABASE_URL": database, **environment},
        check=False,
        timeout=60,
    )
    return done.returncode
