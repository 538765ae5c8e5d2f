"""The intake desk: what waits, why, what would free it, and what is done about it."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.actors import Actor
from core.models import Event, Job, User
from core.roles import Role
from intake import services
from intake.models import ChannelDocument
from intake.states import DocumentState
from orders.models import Channel, Order
from tests.console.screens import text_of
from tests.factories.desk import sign_in
from tests.factories.people import make_partner
from tests.intake.desk import DESK, make_channel
from tests.intake.documents import body, shopify, without

pytestmark = pytest.mark.django_db

S = DocumentState


@pytest.fixture
def shop() -> Channel:
    return make_channel("shopify", "shop", name="Shopify DE")


def take_in(shop: Channel, document: Any) -> ChannelDocument:
    now = clock.now()
    content = document if isinstance(document, bytes) else body(document)
    received = services.receive_document(
        channel=shop, content=content, topic="orders/paid", source="w-1", actor=DESK,
        op_id=uuid4(), now=now,
    )  # fmt: skip
    (settled,) = services.settle_document(
        document_id=received.pk, actor=DESK, op_id=uuid4(), now=now
    )
    return settled


def broken(number: int) -> dict[str, Any]:
    document = shopify(id=number, admin_graphql_api_id=None)
    document["line_items"].append(document["line_items"][0])
    return document


def url_of(document: ChannelDocument, name: str = "document") -> str:
    return reverse(f"console:intake_{name}", args=[document.public_id])


def read(client: Client, url: str) -> str:
    return text_of(client.get(url).content)


class TestOverview:
    @pytest.mark.parametrize(
        ("role", "status"),
        [(Role.AGENT, 403), (Role.WAREHOUSE, 403), (Role.LEAD, 200), (Role.AUDITOR, 200)],
    )
    def test_is_for_those_who_see_intake(self, client: Client, role: Role, status: int) -> None:
        sign_in(client, role)
        assert client.get(reverse("console:intake")).status_code == status

    def test_says_how_an_empty_desk_came_to_be_so(self, client: Client, shop: Channel) -> None:
        sign_in(client, Role.LEAD)
        take_in(shop, shopify())
        page = read(client, reverse("console:intake"))
        assert "Nothing waits" in page
        assert "The last document was dealt with at" in page
        assert "Last hour: 1 received = 1 accepted" in page

    def test_shows_the_group_that_holds_up_most_and_what_would_free_it(
        self, client: Client, shop: Channel
    ) -> None:
        sign_in(client, Role.LEAD)
        take_in(shop, b'{"id": 1,}')
        for number in range(3):
            take_in(shop, broken(number))
        page = read(client, reverse("console:intake"))
        assert page.index("Total does not follow from its lines") < page.index("Not valid JSON")
        assert "3 customers waiting" in page
        assert "the same line twice" in page
        assert "3 of 3 would pass" in page
        assert "Last hour: 4 received = 3 held + 1 dead letter" in page


class TestGroup:
    def free(self, client: Client, shop: Channel) -> Job:
        page = client.get(reverse("console:intake"))
        (group,) = page.context["intake"].groups
        proposal = page.context["intake"].panel.proposals[0]
        trial = client.get(proposal.try_url).context["trial"]
        assert trial.would == "3 of 3 would pass."
        assert Order.objects.count() == 0
        answer = client.post(trial.url, trial.fields)
        job = Job.objects.get()
        assert answer["Location"] == reverse("console:job", args=[job.public_id])
        assert group.count == 3
        return job

    def test_is_freed_by_a_job_after_a_dry_run(self, client: Client, shop: Channel) -> None:
        sign_in(client, Role.LEAD)
        for number in range(3):
            take_in(shop, broken(number))
        job = self.free(client, shop)
        assert (job.kind, job.total) == ("intake.free_group", 3)

    def test_leaves_rules_for_the_whole_channel_to_admins(
        self, client: Client, shop: Channel
    ) -> None:
        sign_in(client, Role.LEAD)
        take_in(shop, without(shopify(), "currency"))
        page = client.get(reverse("console:intake")).context["intake"]
        trial = client.get(page.panel.proposals[0].try_url).context["trial"]
        assert "admin" in trial.blocked_because
        assert client.post(trial.url, trial.fields).status_code == 403

    def test_is_let_go_with_a_reason(self, client: Client, shop: Channel) -> None:
        sign_in(client, Role.LEAD)
        for number in range(2):
            take_in(shop, broken(number))
        (group,) = client.get(reverse("console:intake")).context["intake"].groups
        url = reverse("console:intake_discard_group", args=[group.code])
        assert client.post(url, {"op_id": uuid4(), "reason": ""}).status_code == 422
        client.post(url, {"op_id": uuid4(), "reason": "Tests of the shop."})
        reasons = set(ChannelDocument.objects.values_list("state", "reason"))
        assert reasons == {(S.DISCARDED, "Tests of the shop.")}

    def test_that_is_gone_is_not_found(self, client: Client) -> None:
        sign_in(client, Role.LEAD)
        url = reverse("console:intake_trial", args=["0123456789ab"])
        assert client.get(url).status_code == 404


class TestDocument:
    def test_masks_people_until_somebody_with_the_right_asks(
        self, client: Client, shop: Channel
    ) -> None:
        user = sign_in(client, Role.LEAD)
        held = take_in(shop, broken(1))
        page = read(client, url_of(held))
        assert "SHIRT-BLUE-M" in page
        assert "Ana" not in page
        assert "ana@customers.example" not in page
        raw = text_of(client.post(url_of(held, "raw"), {"op_id": uuid4()}).content)
        assert "ana@customers.example" in raw
        assert Event.objects.get(kind="document.raw_read").actor == f"user:{user.pk}"

    def test_never_shows_an_auditor_the_raw(self, client: Client, shop: Channel) -> None:
        sign_in(client, Role.AUDITOR)
        held = take_in(shop, broken(1))
        assert client.post(url_of(held, "raw"), {"op_id": uuid4()}).status_code == 403
        assert client.get(url_of(held, "edit")).status_code == 403

    def test_masks_what_cannot_be_parsed(self, client: Client, shop: Channel) -> None:
        sign_in(client, Role.LEAD)
        dead = take_in(shop, b'{"email": "ana@customers.example", "name": "Ana", "n": 1,}')
        page = read(client, url_of(dead))
        assert "could not be read" in page
        assert "Ana" not in page
        assert "ana@" not in page

    def test_is_edited_and_replayed_and_the_original_stays(
        self, client: Client, shop: Channel
    ) -> None:
        user = sign_in(client, Role.LEAD)
        held = take_in(shop, broken(1))
        form = client.get(url_of(held, "edit"))
        document = json.loads(form.context["form"].initial["content"])
        document["line_items"].pop()
        edited = client.post(
            url_of(held, "edit"), {"op_id": uuid4(), "content": json.dumps(document)}
        )
        settled = ChannelDocument.objects.get(state=S.ACCEPTED)
        assert edited["Location"] == url_of(settled)
        assert (settled.edited_from, settled.edited_by) == (held, User.objects.get(pk=user.pk))
        assert Order.objects.count() == 1
        assert client.post(url_of(held, "replay"), {"op_id": uuid4()}).status_code == 409

    def test_tells_what_changed_in_the_reader_s_money(self, client: Client, shop: Channel) -> None:
        lead = sign_in(client, Role.LEAD, locale="de", is_staff=True)
        take_in(shop, shopify())
        changed = shopify(
            updated_at="2026-03-02T09:00:00Z", total_discounts="0.00", total_price="112.20"
        )
        for line in changed["line_items"]:
            line["discount_allocations"] = []
        conflict = take_in(shop, changed)
        said = "grand total was 102,20 €, is 112,20 € (10,00 € more), and "
        page = read(client, url_of(conflict)).replace("\xa0", " ")
        assert page.count(said) == 2  # above, and where it is told what happened when
        assert "Grand total" in page
        assert "102.2000" not in page
        listed = read(client, reverse("console:dead_letters") + "?state=conflict")
        assert said in listed.replace("\xa0", " ")
        order = reverse("console:order", args=[Order.objects.get().public_id])
        assert said in read(client, order).replace("\xa0", " ")
        services.discard_document(
            document_id=conflict.pk, reason="Mended at the shop", actor=Actor.user(lead),
            op_id=uuid4(), now=clock.now(),
        )  # fmt: skip
        assert "Mended at the shop" in read(client, url_of(conflict))

    def test_of_another_partner_does_not_exist(self, client: Client, shop: Channel) -> None:
        held = take_in(shop, broken(1))
        sign_in(client, Role.LEAD, partner=make_partner("other"))
        assert client.get(url_of(held)).status_code == 404


class TestDeadLetters:
    def test_are_listed_by_state(self, client: Client, shop: Channel) -> None:
        sign_in(client, Role.LEAD)
        url = reverse("console:dead_letters")
        assert "There are no dead letters" in read(client, url)
        take_in(shop, b"[1, 2,]")
        assert "Not valid JSON" in read(client, url)
        assert "No document is held" in read(client, f"{url}?state=held")
        assert client.get(f"{url}?state=lost").status_code == 404
