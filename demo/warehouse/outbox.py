"""Reports to the desk: numbered per warehouse, sent until they are taken."""

from __future__ import annotations

import datetime as dt
import json
import random
import uuid
from dataclasses import dataclass
from typing import Any

from demo.memory import Row
from demo.notices import post
from demo.warehouse.behaviour import read_behaviour
from demo.warehouse.store import Store

LONGEST_WAIT = 30.0  # seconds
# The desk has read it and says that it can never be right.
REFUSED = range(400, 500)


@dataclass
class Outbox:
    """`desk` is the address of the desk; without one reports only pile up."""

    store: Store
    desk: str
    secret: str

    def report(self, warehouse: str, kind: str, **data: Any) -> None:
        """Queue a report under the warehouse's next number, in the caller's transaction."""
        self.store.run("UPDATE link SET reported = reported + 1 WHERE warehouse = ?", warehouse)
        link = self.store.row("SELECT reported FROM link WHERE warehouse = ?", warehouse)
        assert link is not None
        body = {
            "id": f"sim-{uuid.uuid4()}",
            "sequence": link["reported"],
            "kind": kind,
            "at": dt.datetime.now(dt.UTC).isoformat(),
            "data": data,
        }
        self.store.run(
            "INSERT INTO report (id, warehouse, sequence, body) VALUES (?, ?, ?, ?)",
            *(body["id"], warehouse, body["sequence"], json.dumps(body)),
        )

    def send(self, now: float) -> int:
        """Send what is due, once each; how many reports the desk took."""
        if not self.desk:
            return 0
        behaviour = read_behaviour(self.store)
        due = self.store.rows(
            "SELECT * FROM report WHERE state = 'queued' AND due <= ? ORDER BY warehouse, sequence",
            now,
        )
        if behaviour.reorder:
            random.Random(behaviour.seed).shuffle(due)
        times = 2 if behaviour.repeat else 1
        return sum(self._send(report, now) for report in due for _ in range(times))

    def _send(self, report: Row, now: float) -> bool:
        url = f"{self.desk}/warehouses/{report['warehouse']}/reports/"
        status = post(url, report["id"], report["body"].encode(), self.secret)
        state = "queued"
        if 200 <= status < 300:
            state = "sent"
        elif status in REFUSED and status not in (401, 404, 408, 429):
            state = "refused"
        wait = min(LONGEST_WAIT, 2.0 ** report["tries"])
        self.store.run(
            "UPDATE report SET state = ?, answer = ?, tries = tries + 1, due = ? WHERE id = ?",
            *(state, status, now + wait, report["id"]),
        )
        return state == "sent"
