"""A hot SKU while the database dies: a hold that was answered is there when it comes back.

A hold on a level that others want commits before the disk has its log, and is answered when the
disk has it (ADR 29). One process of the server is killed, which makes it end all the others and
begin again from its log: what was only in memory is gone.
"""

import os
import random
import signal
import tempfile
import threading
import time
from pathlib import Path
from unittest import mock

import psycopg

from bench import ground
from bench.proof import Evidence, Proof, count_broken_laws
from bench.proofs.holds import hold
from bench.rush import rush_for
from core import transactions
from core.models import Event
from inventory.models import Reservation, StockEntry, StockLevel
from tests.factories.stock import make_location, make_stock, make_variant

CRASHES, PROCESSES = 20, 8
PLENTY = 10_000_000
LONGEST = 2.0  # seconds of a rush; the database dies in the middle of it
PAUSE = 0.05  # seconds after a hold that failed
PATIENCE = 60.0  # seconds for the database to come back


def survive(seed: int) -> Evidence:
    chance = random.Random(seed)
    level = make_stock(make_variant(), make_location(), PLENTY)
    answered: set[str] = set()
    for crash in range(CRASHES):
        answered |= hold_until_it_dies(level, crash, chance.uniform(0.1, LONGEST / 2))
    lost = count_lost(answered)
    return Evidence(len(answered), CRASHES, lost + count_broken_laws(), f"{lost} answered and gone")


def answer_before_the_disk(seed: int) -> Evidence:
    """The control: who let go of the level early answers at once, too."""
    with mock.patch.object(transactions, "_wait_for_the_disk"):
        return survive(seed)


def hold_until_it_dies(level: StockLevel, crash: int, seconds: float) -> set[str]:
    """The references whose holds were answered; nothing is answered after the crash."""
    with tempfile.TemporaryDirectory(prefix="swapdesk-crash-") as folder:

        def call(number: int) -> str:
            reference = f"exchangeline:{crash}-{number}"
            said = hold(reference, [level])
            if said == "held":
                with (Path(folder) / str(os.getpid())).open("a") as answers:
                    answers.write(f"{reference}.0\n")
            else:
                time.sleep(PAUSE)
            return said

        killer = threading.Thread(target=kill_the_server, args=(Path(folder), seconds))
        killer.start()
        rush_for(call, seconds=LONGEST, processes=PROCESSES)
        killer.join()
        wait_until_it_is_back()
        return {line for file in Path(folder).iterdir() for line in file.read_text().split()}


def kill_the_server(answers: Path, seconds: float) -> None:
    """So long after every process has had an answer: one that begins on a dead server hangs."""
    until = time.monotonic() + PATIENCE
    while len(list(answers.iterdir())) < PROCESSES and time.monotonic() < until:
        time.sleep(PAUSE)
    time.sleep(seconds)
    with psycopg.connect(ground.database_url()) as victim:
        os.kill(victim.info.backend_pid, signal.SIGKILL)


def wait_until_it_is_back() -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(ground.database_url()).close()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(PAUSE)
        else:
            return


def count_lost(answered: set[str]) -> int:
    """Holds that are not whole: hold, ledger and event of each."""
    held = set(Reservation.objects.values_list("reference", flat=True))
    entered = set(StockEntry.objects.values_list("reference", flat=True))
    told = set(
        Event.objects.filter(kind="reservation.made").values_list("data__reference", flat=True)
    )
    return len(answered - (held & entered & told))


WHAT_WAS_ANSWERED_IS_THERE = Proof(
    "what was answered is there after a crash", survive, answer_before_the_disk
)
