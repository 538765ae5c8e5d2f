"""A new case with a defect: what is wrong, photos, and the warranty while the agent types."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from orders.models import OrderLine
from policies.models import PolicyVersion
from policies.rules import Evidence as EvidenceRule
from policies.rules import Scope
from returns.models import DefectReport, Evidence, Return
from tests.factories.cases import open_case
from tests.factories.defects import draw, make_pattern, make_type, photograph, sell_units
from tests.factories.desk import HTMX, deliver_lately, sign_in
from tests.factories.policies import make_policy, publish
from tests.factories.sales import Sold, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> OrderLine:
    make_policy()
    order = deliver_lately(make_order(Sold("350.00", "66.50", quantity=2)))
    sold: OrderLine = order.lines.get()
    sell_units(sold, "S-100", "S-101", lot="8813")
    make_type()
    return sold


@pytest.fixture
def agent(client: Client) -> Client:
    sign_in(client)
    return client


def ask(client: Client, line: OrderLine, *, check: Any = True, **said: Any) -> Any:
    prefix = f"line-{line.pk}"
    form = {
        "line": line.pk,
        f"{prefix}-reason": "defective",
        f"{prefix}-outcome": "refund",
        f"{prefix}-quantity": "1",
        f"{prefix}-comment": "It leaks.",
        f"{prefix}-defect_type": "leak",
        f"{prefix}-serial": "S-100",
        "op_id": str(uuid4()),
    }
    if check:
        form["check"] = "yes"
    url = f"{reverse('console:new_case')}?order={line.order.public_id}"
    headers = HTMX | {"HX-Target": "workbench"} if check else {}
    return client.post(url, form | said, headers=headers)


def photo(seed: int = 0) -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", draw(seed), "image/jpeg")


def photo_ids(page: str, line: OrderLine) -> list[str]:
    return re.findall(rf'name="photo-{line.pk}" value="(evd_\w+)"', page)


class TestANewCaseWithADefect:
    def test_says_what_the_warranty_gives_while_the_agent_types(
        self, agent: Client, line: OrderLine
    ) -> None:
        assert line.variant is not None
        make_pattern(line.variant, lot="8813")
        page = ask(agent, line).content.decode()
        assert "Under warranty until" in page
        assert "Serial S-100 was sold on this order." in page
        assert "Known defect: Pump seal." in page
        wrong = ask(agent, line, **{f"line-{line.pk}-serial": "S-999"}).content.decode()
        assert "Serial S-999 was sold to nobody here." in wrong

    def test_asks_about_a_defect_only_where_there_is_one(
        self, agent: Client, line: OrderLine
    ) -> None:
        page = ask(agent, line, **{f"line-{line.pk}-reason": "changed_mind"}).content.decode()
        assert "Serial number" not in page
        assert "Drop, paste or choose photos" not in page

    def test_takes_photos_along(self, agent: Client, line: OrderLine) -> None:
        page = ask(agent, line, **{f"photos-{line.pk}": [photo(1), photo(2)]}).content.decode()
        ids = photo_ids(page, line)
        assert len(ids) == 2
        again = ask(agent, line, **{f"photo-{line.pk}": ids}).content.decode()
        assert photo_ids(again, line) == ids  # they stay while the agent goes on
        sent = {f"photo-{line.pk}": ids, "op_id": str(uuid4())}
        for _ in range(2):  # a double click opens one case
            assert ask(agent, line, check=False, **sent).status_code == 302
        case = Return.objects.get()
        assert Evidence.objects.filter(return_line__return_case=case).count() == 2
        assert DefectReport.objects.get().symptom == "It leaks."

    @pytest.mark.parametrize(
        ("sent", "progress"), [(0, "0 of 3 photos"), (2, "2 of 3 photos"), (3, "3 of 3 photos")]
    )
    def test_counts_the_photos_that_the_rules_want(
        self, agent: Client, line: OrderLine, sent: int, progress: str
    ) -> None:
        wanted = (EvidenceRule(photos=3), Scope(reason="defective"))
        publish(wanted, based_on=PolicyVersion.objects.get())
        added = {f"photos-{line.pk}": [photo(seed) for seed in range(1, sent + 1)]}
        assert progress in ask(agent, line, **added).content.decode()
        elsewhere = {f"line-{line.pk}-reason": "damaged"}
        assert "of 3 photos" not in ask(agent, line, **elsewhere).content.decode()

    def test_says_which_file_it_did_not_take(self, agent: Client, line: OrderLine) -> None:
        bad = SimpleUploadedFile("x.svg", b"<svg/>", "image/svg+xml")
        page = ask(agent, line, **{f"photos-{line.pk}": [bad]}).content.decode()
        assert "Not added: x.svg: This is no JPEG, PNG or WebP photo." in page

    def test_warns_of_a_photo_used_before(self, agent: Client, line: OrderLine) -> None:
        other = open_case(make_order())
        photograph(other.lines.get(), 3)
        page = ask(agent, line, **{f"photos-{line.pk}": [photo(3)]}).content.decode()
        assert f"A photo was used on {other.number} before." in page

    def test_shows_nobody_the_photos_of_others(self, agent: Client, line: OrderLine) -> None:
        foreign = photograph(line)  # added by somebody else
        page = ask(agent, line, **{f"photo-{line.pk}": [foreign.public_id]}).content.decode()
        assert photo_ids(page, line) == []
