"""The last unit among 32 programs over HTTP: the served desk, real keys, real connections."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

from django.db import connection

from api.scopes import Scope
from api.services import issue_key
from bench.proof import Evidence, Proof, count_broken_laws
from core import clock
from core.actors import Actor
from inventory.models import StockLevel
from tests.factories.people import make_partner
from tests.factories.stock import make_location, make_product, make_stock, make_variant

CLIENTS, ROUNDS, CONTROL_ROUNDS = 32, 200, 10
LONGEST_START, LONGEST_ANSWER = 60.0, 60.0  # seconds
PLENTY = 1_000_000  # calls a minute
SERVED, UNGUARDED = "config.wsgi", "bench.unguarded"


def sell_last_units(_seed: int) -> Evidence:
    answers = rush_rounds(SERVED, ROUNDS)
    broken = sum(answer != Counter({201: 1, 409: CLIENTS - 1}) for answer in answers)
    return Evidence(ROUNDS * CLIENTS, 0, broken + count_broken_laws())


def sell_without_the_guard(_seed: int) -> Evidence:
    """The control: the same web server, told to look first and sell later."""
    answers = rush_rounds(UNGUARDED, CONTROL_ROUNDS)
    oversold = sum(max(0, answer[201] - 1) for answer in answers)
    return Evidence(CONTROL_ROUNDS * CLIENTS, 0, oversold)


def rush_rounds(application: str, rounds: int) -> list[Counter[int]]:
    """What 32 programs were answered in each round; every round has one unit of a SKU."""
    levels = make_last_units(rounds)
    key = make_key()
    with serving(application) as port:
        programs = [Program(port, key) for _ in range(CLIENTS)]
        answers = [rush_for(level, programs) for level in levels]
        for program in programs:
            program.connection.close()
    return answers


def make_last_units(rounds: int) -> list[StockLevel]:
    product, place = make_product(), make_location()
    return [make_stock(make_variant(product=product), place, 1) for _ in range(rounds)]


def make_key() -> str:
    issued = issue_key(
        partner_id=make_partner().pk,
        name="prove",
        scopes=[Scope.WRITE_ALLOCATIONS],
        calls_per_minute=PLENTY,
        actor=Actor.system("prove"),
        op_id=uuid4(),
        now=clock.now(),
    )
    return issued.secret


class Program:
    """One partner's program, with a connection that it keeps."""

    def __init__(self, port: int, key: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_ANSWER)
        self.key = key

    def sell(self, sku: str) -> int:
        line = {"reference": uuid4().hex, "sku": sku, "quantity": 1}
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
            "Idempotency-Key": uuid4().hex,
        }
        body = json.dumps({"lines": [line]})
        self.connection.request("POST", "/api/v1/allocations", body, headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status


def rush_for(level: StockLevel, programs: Sequence[Program]) -> Counter[int]:
    barrier, answers = threading.Barrier(len(programs)), Counter[int]()
    sku = level.variant.sku

    def call(program: Program) -> None:
        barrier.wait(LONGEST_START)
        answers[program.sell(sku)] += 1

    threads = [threading.Thread(target=call, args=[program]) for program in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_ANSWER)
    return answers


@contextmanager
def serving(application: str) -> Iterator[int]:
    """The desk under gunicorn, as in production, on a free port of the loopback."""
    connection.close()
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    listener.set_inheritable(True)
    port = listener.getsockname()[1]
    words = ["-m", "gunicorn", application, "--bind", f"fd://{listener.fileno()}"]
    words += ["--workers=4", "--worker-class=gthread", "--threads=8", "--no-control-socket"]
    words += ["--keep-alive=75", "--log-level=error"]
    server = subprocess.Popen(
        [sys.executable, *words],
        env=os.environ | {"LOG_LEVEL": "ERROR"},
        pass_fds=[listener.fileno()],
        start_new_session=True,
    )
    try:
        wait_for(port)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(LONGEST_START)
        listener.close()


def wait_for(port: int) -> None:
    """Until it answers: the listener takes connections before anyone serves them."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_START)
    asked.request("GET", "/healthz")
    if asked.getresponse().status != http.HTTPStatus.OK:
        raise RuntimeError("the served desk is not well")
    asked.close()
    time.sleep(0.5)  # the other workers start a moment later


THE_LAST_UNIT_IS_SOLD_ONCE = Proof(
    "the last unit among 32 programs is sold once", sell_last_units, sell_without_the_guard
)
