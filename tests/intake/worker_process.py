"""A worker of its own, to be killed: `python -m tests.intake.worker_process`."""

import os
import subprocess
import sys
from pathlib import Path

import django

CHECKOUT = Path(__file__).resolve().parents[2]


def run_worker(*, database: str, crash_at: str = "") -> int:
    """Settle what waits in a process of its own; its exit code."""
    url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{database}"
    done = subprocess.run(
        [sys.executable, "-m", "tests.intake.worker_process"],
        cwd=CHECKOUT,
        env={**os.environ, "DATABASE_URL": url, "CRASH_AT": crash_at},
        check=False,
        timeout=60,
    )
    return done.returncode


def settle_waiting() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db import connection

    from intake import waiting

    waiting.settle_waiting()
    connection.close()


if __name__ == "__main__":
    settle_waiting()
