"""Documents of every channel, mutated, while workers are killed: what was acknowledged is there.

Each is posted like a webhook and drawn from its number, so that what must be found again need not
be kept meanwhile. Workers die by SIGKILL in the middle of parsing and settling.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import connection, connections
from django.test import Client

from bench.proof import Evidence, Proof, count_broken_laws
from bench.rush import Tally, rush
from core import documents
from intake import channels, waiting
from intake.models import ChannelDocument
from tests.intake import channel_documents as shapes
from tests.intake.desk import make_channel
from tests.intake.documents import shopify, woocommerce

DOCUMENTS, SENDERS, WORKERS = 10_000, 4, 2
CONTROLLED, LANES, BATCH = 600, 4, 20
ODD_VALUES: tuple[Any, ...] = ("", None, -1, 10**30, [], {}, "=1+1", "\ud800", "x" * 600, True, 1.5)
MOST_SECONDS = 900.0


def list_shapes() -> list[tuple[str, bytes]]:
    """Each channel beside a sound document of it."""
    found: list[tuple[str, Any]] = [("shopify", shopify()), ("woocommerce", woocommerce())]
    found += [(name, known[0]) for name, known in shapes.ORDERS.items()]
    for group in (shapes.TRACKING, shapes.MESSAGES, shapes.PAYMENTS, shapes.NOTICES):
        found += [(name, known[0]) for name, known in group.items()]
    found += list(shapes.RETURNS.items())
    found += [("amazon", shapes.AMAZON_HEAD), ("amazon", shapes.AMAZON_ITEMS)]
    found += [("generic", {"id": 1, "total": "2.00"})]
    encoded = [(name, json.dumps(document).encode()) for name, document in found]
    encoded += [("carriers-xml", text.encode()) for text in shapes.CARRIERS_XML.values()]
    return [*encoded, ("shopify-csv", shapes.SHOPIFY_CSV)]


def draw(number: int, seed: int, known: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """The document of this number: mutated in its values, in its bytes, or both."""
    chance = random.Random(f"{seed}:{number}")
    channel, content = chance.choice(known)
    if content[:1] in b"{[" and chance.random() < 0.8:
        value = json.loads(content)
        for _ in range(chance.randint(1, 3)):
            _spoil(value, chance)
        content = json.dumps(value).encode("utf-8", "surrogatepass")
    if chance.random() < 0.35:
        content = _tear(content, chance)
    return channel, content or b"?"


def _spoil(value: Any, chance: random.Random) -> None:
    """One place in the document gets another value, or goes."""
    while isinstance(value, dict | list) and value:
        keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = chance.choice(keys)
        if isinstance(value[key], dict | list) and value[key] and chance.random() < 0.75:
            value = value[key]
            continue
        if isinstance(value, dict) and chance.random() < 0.2:
            del value[key]
        else:
            value[key] = chance.choice([*ODD_VALUES, chance.randint(0, 10**6)])
        return


def _tear(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    torn: Callable[[], bytes] = chance.choice(
        [
            lambda: content[:at],
            lambda: content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :],
            lambda: content[:at] + b"\x00" + content[at:],
            lambda: content + content[at:],
            lambda: b"\xef\xbb\xbf" + content,
            lambda: content.replace(b"}", b",}", 1),
            lambda: b"[" * 40 + content,
        ]
    )
    return torn()


def lose_nothing(seed: int) -> Evidence:
    known = list_shapes()
    _open_channels(known)
    stop = multiprocessing.get_context("fork").Event()
    killer = multiprocessing.get_context("fork").Process(target=_kill_workers, args=(stop, seed))
    connections.close_all()
    killer.start()
    tally = rush(lambda number: _post(*draw(number, seed, known)), calls=DOCUMENTS,
                 processes=SENDERS)  # fmt: skip
    stop.set()
    killer.join()
    _settle_the_rest()
    kills = killer.exitcode or 0
    broken_laws = count_broken_laws()
    if broken_laws:
        print(f"  {broken_laws} laws broken", flush=True)
    return Evidence(tally.calls, kills, _count_lost(tally, seed, known) + broken_laws)


def _open_channels(known: list[tuple[str, bytes]]) -> None:
    """Signatures are another proof's: here everybody's word is taken."""
    for name in {channel for channel, _ in known}:
        adapter = channels.CHANNELS[name]
        channels.CHANNELS[name] = replace(adapter, is_signed=lambda _delivery: True)
        make_channel(name, "proof")


def _post(channel: str, content: bytes) -> str:
    answer = Client(raise_request_exception=False).post(
        f"/webhooks/{channel}/proof/", data=content, content_type="application/octet-stream",
        secure=True, SERVER_NAME="localhost",
    )  # fmt: skip
    return f"{answer.status_code}"


def _kill_workers(stop: Any, seed: int) -> None:
    """Keep workers at it, and kill one every now and then; ends with how often, up to 250."""
    chance, kills = random.Random(seed), 0
    context = multiprocessing.get_context("fork")
    workers: list[Any] = []
    while not stop.is_set():
        workers = [worker for worker in workers if worker.is_alive()]
        while len(workers) < WORKERS:
            worker = context.Process(target=_work, daemon=True)  # ends with us, whatever happens
            worker.start()
            workers.append(worker)
        time.sleep(chance.uniform(0.05, 0.4))
        victim = chance.choice(workers)
        if victim.is_alive():
            victim.kill()
            victim.join()
            kills += 1
            _free_leases()
    for worker in workers:
        worker.kill()
        worker.join()
    os._exit(min(kills, 250))


def _work() -> None:
    connections.close_all()
    while True:
        waiting.settle_waiting()
        time.sleep(0.02)


def _free_leases() -> None:
    """What a dead worker had is anybody's again: here without waiting for the minute to pass."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE intake_channeldocument SET leased_until = NULL, attempts = 0 WHERE id IN"
            " (SELECT id FROM intake_channeldocument WHERE state = 'received'"
            " AND leased_until IS NOT NULL FOR UPDATE SKIP LOCKED)"  # the other one is at work
        )
    connections.close_all()


