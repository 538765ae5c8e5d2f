from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse, reverse_lazy

from core.roles import Role
from payments.models import CreditMemo
from returns.models import DefectType, Receipt, Return
from tests.factories.cases import bring_back, open_case
from tests.factories.people import make_partner, make_user
from tests.factories.sales import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Return:
    case = open_case(make_order())
    bring_back(case)
    return case


@pytest.fixture
def looker(client: Client) -> Client:
    client.force_login(make_user(Role.AUDITOR, is_staff=True))
    return client


def address(row: object, page: str) -> str:
    name = row._meta.model_name  # type: ignore[attr-defined]
    app = row._meta.app_label  # type: ignore[attr-defined]
    return reverse(f"admin:{app}_{name}_{page}", args=[row.pk])  # type: ignore[attr-defined]


class TestAdmin:
    def test_shows_every_row_with_its_history(self, case: Return, looker: Client) -> None:
        for row in (case, case.lines.get(), CreditMemo.objects.get()):
            for page in ("change", "history"):
                assert looker.get(address(row, page)).status_code == 200
        assert looker.get(address(Receipt.objects.get(), "change")).status_code == 200

    @pytest.mark.parametrize(
        ("model", "text"), [("returns_return", "RMA-"), ("payments_creditmemo", "CM-000001")]
    )
    def test_lists_by_number(self, case: Return, looker: Client, model: str, text: str) -> None:
        page = looker.get(reverse(f"admin:{model}_changelist"), {"q": text})
        assert text in page.text

    def test_changes_nothing(self, case: Return, looker: Client) -> None:
        assert looker.post(address(case, "change"), {"state": "closed"}).status_code == 403
        assert looker.post(address(case, "delete"), {"post": "yes"}).status_code == 403

    def test_hides_cases_of_other_partners(self, case: Return, client: Client) -> None:
        stranger = make_user(Role.AUDITOR, make_partner("other"), is_staff=True)
        client.force_login(stranger)
        assert client.get(address(case, "change")).status_code == 302

    def test_records_who_did_what(self, case: Return) -> None:
        states = case.history.order_by("history_id").values_list("state", flat=True)
        assert list(states) == ["authorised", "received", "settling"]


class TestDefectTypes:
    FORM = {"code": "pump", "name": "Pump", "category": "coffee", "symptom_words": "hums"}
    ADD = reverse_lazy("admin:returns_defecttype_add")

    def test_are_kept_by_an_admin_of_that_partner(self, client: Client) -> None:
        client.force_login(make_user(Role.ADMIN, is_staff=True))
        form = self.FORM | {"partner": make_partner().pk, "is_active": "on"}
        assert client.post(self.ADD, form).status_code == 302
        kind = DefectType.objects.get()
        assert kind.words == ("hums",)
        foreign = form | {"partner": make_partner("other").pk, "code": "theirs"}
        assert client.post(self.ADD, foreign).status_code == 200  # refused: no such choice
        assert DefectType.objects.count() == 1

    def test_are_only_read_by_others(self, client: Client) -> None:
        client.force_login(make_user(Role.AUDITOR, is_staff=True))
        assert client.post(self.ADD, self.FORM).status_code == 403
