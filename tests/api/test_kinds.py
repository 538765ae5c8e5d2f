"""What partners are told of is what the desk records."""

from __future__ import annotations

import re
from pathlib import Path

import api
from api.webhooks.kinds import CHANGES_BOOKS, PUBLISHED
from api.webhooks.telling import SUBJECTS

CHECKOUT = Path(api.__file__).parents[1]
APPS = ("returns", "exchanges", "payments", "fulfilment", "orders", "inventory")


def sources() -> str:
    files = (file for app in APPS for file in (CHECKOUT / app).rglob("*.py"))
    return "\n".join(file.read_text() for file in files)


class TestPublished:
    def test_names_nothing_that_never_happens(self) -> None:
        """Each kind stands whole in a source or migration, or its last word does, in quotes."""
        told = sources()
        silent = [
            kind
            for kind in PUBLISHED
            if f'"{kind}"' not in told
            and f"'{kind}'" not in told
            and f'"{kind.partition(".")[2]}"' not in told
        ]
        assert silent == []

    def test_stands_in_the_docs(self) -> None:
        text = (CHECKOUT / "docs" / "webhooks.md").read_text()
        rows = [row for row in text.splitlines() if row.startswith("| `")]
        said: set[str] = set()
        for row in rows:
            subject = ""
            for name in re.findall(r"`([a-z_]*\.[a-z_]+)`", row.split("|")[1]):
                subject = name.partition(".")[0] or subject
                said.add(f"{subject}.{name.partition('.')[2]}")
        assert set(PUBLISHED.values()) <= said

    def test_says_of_each_subject_what_it_is(self) -> None:
        subjects = {name.partition(".")[0] for name in PUBLISHED.values()}
        told = {"payment": "moneyoperation", "credit_memo": "creditmemo", "parcel": "inboundparcel"}
        told |= {"payment_request": "paymentrequest", "dispute": ""}
        assert {told.get(subject, subject) for subject in subjects} - {""} <= set(SUBJECTS)
        assert set(PUBLISHED.values()) >= CHANGES_BOOKS
