"""What every answer says of the call: its id, its edition, and what is left of the allowance."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from api import editions
from api.editions import Edition, newest
from tests.api.calls import ROOT, get, problem_of
from tests.factories.keys import make_key, program

pytestmark = pytest.mark.django_db
OLD = Edition(dt.date(2026, 1, 31), ("The first.",), replaced_on=newest().day)


class TestAnEdition:
    def test_is_the_newest_when_the_key_was_made(self, shop: Client) -> None:
        answer = get(shop, "locations")
        assert answer["Api-Version"] == newest().name
        assert "Deprecation" not in answer

    def test_is_kept_and_says_when_it_ends(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(editions, "EDITIONS", (*editions.EDITIONS, OLD))
        issued = make_key()
        issued.key.edition = OLD.name
        issued.key.save()
        answer = get(program(issued), "locations")
        assert (answer.status_code, answer["Api-Version"]) == (200, OLD.name)
        assert answer["Deprecation"] == f"@{int(_midnight(newest().day).timestamp())}"
        assert answer["Sunset"] == "Tue, 30 Nov 2027 00:00:00 GMT"
        once = program(issued).get(ROOT + "locations", headers={"api-version": newest().name})
        assert once["Api-Version"] == newest().name

    def test_has_to_be_one(self, shop: Client) -> None:
        answer = shop.get(ROOT + "locations", headers={"api-version": "2020-01-01"})
        assert problem_of(answer, 400)["code"] == "unknown_version"


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


class TestTheAllowance:
    def test_is_told_before_it_runs_out(self) -> None:
        client = program(make_key(calls_per_minute=3))
        answers = [get(client, "locations") for _ in range(4)]
        assert [answer["RateLimit"].partition(";t")[0] for answer in answers] == [
            '"calls";r=2',
            '"calls";r=1',
            '"calls";r=0',
            '"calls";r=0',
        ]
        assert {answer["RateLimit-Policy"] for answer in answers} == {'"calls";q=3;w=60'}
        assert answers[-1].status_code == 429

    def test_is_not_told_to_strangers(self, client: Client) -> None:
        answer = get(client, "locations")
        assert "RateLimit" not in answer
        assert answer["Request-Id"]
