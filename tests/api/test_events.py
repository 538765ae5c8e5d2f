"""The feed of what happened: in order, without gaps, and nobody else's."""

from __future__ import annotations

import pytest
from django.test import Client

from core import seals
from tests.api.calls import get, problem_of
from tests.factories.keys import make_key, program
from tests.factories.people import make_partner
from tests.factories.swaps import make_swap, open_exchange

pytestmark = pytest.mark.django_db


class TestTheFeed:
    def test_tells_everything_once_however_it_is_cut(self, shop: Client) -> None:
        seals.seal_events()
        start = get(shop, "events").json()
        assert start["data"] == []
        open_exchange(make_swap())
        seals.seal_events()
        whole = get(shop, "events", after=start["next"]).json()
        kinds = [each["type"] for each in whole["data"]]
        assert kinds[:1] == ["return.opened"]
        assert "exchange.accepted" in kinds
        assert not whole["has_more"]
        told, position = [], start["next"]
        while True:
            page = get(shop, "events", after=position, limit=2).json()
            told += page["data"]
            position = page["next"]
            if not page["has_more"]:
                break
        assert told == whole["data"]

    def test_may_be_narrowed_and_is_a_partners_own(self, shop: Client) -> None:
        start = get(shop, "events").json()["next"]
        open_exchange(make_swap())
        seals.seal_events()
        asked = {"after": start, "type": ["exchange.quoted", "reservation.made"]}
        told = get(shop, "events", **asked).json()["data"]
        assert {each["type"] for each in told} == {"exchange.quoted", "reservation.made"}
        rival = program(make_key(partner=make_partner("rival")))
        assert get(rival, "events", after=start).json()["data"] == []
        assert problem_of(get(shop, "events", type="nonsense"), 400)["errors"]
