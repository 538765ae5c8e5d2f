"""The workshop's screens, for those who may see and those who may act."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.roles import Role
from returns.models import ReceiptLine, Repair
from returns.states import Outcome, RepairState
from tests.console.screens import sign_in, text_of
from tests.factories.cases import grade, inspect, open_case, receive, want
from tests.factories.sales import Sold, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def repair() -> Repair:
    line = make_order(Sold("200.00", "40.00")).lines.get()
    case = open_case(line.order, want(line, outcome=Outcome.REPAIR))
    receive(case)
    inspect(case, grade(ReceiptLine.objects.get().pk, grade="D", disposition="repair"))
    return Repair.objects.select_related("return_line__return_case").get()


def take(browser: Client, repair: Repair, code: str, **typed: str) -> int:
    version = Repair.objects.get(pk=repair.pk).return_line.return_case.version
    sent = {"version": str(version), "op_id": str(uuid4()), **typed}
    return browser.post(
        reverse("console:repair_step", args=[repair.number, code]), sent
    ).status_code


class TestWorkshop:
    def test_lists_what_waits_and_for_what(self, repair: Repair) -> None:
        said = text_of(sign_in(Role.WAREHOUSE).get(reverse("console:repairs")).content)
        assert repair.number in said
        assert "waits for somebody to take it to the workshop" in said

    def test_says_that_nothing_is_to_be_mended(self) -> None:
        assert "Nothing to mend" in text_of(sign_in().get(reverse("console:repairs")).content)


class TestRepair:
    def test_goes_step_by_step_with_what_each_will_do(self, repair: Repair) -> None:
        admin = sign_in(Role.ADMIN)
        address = reverse("console:repair", args=[repair.number])
        assert "stay the customer's" in text_of(admin.get(address).content)
        assert take(admin, repair, "workshop", workshop="Own bench") == 302
        assert take(admin, repair, "estimate", amount="35.00", finding="Strap") == 302
        assert "the customer owes the estimate" in text_of(admin.get(address).content)
        assert take(admin, repair, "agreement") == 302
        assert take(admin, repair, "finish", cost="12") == 302
        assert take(admin, repair, "way-back", carrier="DHL") == 302
        repair.refresh_from_db()
        assert repair.state == RepairState.SENT_BACK

    def test_says_why_a_step_is_not_for_now(self, repair: Repair) -> None:
        browser = sign_in(Role.WAREHOUSE)
        said = text_of(browser.get(reverse("console:repair", args=[repair.number])).content)
        assert "nobody has agreed to the repair yet" in said
        assert take(browser, repair, "finish", cost="12") == 409

    def test_keeps_what_was_typed_when_it_is_no_amount(self, repair: Repair) -> None:
        browser = sign_in(Role.WAREHOUSE)
        take(browser, repair, "workshop", workshop="Own bench")
        assert take(browser, repair, "estimate", amount="1.005", finding="Strap") == 422

    def test_is_for_those_who_may(self, repair: Repair) -> None:
        assert take(sign_in(Role.AUDITOR), repair, "workshop", workshop="Mine") == 404
        assert take(sign_in(Role.AGENT), repair, "workshop", workshop="Mine") == 404
