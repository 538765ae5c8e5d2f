"""Query parameters: whatever is in them, the answer is 400 and names them."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.api.calls import ROOT, get, problem_of
from tests.factories.cases import open_case
from tests.factories.sales import make_order

HOSTILE = [
    ("stock-levels?limit=0", "limit"),
    ("stock-levels?limit=101", "limit"),
    ("stock-levels?limit=ten", "limit"),
    ("stock-levels?limit=1&limit=2", "limit"),
    ("stock-levels?limit=99999999999999999999999", "limit"),
    ("stock-levels?cursor=nonsense", "cursor"),
    ("stock-levels?cursor=PDE%00", "cursor"),
    ("stock-levels?cursor=%ff", "cursor"),
    ("stock-levels?cursor=PDk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "cursor"),
    ("stock-levels?sku=%00", "sku"),
    ("stock-levels?sku=" + "x" * 81, "sku"),
    ("stock-levels?sku=a&sku=b", "sku"),
    ("stock-levels?sku__startswith=a", "sku__startswith"),
    ("stock-levels?partner=2", "partner"),
    ("stock-levels?_connector=OR", "_connector"),
    ("stock-levels?format=xml", "format"),
    ("stock-levels?lot=%00", "lot"),
    ("stock-entries?cause=whim", "cause"),
    ("stock-entries?at=2026-01-01", "at"),
    ("stock-changes?after=-1", "after"),
    ("stock-changes?limit=-1", "limit"),
    ("availability", "sku"),
    ("availability?sku=", "sku"),
    ("availability?sku=a%00b", "sku"),
    ("availability?" + "&".join(f"sku=S{number}" for number in range(51)), "sku"),
    ("reservations?state=gone", "state"),
    ("reservations?reference=" + "x" * 65, "reference"),
    ("reservations/HLD-0?expand=case", "expand"),
    ("locations?limit=5", "limit"),
]


class TestParameters:
    @pytest.mark.parametrize(("address", "parameter"), HOSTILE)
    def test_that_are_wrong_are_named(self, shop: Client, address: str, parameter: str) -> None:
        problem = problem_of(shop.get(ROOT + address), 400)
        assert {error["parameter"] for error in problem["errors"]} == {parameter}

    @pytest.mark.parametrize(
        ("asked", "parameter"),
        [
            ({"sku": "NEVER-SOLD"}, "sku"),
            ({"rate": "half"}, "rate"),
            ({"rate": "NaN"}, "rate"),
            ({"rate": "1.01"}, "rate"),
            ({"rate": "-0.1"}, "rate"),
        ],
    )
    def test_that_fit_no_case_are_named(
        self, shop: Client, asked: dict[str, str], parameter: str
    ) -> None:
        """Not an unprocessable body: these come with a question, and no document has them."""
        case = open_case(make_order())
        assert get(shop, f"returns/{case.number}/options").status_code == 200
        problem = problem_of(get(shop, f"returns/{case.number}/options", **asked), 400)
        assert [error["parameter"] for error in problem["errors"]] == [parameter]

    def test_are_all_named_at_once(self, shop: Client) -> None:
        problem = problem_of(get(shop, "stock-levels", limit=0, colour="red"), 400)
        assert {error["parameter"] for error in problem["errors"]} == {"limit", "colour"}

    @pytest.mark.parametrize("sku", ["\ufffd", "’; DROP TABLE", "𝒳", "%", "_", "\\", " RED-M "])
    def test_that_are_only_odd_find_nothing(self, shop: Client, sku: str) -> None:
        assert get(shop, "stock-levels", sku=sku).json()["data"] == []

    @pytest.mark.parametrize("number", ["%00", "%F0%9F%98%80", "HLD", "a" * 3_000, "..%2f..", "'"])
    def test_in_the_address_find_nothing(self, shop: Client, number: str) -> None:
        problem_of(shop.get(f"{ROOT}reservations/{number}"), 404)
