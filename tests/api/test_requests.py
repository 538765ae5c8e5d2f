"""The log of requests: each that a key made, whatever became of it, and nothing of what it said."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from api import tasks
from api.models import ApiKey, LoggedRequest
from api.scopes import Scope
from api.services import forget_requests
from api.stock.views import Locations
from core import clock
from core.models import Partner
from inventory.models import Allocation, StockLevel
from tests.api.calls import ROOT, get, post, problem_of
from tests.api.test_allocations import line
from tests.factories.keys import log_one, make_key, make_revoked_key, program
from tests.factories.people import make_partner

pytestmark = pytest.mark.django_db
A_DAY = dt.timedelta(days=1)


def last() -> LoggedRequest:
    found: LoggedRequest = LoggedRequest.objects.latest("pk")
    return found


class TestARow:
    def test_says_who_asked_what_and_how_it_ended(self) -> None:
        issued = make_key()
        answer = get(program(issued), "locations")
        row = last()
        assert (row.partner, row.key) == (issued.key.partner, issued.key)
        assert (row.method, row.path, row.status) == ("GET", f"{ROOT}locations", 200)
        assert row.request_id == answer["Request-Id"]
        assert (row.code, row.edition) == ("", answer["Api-Version"])
        assert row.milliseconds >= 0
        assert clock.now() - row.at < A_DAY

    def test_keeps_nothing_of_query_and_body(self, shop: Client, level: StockLevel) -> None:
        get(shop, "orders", number="ana@example.org")
        post(shop, "allocations", {"lines": [line("ana-1")]}, key="ana-2")
        kept = str(list(LoggedRequest.objects.values()))
        assert LoggedRequest.objects.count() == 2
        assert "ana" not in kept
        assert "?" not in kept

    def test_says_whether_a_call_was_repeated(self, shop: Client, level: StockLevel) -> None:
        get(shop, "locations")
        for _ in range(2):
            post(shop, "allocations", {"lines": [line()]}, key="k")
        told = LoggedRequest.objects.order_by("pk").values_list("repetition", flat=True)
        assert list(told) == ["none", "sent", "replayed"]

    def test_fits_whatever_the_caller_sends(self) -> None:
        program(make_key()).generic("X" * 300, ROOT + "locations")
        assert (last().method, last().status) == ("X" * 10, 405)


class TestEveryOutcome:
    """Each is logged with the code of its problem, if it was one."""

    def ends(self, answer: Any, status: int) -> tuple[int, str]:
        code = problem_of(answer, status)["code"]
        row = last()
        assert row.request_id == answer["Request-Id"]
        assert row.code == code
        return row.status, row.code

    def test_of_calls_that_are_wrong(self, shop: Client) -> None:
        assert self.ends(get(shop, "locations", nonsense=1), 400) == (400, "bad_request")
        assert self.ends(get(shop, "returns/none"), 404) == (404, "not_found")
        assert self.ends(shop.delete(f"{ROOT}returns"), 405) == (405, "method_not_allowed")
        assert self.ends(post(shop, "allocations", {"x": 1}), 400) == (400, "bad_body")

    def test_of_a_key_that_may_not(self) -> None:
        client = program(make_key(Scope.READ_STOCK))
        assert self.ends(get(client, "returns"), 403) == (403, "permission_denied")

    def test_of_a_key_that_calls_too_often(self) -> None:
        client = program(make_key(calls_per_minute=1))
        get(client, "locations")
        assert self.ends(get(client, "locations"), 429) == (429, "throttled")
        assert last().edition == "", "it was refused before one was chosen"

    def test_of_a_key_that_has_ended(self) -> None:
        issued = make_revoked_key()
        assert self.ends(get(program(issued), "locations"), 401)[0] == 401
        assert last().key == issued.key

    def test_of_a_command_that_was_undone(self, shop: Client, level: StockLevel) -> None:
        answer = post(shop, "allocations", {"lines": [line(), line("web-2", quantity=99)]})
        assert self.ends(answer, 409) == (409, "out_of_stock")
        assert not Allocation.objects.exists()

    def test_of_a_fault_of_ours(self, shop: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: Any, **kwargs: Any) -> None:
            raise RuntimeError("a fault")

        monkeypatch.setattr(Locations, "get", fail)
        assert self.ends(get(shop, "locations"), 500) == (500, "fault")

    @pytest.mark.parametrize("given", ["", "Bearer sk_live_00000000_" + "0" * 32, "Basic c2s6"])
    def test_but_not_of_strangers(self, given: str) -> None:
        make_key()
        answer = Client(headers={"authorization": given}).get(ROOT + "locations")
        problem_of(answer, 401)
        assert not LoggedRequest.objects.exists()

    def test_nor_of_somebody_who_knows_how_a_key_begins(self) -> None:
        first, second = make_key(), make_key()
        mixed = first.key.prefix + "_" + second.secret.rpartition("_")[2]
        Client(headers={"authorization": f"Bearer {mixed}"}).get(ROOT + "locations")
        assert not LoggedRequest.objects.exists()


class TestWriting:
    def test_is_one_statement_after_everything_else(self, shop: Client) -> None:
        asked: list[str] = []
        with connection.execute_wrapper(_noting(asked)):
            get(shop, "locations")
        written = [sql for sql in asked if "api_loggedrequest" in sql]
        assert len(written) == 1
        assert asked[-1] == written[0]

    def test_that_fails_changes_no_answer(
        self, shop: Client, level: StockLevel, caplog: pytest.LogCaptureFixture
    ) -> None:
        with connection.execute_wrapper(_refusing("api_loggedrequest")):
            answer = post(shop, "allocations", {"lines": [line()]})
        assert answer.status_code == 201
        assert Allocation.objects.count() == 1
        assert not LoggedRequest.objects.exists()
        assert "request_not_logged" in caplog.text


def _noting(asked: list[str]) -> Any:
    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    return note


def _refusing(table: str) -> Any:
    """A database that no longer writes one table: its disk is full, its connection gone."""

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if table in sql:
            raise OperationalError("No space left on device")
        return execute(sql, params, many, context)

    return refuse


class TestReading:
    def test_is_newest_first_in_pages(self) -> None:
        issued = make_key()
        for number in range(4):
            log_one(issued, request_id=f"r-{number}")
        client = program(issued)
        first = get(client, "requests", limit=3, method="GET").json()
        assert [each["request_id"] for each in first["data"]] == ["r-3", "r-2", "r-1"]
        second = get(client, "requests", limit=3, cursor=first["next"]).json()
        assert [each["request_id"] for each in second["data"]] == ["r-0"]
        assert second["next"] is None

    def test_tells_all_that_is_kept(self) -> None:
        issued = make_key()
        answer = get(program(issued), "returns/none")
        (told,) = get(program(issued), "requests").json()["data"]
        assert told["milliseconds"] >= 0
        assert told["at"].endswith("Z")
        del told["milliseconds"], told["at"]
        assert told == {
            "object": "request",
            "request_id": answer["Request-Id"],
            "key": issued.key.prefix,
            "method": "GET",
            "path": f"{ROOT}returns/none",
            "status": 404,
            "code": "not_found",
            "edition": answer["Api-Version"],
            "repetition": "none",
            "allowed_actions": [],
            "livemode": True,
        }

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"outcome": "2xx"}, ["a"]),
            ({"outcome": "4xx"}, ["c", "b"]),
            ({"outcome": "5xx"}, ["d"]),
            ({"method": "POST"}, ["d", "b"]),
            ({"method": "POST", "outcome": "4xx"}, ["b"]),
            ({"request_id": "c"}, ["c"]),
            ({"request_id": "none"}, []),
        ],
    )
    def test_may_be_narrowed(self, asked: dict[str, str], found: list[str]) -> None:
        issued = make_key()
        rows = (("a", "GET", 200), ("b", "POST", 400), ("c", "GET", 499), ("d", "POST", 500))
        for name, method, status in rows:
            log_one(issued, request_id=name, method=method, status=status)
        told = get(program(issued), "requests", **asked).json()["data"]
        assert [each["request_id"] for each in told] == found

    @pytest.mark.parametrize(
        "wrong", [{"outcome": "3"}, {"method": "FETCH"}, {"request_id": ""}, {"key": "sk"}]
    )
    def test_refuses_what_cannot_be_looked_for(self, shop: Client, wrong: dict[str, str]) -> None:
        (error,) = problem_of(get(shop, "requests", **wrong), 400)["errors"]
        assert error["parameter"] in wrong

    def test_shows_each_partner_its_own(self) -> None:
        house = make_key()
        partners = make_partner("house-sandbox", is_sandbox=True), make_partner("rival")
        log_one(house, request_id="theirs")
        for partner in partners:
            client = program(make_key(partner=partner))
            assert get(client, "requests", request_id="theirs").json()["data"] == []
            assert get(client, "requests", outcome="4xx").json()["data"] == []
            assert _partners_in(get(client, "requests").json()["data"]) == {partner}


def _partners_in(data: list[dict[str, Any]]) -> set[Partner]:
    keys = [each["key"] for each in data]
    return {key.partner for key in ApiKey.objects.filter(prefix__in=keys)}


class TestForgetting:
    def test_keeps_thirty_days(self, settings: Any) -> None:
        issued, now = make_key(), clock.now()
        ages = (200, 31, 29, 0)
        for days in ages:
            log_one(issued, request_id=str(days), at=now - days * A_DAY)
        assert tasks.forget_requests() == 2
        assert set(LoggedRequest.objects.values_list("request_id", flat=True)) == {"29", "0"}
        settings.API_REQUEST_LOG_DAYS = 7
        assert tasks.forget_requests() == 1

    def test_takes_so_many_at_once_the_oldest_first(self) -> None:
        issued, now = make_key(), clock.now()
        for days in (50, 40, 35):
            log_one(issued, request_id=str(days), at=now - days * A_DAY)
        assert forget_requests(now=now, limit=2) == 2
        assert LoggedRequest.objects.get().request_id == "35"
        assert (forget_requests(now=now), forget_requests(now=now)) == (1, 0)

    def test_is_on_the_schedule(self, settings: Any) -> None:
        slots = [each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()]
        assert slots.count(tasks.forget_requests.name) == 1
