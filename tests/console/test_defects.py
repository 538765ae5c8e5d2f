"""The pages of defects: what stands out, what a person decides, and the log."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.models import Job
from core.roles import Role
from inventory.models import Lot, Variant
from returns import sweeps
from returns.models import DefectPattern
from returns.states import PatternState
from tests.factories.cases import NOW
from tests.factories.defects import make_type
from tests.factories.desk import sign_in
from tests.factories.people import make_partner
from tests.factories.stock import make_lot, make_product, make_variant
from tests.returns.test_radar_services import report, sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine() -> Variant:
    product = make_product(title="Brew 400", category="coffee", is_serialised=True)
    return make_variant("BRW-400", product=product)


@pytest.fixture
def pattern(machine: Variant) -> DefectPattern:
    """Lot 8813 fails: 8 of 40; lot 8814 does not: 1 of 160."""
    make_lot(machine, "8813", supplier="Oak & Sons")
    report(sell(machine, "8813", 40), 8)
    report(sell(machine, "8814", 160, email=""), 1, symptom="Cracked lid.")
    sweeps.look_for_defects(now=NOW)
    return DefectPattern.objects.get()


@pytest.fixture
def lead(client: Client) -> Client:
    sign_in(client, Role.LEAD)
    return client


def page(client: Client, name: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(f"console:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def decide(client: Client, pattern: DefectPattern, what: str, **said: str) -> Any:
    url = reverse("console:defect_pattern_decision", args=[pattern.public_id, what])
    assert client.get(url).status_code == 200
    return client.post(url, {"op_id": str(uuid4())} | said)


class TestThePage:
    def test_shows_what_stands_out_with_its_figures(
        self, lead: Client, pattern: DefectPattern
    ) -> None:
        shown = page(lead, "defects")
        assert "Leak, Brew 400, lot 8813" in shown
        assert "8 defects in 40 units, 0.2 expected · p &lt; 0.001" in shown
        assert "1 to 9 of 9" in shown

    def test_filters_the_log_in_the_address(self, lead: Client, pattern: DefectPattern) -> None:
        assert "1 to 8 of 8" in page(lead, "defects", q="8813")
        assert "No report is like that" in page(lead, "defects", q="nothing")
        assert "No report is like that" in page(lead, "defects", warranty="none")

    def test_says_so_when_there_is_nothing(self, lead: Client) -> None:
        shown = page(lead, "defects")
        assert "No defect was reported yet" in shown
        assert "Nothing stands out" in shown
        assert "Inspection has not answered a report yet." in shown

    def test_is_empty_for_the_people_of_another_partner(
        self, client: Client, pattern: DefectPattern
    ) -> None:
        sign_in(client, Role.LEAD, partner=make_partner("other"))
        assert "No defect was reported yet" in page(client, "defects")
        url = reverse("console:defect_pattern", args=[pattern.public_id])
        assert client.get(url).status_code == 404


class TestAPattern:
    def test_says_what_explains_it_and_what_is_to_come(
        self, lead: Client, pattern: DefectPattern
    ) -> None:
        shown = page(lead, "defect_pattern", pattern.public_id)
        assert "Oak &amp; Sons" in shown
        assert "defects still to come, between" in shown
        assert "32 units under warranty at home, learnt from 8 defects." in shown

    def test_is_confirmed_and_stops_its_lot(self, lead: Client, pattern: DefectPattern) -> None:
        assert decide(lead, pattern, "confirmation", because=" ").status_code == 422
        answer = decide(lead, pattern, "confirmation", because="Seen.", stops_lot="on")
        assert answer.status_code == 302
        pattern.refresh_from_db()
        assert pattern.state == PatternState.CONFIRMED
        assert Lot.objects.get(code="8813").is_blocked
        assert "not sent as a replacement" in page(lead, "defect_pattern", pattern.public_id)
        assert decide(lead, pattern, "confirmation", because="Again.").status_code == 409

    def test_is_dismissed_with_why(self, lead: Client, pattern: DefectPattern) -> None:
        assert decide(lead, pattern, "dismissal", because="One customer.").status_code == 302
        assert "One customer." in page(lead, "defect_pattern", pattern.public_id)

    def test_can_be_told_to_customers_after_a_dry_run(
        self, lead: Client, pattern: DefectPattern
    ) -> None:
        decide(lead, pattern, "confirmation", because="Seen.")
        url = reverse("console:defect_pattern_decision", args=[pattern.public_id, "letters"])
        asked = lead.get(url).content.decode()
        assert "1 customer has 32 units at home, 1 can be told." in asked
        assert Job.objects.count() == 0
        job = lead.post(url, {"op_id": str(uuid4())})
        assert job["Location"] == reverse("console:job", args=[Job.objects.get().public_id])

    def test_is_not_for_an_agent_to_decide(self, client: Client, pattern: DefectPattern) -> None:
        sign_in(client, Role.AGENT)
        assert "Confirm…" not in page(client, "defect_pattern", pattern.public_id)
        url = reverse("console:defect_pattern_decision", args=[pattern.public_id, "dismissal"])
        assert client.post(url, {"op_id": str(uuid4()), "because": "No."}).status_code == 403

    def test_can_be_written_down_by_a_person(self, lead: Client, machine: Variant) -> None:
        make_type()
        url = reverse("console:new_defect_pattern")
        said = {"sku": "BRW-400", "because": "A recall.", "op_id": str(uuid4())}
        assert lead.post(url, said).status_code == 422  # it says nothing that could match
        assert lead.post(url, said | {"sku": "X", "lot": "1"}).status_code == 422
        assert lead.post(url, said | {"defect_type": "leak"}).status_code == 302
        assert DefectPattern.objects.get().title == "Leak, Brew 400"
