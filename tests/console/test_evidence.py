"""Photos over HTTP: added, looked at, taken away, and nothing else that rides along."""

from __future__ import annotations

import resource
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.roles import Role
from returns.models import DefectReport, Evidence, Return
from returns.queries.evidence import get_open_request
from returns.services import remove_evidence
from tests.core.test_pictures import HOSTILE
from tests.factories.cases import AGENT, NOW, open_case, want
from tests.factories.defects import draw, make_type, photograph, sell_units
from tests.factories.desk import HTMX, deliver_lately, sign_in
from tests.factories.people import make_partner
from tests.factories.sales import Sold, make_channel, make_order
from tests.factories.stock import make_product, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Return:
    order = deliver_lately(make_order(Sold("40.00", "3.20", quantity=2)))
    return open_case(order, want(order.lines.get(), reason="defective"))


@pytest.fixture
def agent(client: Client) -> Client:
    sign_in(client)
    return client


def upload(client: Client, case: Return, *files: Any, **more: Any) -> Any:
    line = case.lines.get()
    form = {"line": line.pk, "op_id": str(uuid4()), "photos": list(files)} | more
    return client.post(reverse("console:case_evidence", args=[case.number]), form)


def as_file(raw: bytes, name: str = "kaputt.jpg", kind: str = "image/jpeg") -> Any:
    return SimpleUploadedFile(name, raw, kind)


def page_of(client: Client, case: Return) -> str:
    return client.get(reverse("console:case", args=[case.number])).content.decode()


class TestAdding:
    def test_shows_the_photos_on_the_case(self, agent: Client, case: Return) -> None:
        answer = upload(agent, case, as_file(draw(1)), as_file(draw(2)))
        assert answer.status_code == 302
        page = page_of(agent, case)
        assert "2 photos" in page
        for evidence in Evidence.objects.all():
            assert reverse("console:photo", args=[evidence.public_id]) in page
        assert f'alt="Defective of {case.lines.get().order_line.title}, photo 1 of 2"' in page

    def test_answers_htmx_with_the_case(self, agent: Client, case: Return) -> None:
        line = case.lines.get()
        form = {"line": line.pk, "op_id": str(uuid4()), "photos": [as_file(draw())]}
        url = reverse("console:case_evidence", args=[case.number])
        answer = agent.post(url, form, headers=HTMX)
        assert 'id="case-body"' in answer.content.decode()
        assert "1 photo" in answer.content.decode()

    def test_says_which_file_was_not_taken_and_why(self, agent: Client, case: Return) -> None:
        name = "\u202egpj.exe<b>" + "x" * 90
        answer = upload(agent, case, as_file(draw()), as_file(b"<svg/>", name))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "1 added. Not added:" in page
        assert "This is no JPEG, PNG or WebP photo." in page
        assert "\u202e" not in page
        assert "<b>x" not in page

    def test_sent_twice_adds_once(self, agent: Client, case: Return) -> None:
        for _ in range(2):
            upload(agent, case, as_file(draw()), op_id="6a0e6b5a-9d8e-4f3b-8a77-0a1b2c3d4e5f")
        assert Evidence.objects.count() == 1

    def test_says_what_is_missing(self, agent: Client, case: Return) -> None:
        assert upload(agent, case).status_code == 422
        assert upload(agent, case, as_file(draw()), line="999999").status_code == 422

    def test_is_not_for_everybody(self, client: Client, case: Return) -> None:
        assert upload(client, case, as_file(draw())).status_code == 302  # to sign in
        sign_in(client, Role.AUDITOR)
        assert upload(client, case, as_file(draw())).status_code == 403
        assert Evidence.objects.count() == 0

    def test_of_more_than_may_be_sent_at_once_is_refused_unread(
        self, agent: Client, case: Return
    ) -> None:
        url = reverse("console:case_evidence", args=[case.number])
        answer = agent.generic(
            "POST",
            url,
            b"--x\r\n",
            content_type="multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(10**9),
        )
        assert answer.status_code in (400, 413)


