"""Stock files on the desk: tried out line by line, taken as a job, never overwriting anything."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core import clock, jobs
from core.models import EncryptedDocument, Job
from core.roles import Role
from inventory.models import Discrepancy, StockLevel
from tests.console.screens import text_of
from tests.factories.desk import sign_in
from tests.factories.people import make_partner
from tests.factories.stock import make_location, make_product, make_stock, make_variant

pytestmark = pytest.mark.django_db

UPLOAD = reverse("console:stock_import")
MAY = (Role.WAREHOUSE, Role.ADMIN)
MAY_NOT = (Role.AGENT, Role.LEAD, Role.AUDITOR, Role.PARTNER)
GOOD = "sku,location,quantity\nSHIRT-RED,LEJ,3\nMUG-OAT,LEJ,7\n"


@pytest.fixture
def red(db: None) -> StockLevel:
    """Five red shirts in Leipzig; of the mug nothing has ever lain anywhere."""
    leipzig = make_location("LEJ", name="Leipzig")
    make_variant("MUG-OAT", product=make_product(title="Mug"))
    return make_stock(make_variant("SHIRT-RED", product=make_product(title="Shirt")), leipzig, 5)


def send(client: Client, text: str, **others: Any) -> Any:
    file = SimpleUploadedFile("stock.csv", text.encode(), "text/csv")
    sent = {"partner": make_partner().pk, "mode": "set", "file": file} | others
    return client.post(UPLOAD, sent, follow=True)


def url_of(name: str, mode: str = "set") -> str:
    sha256 = EncryptedDocument.objects.latest("pk").sha256
    return reverse(f"console:stock_import_{name}", args=[sha256, mode])


class TestRoles:
    @pytest.mark.parametrize("role", MAY)
    def test_let_the_warehouse_in(self, client: Client, role: Role) -> None:
        sign_in(client, role)
        assert client.get(UPLOAD).status_code == 200

    def test_keep_the_others_out(self, client: Client, red: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        send(client, GOOD)
        for role in MAY_NOT:
            sign_in(client, role)
            assert client.get(UPLOAD).status_code == 403, role
            assert client.get(url_of("dry_run")).status_code == 403, role
            assert client.post(url_of("start")).status_code == 403, role
            assert not Job.objects.exists()

    def test_hide_the_files_of_other_partners(self, client: Client, red: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        send(client, GOOD)
        sign_in(client, Role.WAREHOUSE, partner=make_partner("other"))
        assert client.get(url_of("dry_run")).status_code == 404
        assert client.post(url_of("start")).status_code == 404


class TestDryRun:
    def test_says_per_line_what_would_change(self, client: Client, red: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        words = text_of(send(client, GOOD).content)
        assert "2 SHIRT-RED LEJ 5 3 −2 opens a discrepancy" in words
        assert "3 MUG-OAT LEJ 0 7 +7 put on the shelf" in words
        red.refresh_from_db()
        assert red.available == 5
        assert not Discrepancy.objects.exists()

    def test_names_line_and_column_of_each_error(self, client: Client, red: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        file = "sku,location,quantity\nSHIRT-RED,XXX,-1\n\nSHIRT-RED,LEJ,3\n"
        words = text_of(send(client, file).content)
        assert "2 lines · utf-8" in words
        assert "2 quantity It is below zero." in words
        assert "Mend the file first: nothing of it is taken." in words
        assert client.post(url_of("start"), {"op_id": str(uuid4())}).status_code == 422
        assert not Job.objects.exists()

    def test_refuses_at_once_what_nobody_can_read(self, client: Client, red: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        answer = send(client, " ")
        assert answer.status_code == 422
        assert "It is empty. Give it a header" in text_of(answer.content)

    def test_asks_for_a_file_where_none_was_chosen(self, client: Client, red: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        answer = send(client, GOOD, file="")
        assert answer.status_code == 422
        assert "Choose a CSV file." in text_of(answer.content)

    def test_may_be_read_the_other_way(self, client: Client, red: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        send(client, GOOD)
        words = text_of(client.get(url_of("dry_run", "add")).content)
        assert "2 SHIRT-RED LEJ 5 8 +3 put on the shelf" in words
        assert client.get(url_of("dry_run", "guess")).status_code == 404

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            (GOOD, "2,SHIRT-RED,LEJ,,,5,3,opens a discrepancy"),
            ("sku,location,quantity\nSHIRT-RED,LEJ,-1\n", "2,quantity,It is below zero."),
        ],
    )
    def test_is_downloaded(self, client: Client, red: StockLevel, text: str, line: str) -> None:
        sign_in(client, Role.WAREHOUSE)
        send(client, text)
        answer = client.get(url_of("report"))
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert line in answer.content.decode("utf-8-sig")


class TestStart:
    def test_leads_to_the_job_and_what_came_of_it(self, client: Client, red: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        send(client, GOOD)
        answer = client.post(url_of("start"), {"op_id": str(uuid4())})
        job = Job.objects.get()
        assert answer.headers["Location"] == reverse("console:job", args=[job.public_id])
        jobs.run(job.pk, now=clock.now())
        words = text_of(client.get(answer.headers["Location"]).content)
        assert "2 of 2" in words
        assert "Received 1" in words
        assert "Differs 1" in words
        assert "Look at what differs" in words

    def test_happens_once_however_often_it_is_sent(self, client: Client, red: StockLevel) -> None:
        sign_in(client, Role.WAREHOUSE)
        send(client, GOOD)
        sent = {"op_id": str(uuid4())}
        assert [client.post(url_of("start"), sent).status_code for _ in range(2)] == [302, 302]
        assert Job.objects.count() == 1

    def test_says_when_the_same_lines_were_taken_before(
        self, client: Client, red: StockLevel
    ) -> None:
        sign_in(client, Role.WAREHOUSE)
        send(client, GOOD)
        client.post(url_of("start"), {"op_id": str(uuid4())})
        jobs.run(Job.objects.get().pk, now=clock.now())
        assert "Taken again they change nothing." in text_of(send(client, GOOD).content)


class TestProblems:
    def test_of_a_job_are_listed_and_downloaded_without_formulas(self, client: Client) -> None:
        sign_in(client)
        job = Job.objects.create(
            partner=make_partner(),
            kind="inventory.stock_import",
            state=Job.State.DONE,
            asked_at=clock.now(),
            result={"errors": ["=1+1", "line 4: gone"]},
        )
        url = reverse("console:job", args=[job.public_id])
        assert "What went wrong =1+1 line 4: gone" in text_of(client.get(url).content)
        answer = client.get(reverse("console:job_problems", args=[job.public_id]))
        assert "'=1+1" in answer.content.decode()
