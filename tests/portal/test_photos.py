"""The customer's page for photos: one link, one case, and no way to guess another."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core import clock, documents
from core.models import Event
from notifications.models import Message
from portal.words import WORDS, best_of, words_for
from returns.models import Evidence, EvidenceRequest, Return
from returns.services import ask_for_evidence, cancel_return
from tests.factories.cases import AGENT, NOW, open_case, want
from tests.factories.defects import draw, make_type, sell_units
from tests.factories.sales import Sold, make_customer, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Return:
    customer = make_customer(locale="de")
    order = make_order(Sold("175.00", "33.25"), customer=customer)
    sell_units(order.lines.get(), "S-100", lot="8813")
    make_type()
    return open_case(order, want(order.lines.get(), reason="defective"))


def ask(case: Return) -> str:
    """The secret of the link, as it stands in the customer's letter and nowhere else."""
    ask_for_evidence(
        return_id=case.pk,
        version=None,
        address="https://desk.example/photos/",
        actor=AGENT,
        op_id=uuid4(),
        now=NOW,
    )
    letter = Message.objects.filter(template="evidence_wanted").order_by("-pk")[0]
    body = json.loads(documents.read(letter.content))["body"]
    (token,) = re.findall(r"https://desk\.example/photos/([\w-]+)/", body)
    return token


def enter(client: Client, token: str) -> Any:
    return client.post(reverse("portal:photos"), {"token": token})


def send(client: Client, case: Return, *files: bytes, **more: Any) -> Any:
    form = {
        "line": case.lines.get().pk,
        "op_id": str(uuid4()),
        "photos": [SimpleUploadedFile("a.jpg", raw, "image/jpeg") for raw in files],
    }
    return client.post(reverse("portal:send"), form | more)


class TestTheLink:
    @pytest.mark.causes("evidence_wanted")
    def test_is_in_the_letter_and_in_no_row_or_event(self, case: Return) -> None:
        token = ask(case)
        assert len(token) >= 43  # 256 bits
        request = EvidenceRequest.objects.get()
        assert token not in request.token_hash
        assert not any(token in str(event.data) for event in Event.objects.all())
        assert Message.objects.get(template="evidence_wanted").locale == "de"

    def test_opens_by_a_click_on_the_page_it_leads_to(self, case: Return, client: Client) -> None:
        token = ask(case)
        page = client.get(reverse("portal:enter", args=[token]))
        assert page["Referrer-Policy"] == "same-origin"
        assert "evidence_request" not in client.session  # a program that reads mail opens nothing
        answer = enter(client, token)
        assert (answer.status_code, answer["Location"]) == (302, "/photos/")
        page = client.get("/photos/")
        assert page.status_code == 200
        assert "Fotos zu Ihrer Rücksendung" in page.content.decode()
        assert token not in page.content.decode()
        assert "no-store" in page["Cache-Control"]

    def test_is_never_written_to_the_log(self, case: Return) -> None:
        from django.test import RequestFactory

        from config.logs import RequestLogMiddleware

        token = ask(case)
        request = RequestFactory().get(f"/photos/{token}/")
        assert token not in RequestLogMiddleware.format_request(request)

    @pytest.mark.parametrize("how", ["made up", "replaced", "too old", "case over", "none"])
    def test_that_is_no_good_says_the_same_whatever_the_reason(
        self, case: Return, client: Client, how: str
    ) -> None:
        token = ask(case)
        if how == "made up":
            token = "x" * 43
        elif how == "replaced":
            ask(case)
        elif how == "too old":
            EvidenceRequest.objects.update(expires_at=clock.database_now())
        elif how == "case over":
            cancel_return(
                return_id=case.pk, version=None, reason="No.", actor=AGENT, op_id=uuid4(), now=NOW
            )
        answer = client.get("/photos/") if how == "none" else enter(client, token)
        assert answer.status_code == 404
        assert "This link does not work any more" in answer.content.decode()

    def test_knocks_only_so_often(self, client: Client) -> None:
        answers = [enter(client, f"{number}" * 43).status_code for number in range(31)]
        assert answers[:30] == [404] * 30
        assert answers[30] == 429


class TestSending:
    @pytest.fixture
    def customer(self, client: Client, case: Return) -> Client:
        enter(client, ask(case))
        return client

    def test_adds_photos_and_the_serial(self, customer: Client, case: Return) -> None:
        answer = send(customer, case, draw(1), draw(2), serial="s-100")
        assert answer.status_code == 302
        evidence = Evidence.objects.filter(return_line=case.lines.get())
        assert [each.added_by for each in evidence] == [f"customer:{case.customer_id}"] * 2
        report = case.lines.get().defect_report
        assert (report.serial, report.serial_matches) == ("S-100", True)
        assert "Vielen Dank" in customer.get("/photos/").content.decode()

    def test_says_in_their_language_what_was_not_taken(
        self, customer: Client, case: Return
    ) -> None:
        answer = send(customer, case, b"<svg/>")
        assert answer.status_code == 422
        assert "Nicht angenommen" in answer.content.decode()
        assert "Wählen Sie ein Foto" in send(customer, case).content.decode()
        bad = send(customer, case, serial="x" * 81)
        assert "Das ist keine Seriennummer" in bad.content.decode()

    def test_reaches_no_other_case(self, customer: Client, case: Return) -> None:
        other = open_case(make_order())
        answer = send(customer, case, draw(), line=other.lines.get().pk)
        assert answer.status_code == 422
        assert Evidence.objects.count() == 0

    def test_without_the_link_is_nothing(self, case: Return, client: Client) -> None:
        assert send(Client(), case, draw()).status_code == 404


class TestTheWords:
    def test_are_said_in_every_language(self) -> None:
        assert set(WORDS) == {"en", "de", "fr", "es", "ja"}
        for language in WORDS.values():
            assert language.keys() == WORDS["en"].keys()

    def test_are_those_of_the_reader(self) -> None:
        assert words_for("de-AT")[0] == "de"
        assert words_for("pt")[0] == "en"
        assert best_of("pt-BR,pt;q=0.9,fr;q=0.8") == "fr"
        assert best_of("") == "en"