class TestAHostileUpload:
    def test_never_gets_past_the_door(self, agent: Client, case: Return) -> None:
        """Sixty and more kinds over HTTP: none is kept, none costs the desk time or memory."""
        assert len(HOSTILE) >= 60
        before = resource.getrusage(resource.RUSAGE_SELF)
        kinds = sorted(HOSTILE)
        for at in range(0, len(kinds), 10):
            files = [as_file(HOSTILE[kind](), f"{kind}.jpg") for kind in kinds[at : at + 10]]
            spent = resource.getrusage(resource.RUSAGE_CHILDREN)
            answer = upload(agent, case, *files)
            took = resource.getrusage(resource.RUSAGE_CHILDREN)
            assert answer.status_code == 422
            # Ten cells, each below a second of processor time.
            assert took.ru_utime + took.ru_stime - spent.ru_utime - spent.ru_stime < 10
        assert Evidence.objects.count() == 0
        after = resource.getrusage(resource.RUSAGE_SELF)
        assert after.ru_maxrss - before.ru_maxrss < 100 * 1024  # KiB

    def test_that_is_a_photo_too_is_served_as_pixels_alone(
        self, agent: Client, case: Return
    ) -> None:
        upload(agent, case, as_file(draw() + b"<script>alert(1)</script>", "x.html", "text/html"))
        evidence = Evidence.objects.get()
        answer = agent.get(reverse("console:photo_file", args=[evidence.public_id]))
        assert b"script" not in answer.content
        assert answer["Content-Type"] == "image/jpeg"


class TestLooking:
    def test_is_harmless_by_its_headers(self, agent: Client, case: Return) -> None:
        evidence = photograph(case.lines.get())
        for name in ("photo_file", "photo_small"):
            answer = agent.get(reverse(f"console:{name}", args=[evidence.public_id]))
            assert answer["Content-Type"] == "image/jpeg"
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
            assert answer["Content-Disposition"].startswith("attachment;")
            assert answer["Cache-Control"] == "private, no-store"

    def test_has_a_page_with_those_before_and_after(self, agent: Client, case: Return) -> None:
        one, other = photograph(case.lines.get(), 1), photograph(case.lines.get(), 2)
        page = agent.get(reverse("console:photo", args=[one.public_id])).content.decode()
        assert reverse("console:photo", args=[other.public_id]) in page

    def test_of_a_foreign_an_absent_and_a_removed_one_are_alike(
        self, agent: Client, case: Return
    ) -> None:
        elsewhere = make_partner("elsewhere")
        goods = Sold("9.00", variant=make_variant(product=make_product(elsewhere)))
        foreign = photograph(
            open_case(make_order(goods, channel=make_channel("x", partner=elsewhere))).lines.get()
        )
        removed = photograph(case.lines.get())
        remove_evidence(evidence_id=removed.pk, actor=AGENT, op_id=uuid4(), now=NOW)
        for public_id in (foreign.public_id, removed.public_id, "evd_nothing"):
            for name in ("photo", "photo_file", "photo_small"):
                answer = agent.get(reverse(f"console:{name}", args=[public_id]))
                assert answer.status_code == 404

    def test_of_what_somebody_else_added_before_a_case_is_not_for_others(
        self, agent: Client
    ) -> None:
        waiting = photograph(make_order().lines.get())
        url = reverse("console:photo_file", args=[waiting.public_id])
        assert agent.get(url).status_code == 404

    def test_warns_of_a_photo_used_on_another_case(self, agent: Client, case: Return) -> None:
        first = open_case(make_order())
        photograph(first.lines.get(), 3)
        photograph(case.lines.get(), 3)
        page = page_of(agent, case)
        assert "This photo was used before" in page
        assert first.number in page


class TestTakingAway:
    def test_leaves_nothing_to_be_seen(self, agent: Client, case: Return) -> None:
        evidence = photograph(case.lines.get())
        url = reverse("console:photo_removal", args=[evidence.public_id])
        assert agent.post(url, {"op_id": str(uuid4())}).status_code == 302
        assert "No photos" in page_of(agent, case)


class TestADefect:
    def test_is_said_on_a_page_of_its_own(self, agent: Client, case: Return) -> None:
        make_type()
        line = case.lines.get()
        sell_units(line.order_line, "S-100", "S-101", lot="8813")
        url = reverse("console:case_defect", args=[case.number, line.position])
        assert "What is wrong with" in agent.get(url).content.decode()
        case.refresh_from_db()
        said = {"defect_type": "leak", "symptom": "Leaks.", "serial": "s-100"}
        sent = said | {"version": case.version, "op_id": str(uuid4())}
        assert agent.post(url, sent).status_code == 302
        assert DefectReport.objects.get(return_line=line).lot == "8813"
        page = page_of(agent, case)
        assert "Full refund" in page
        assert "S-100 · sold here" in page
        assert agent.post(url, sent | {"op_id": str(uuid4())}).status_code == 409  # stale
        assert agent.post(url, sent | {"defect_type": "unknown"}).status_code == 422


class TestAskingTheCustomer:
    def test_is_one_click(self, agent: Client, case: Return) -> None:
        url = reverse("console:case_evidence_request", args=[case.number])
        case.refresh_from_db()
        answer = agent.post(url, {"version": case.version, "op_id": str(uuid4())})
        assert answer.status_code == 302
        assert "the link works until" in page_of(agent, case)
        assert get_open_request(case.evidence_requests.get().pk) is not None