def _settle_the_rest() -> None:
    ends = time.monotonic() + MOST_SECONDS
    while time.monotonic() < ends:
        _free_leases()
        if not waiting.settle_waiting():
            return


def _count_lost(tally: Tally, seed: int, known: list[tuple[str, bytes]]) -> int:
    """Answers of a server in trouble, documents that are missing, unsettled, or unreadable."""
    troubled = sum(count for status, count in tally.answers.items() if status.startswith("5"))
    rows = ChannelDocument.objects.filter(position=0, edited_from=None)
    rows = rows.select_related("content__key", "channel")
    found = Counter((row.channel.kind, row.sha256) for row in rows)
    expected: Counter[tuple[str, str]] = Counter()
    for number in range(DOCUMENTS):
        channel, content = draw(number, seed, known)
        expected[channel, hashlib.sha256(content).hexdigest()] += 1
    broken = {
        "5xx": troubled,
        "missing": (expected - found).total(),
        "too many": (found - expected).total(),
        "unsettled": rows.filter(state="received").count(),
        "unreadable": sum(_is_unreadable(row) for row in rows.iterator(chunk_size=500)),
    }
    if any(broken.values()):
        print(f"  {broken}, answers {dict(tally.answers)}", flush=True)
    return sum(broken.values())


def _is_unreadable(row: ChannelDocument) -> bool:
    return hashlib.sha256(documents.read(row.content)).hexdigest() != row.sha256


def acknowledge_first(seed: int) -> Evidence:
    """The control: answered at once, kept some at a time, and now and then the process dies."""
    known = list_shapes()
    _open_channels(known)
    with tempfile.TemporaryDirectory() as folder:
        connections.close_all()
        context = multiprocessing.get_context("fork")
        lanes = [
            context.Process(target=_promise, args=(range(lane, CONTROLLED, LANES), seed, known,
                                                   Path(folder) / str(lane)))
            for lane in range(LANES)
        ]  # fmt: skip
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join()
        promised = sum(len(file.read_bytes()) for file in Path(folder).iterdir())
    kept = ChannelDocument.objects.filter(position=0).count()
    return Evidence(promised, LANES, promised - kept)


def _promise(numbers: range, seed: int, known: list[tuple[str, bytes]], log: Path) -> None:
    connections.close_all()
    dies_at = random.Random(f"{seed}:{log.name}").randrange(len(numbers) // 2, len(numbers))
    held: list[tuple[str, bytes]] = []
    for position, number in enumerate(numbers):
        held.append(draw(number, seed, known))
        with log.open("ab") as acknowledged:
            acknowledged.write(b".")
        if position == dies_at:
            os._exit(137)
        if len(held) == BATCH:
            for channel, content in _take(held):
                _post(channel, content)


def _take(held: list[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    while held:
        yield held.pop(0)


NOTHING_IS_LOST = Proof(
    "what a channel was answered for is kept and settled", lose_nothing, acknowledge_first
)
