"""The workshop's screens, for those who may see and those who may act."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.roles import Role
from exchanges.models import Exchange
from returns.models import ReceiptLine, Repair, Return
from returns.states import Outcome, RepairState
from tests.console.screens import sign_in, text_of
from tests.factories.cases import grade, inspect, open_case, receive, want
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_stock, make_variant
from tests.factories.swaps import make_swap, open_exchange

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


class TestNotRepairable:
    def test_leads_to_an_exchange_on_the_case_without_a_line_of_script(
        self, repair: Repair
    ) -> None:
        """Workshop → the case's page → something else chosen by SKU → quoted and held."""
        make_stock(make_variant("WATCH-2", price="240.00"), repair.location, 1)
        browser, case = sign_in(), repair.return_line.return_case
        page = browser.get(reverse("console:repair", args=[repair.number]))
        address = reverse("console:case_exchange_instead", args=[case.number])
        assert f'href="{address}"' in page.content.decode()
        asked = text_of(browser.get(address).content)
        assert "Stays as it is" in asked
        line = repair.return_line_id
        sent = {"op_id": str(uuid4()), "reason": "A new one, please."}
        sent["version"] = str(Return.objects.get().version)
        assert browser.post(address, sent).status_code == 422
        wrong = browser.post(address, sent | {f"sku_{line}": "NO-SUCH"})
        assert "No article of that SKU is sold." in text_of(wrong.content)
        done = browser.post(address, sent | {f"sku_{line}": "watch-2"}, follow=True)
        said = text_of(done.content)
        assert "The exchange is quoted and its stock held." in said
        assert "To be exchanged instead" in said
        repair.refresh_from_db()
        assert (repair.state, Exchange.objects.get().state) == ("not_repairable", "quoted")

    def test_may_leave_ahead_of_goods_that_are_still_to_come(self) -> None:
        swap = make_swap()
        case = open_case(swap.order)
        address = reverse("console:case_exchange_instead", args=[case.number])
        browser = sign_in()
        assert "Advanced: now, and the goods are owed" in text_of(browser.get(address).content)
        sent = {
            "op_id": str(uuid4()),
            "version": str(case.version),
            "reason": "They travel on Friday.",
            f"out_{case.lines.get().pk}": str(swap.red.pk),
        }
        wrong = browser.post(address, sent | {"exchange_type": "sideways"})
        assert wrong.status_code == 422
        browser.post(address, sent | {"exchange_type": "advanced"})
        assert Exchange.objects.get().type == "advanced"

    def test_leaves_after_goods_that_lie_at_the_workshop(self, repair: Repair) -> None:
        case = repair.return_line.return_case
        address = reverse("console:case_exchange_instead", args=[case.number])
        assert "When it leaves" not in text_of(sign_in().get(address).content)

    def test_is_offered_on_the_case_of_a_refund_and_not_where_one_runs(self) -> None:
        swap = make_swap(quantity=2)
        case = open_case(swap.order)
        address = reverse("console:case", args=[case.number])
        assert "Exchange instead…" in text_of(sign_in().get(address).content)
        exchange = open_exchange(swap)
        other = reverse("console:case", args=[exchange.return_case.number])
        assert "Exchange instead…" not in text_of(sign_in().get(other).content)
