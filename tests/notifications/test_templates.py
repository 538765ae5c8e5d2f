from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.models import Event, User
from core.numbers import new_number
from core.roles import Role
from notifications.models import MessageTemplate
from notifications.queries import find_wording, read_message
from notifications.rules import BadLetter, TooLong, UnknownPlaceholder
from notifications.services import (
    discard_template,
    draft_template,
    publish_template,
    retire_template,
    write_template,
)
from notifications.states import Medium, TemplateState
from tests.factories.desk import make_swap_today, open_today
from tests.factories.letters import NOW, queue_letter
from tests.factories.people import make_partner, make_user

pytestmark = pytest.mark.django_db

BODY = "Servus {{ customer_name }},\n\nes kommt: {{ tracking_number }}\n"


@pytest.fixture
def writer() -> User:
    return make_user(Role.ADMIN)


@pytest.fixture
def other() -> User:
    return make_user(Role.ADMIN, email="other@desk.example")


def draft(by: User, locale: str = "de", medium: str = "email") -> MessageTemplate:
    return draft_template(
        partner_id=make_partner().pk,
        kind="exchange_shipped",
        medium=medium,
        locale=locale,
        actor=Actor.user(by),
        op_id=uuid4(),
        now=NOW,
    )


def word(
    template: MessageTemplate, by: User, *, subject: str = "Unterwegs", body: str = BODY
) -> MessageTemplate:
    return write_template(
        template_id=template.pk,
        subject=subject,
        body=body,
        note="friendlier",
        actor=Actor.user(by),
        op_id=uuid4(),
        now=NOW,
    )


def publish(template: MessageTemplate, by: User) -> MessageTemplate:
    return publish_template(template_id=template.pk, actor=Actor.user(by), op_id=uuid4(), now=NOW)


class TestTemplates:
    def test_begin_with_the_words_we_ship(self, writer: User) -> None:
        template = draft(writer)
        assert template.subject == "Ihr Ersatz zu {{ exchange_number }} ist unterwegs"
        assert draft(writer) == template  # there is one draft of a wording

    def test_take_the_place_of_ours_in_their_language_alone(
        self, writer: User, other: User
    ) -> None:
        template = publish(word(draft(writer), writer), other)
        message = queue_letter(locale="de-AT")
        assert read_message(message).body == "Servus Ana,\n\nes kommt: 00340\n"
        assert message.wording == f"messagetemplate:{template.pk}"
        assert queue_letter(locale="fr").wording == ""

    def test_are_one_in_force_and_the_one_before_is_retired(
        self, writer: User, other: User
    ) -> None:
        first = publish(word(draft(writer), writer), other)
        second = draft(writer)
        assert (second.number, second.body) == (2, BODY)
        publish(word(second, writer, subject="Auf dem Weg"), other)
        first.refresh_from_db()
        assert first.state == TemplateState.RETIRED
        assert queue_letter(locale="de").state == "queued"

    def test_give_way_to_ours_when_retired(self, writer: User, other: User) -> None:
        template = publish(word(draft(writer), writer), other)
        retire_template(template_id=template.pk, actor=Actor.user(other), op_id=uuid4(), now=NOW)
        found = find_wording(
            partner_id=template.partner_id,
            kind="exchange_shipped",
            locale="de",
            medium=Medium.EMAIL,
        )
        assert found
        assert found.version == ""

    def test_are_never_published_by_who_wrote_them(self, writer: User, other: User) -> None:
        template = word(draft(writer), writer)
        with pytest.raises(ActionBlocked, match="somebody else"):
            publish(template, writer)
        word(template, other, subject="Los")
        with pytest.raises(ActionBlocked, match="somebody else"):
            publish(template, other)

    def test_never_change_once_published(self, writer: User, other: User) -> None:
        template = publish(word(draft(writer), writer), other)
        with pytest.raises(ActionBlocked, match="never"):
            word(template, writer)
        with pytest.raises(ActionBlocked, match="never"):
            discard_template(
                template_id=template.pk, actor=Actor.user(other), op_id=uuid4(), now=NOW
            )

    @pytest.mark.parametrize(
        ("subject", "body", "error"),
        [
            ("x", "{{ order_total }}", UnknownPlaceholder),
            ("x", "{{ customer_name.password }}", BadLetter),
            ("x", "{{ customer_name|safe }}", BadLetter),
            ("x\nBcc: a@b.example", "y", BadLetter),
            ("", "y", BadLetter),
            ("x", "  ", BadLetter),
        ],
    )
    def test_refuse_what_nobody_could_fill_in(self, writer: User, subject, body, error) -> None:
        template = draft(writer)
        with pytest.raises(error):
            word(template, writer, subject=subject, body=body)
        template.refresh_from_db()
        assert template.subject == "Ihr Ersatz zu {{ exchange_number }} ist unterwegs"

    def test_refuse_a_text_that_would_be_a_letter(self, writer: User) -> None:
        template = draft(writer, medium="sms")
        with pytest.raises(TooLong, match="segments"):
            word(template, writer, subject="", body="日本語" * 200)
        assert word(template, writer, subject="", body="{{ carrier }}").body == "{{ carrier }}\n"

    def test_are_of_ways_and_languages_that_there_are(self, writer: User) -> None:
        with pytest.raises(BadInput):
            draft(writer, locale="tlh")
        with pytest.raises(BadInput):
            draft(writer, medium="fax")

    def test_leave_a_record_of_who_did_what(self, writer: User, other: User) -> None:
        publish(word(draft(writer), writer), other)
        told = Event.objects.filter(kind__startswith="template.").order_by("pk")
        assert [(event.kind, event.actor) for event in told] == [
            ("template.drafted", f"user:{writer.pk}"),
            ("template.written", f"user:{writer.pk}"),
            ("template.published", f"user:{other.pk}"),
        ]


class TestAdmin:
    LIST = "/admin/notifications/messagetemplate/"

    @pytest.fixture
    def editor(self, client: Client) -> User:
        user = make_user(Role.ADMIN, is_staff=True)
        client.force_login(user)
        return user

    def start(self, client: Client, medium: str = "email") -> str:
        chosen = {"kind": "exchange_shipped", "medium": medium, "locale": "de"}
        return client.post(
            f"{self.LIST}draft/", chosen | {"partner": make_partner().pk, "op_id": uuid4()}
        ).headers["Location"]

    def test_writes_a_draft_and_leaves_publishing_to_another(
        self, client: Client, editor: User
    ) -> None:
        url = self.start(client)
        words = {"subject": "Los", "body": BODY, "note": "", "op_id": uuid4()}
        page = client.post(url, words, follow=True).content.decode()
        assert "The draft is saved." in page
        assert "somebody else has to publish it" in page
        base = url.removesuffix("change/")
        refused = client.post(f"{base}publish/", {"op_id": uuid4()}, follow=True)
        assert "You have worked on this draft" in refused.content.decode()
        client.force_login(make_user(Role.LEAD, is_staff=True))
        client.post(f"{base}publish/", {"op_id": uuid4()})
        assert MessageTemplate.objects.get().state == TemplateState.PUBLISHED

    def test_filters_by_words_and_not_by_codes(self, client: Client, editor: User) -> None:
        self.start(client)
        page = client.get(self.LIST).content.decode()
        for said in ("Replacement on its way", "Deutsch"):
            assert re.search(rf'<a href="\?(kind|locale)=[^"]*">\s*{said}\s*</a>', page)

    def test_says_beside_the_field_what_cannot_be_saved(self, client: Client, editor: User) -> None:
        url = self.start(client)
        words = {"subject": "Los", "body": "{{ customer.email }}", "note": "", "op_id": uuid4()}
        answer = client.post(url, words)
        assert "A placeholder is written" in answer.content.decode()
        words["body"] = "{{ card_number }}"
        assert "Nobody fills in" in client.post(url, words).content.decode()
        assert "tracking_number" in MessageTemplate.objects.get().body

    def test_shows_a_real_case_and_how_long_a_text_is(self, client: Client, editor: User) -> None:
        exchange = open_today(make_swap_today())
        number = exchange.return_case.number
        url = self.start(client, "sms")
        page = client.get(url, {"case": number}).content.decode()
        assert "units of " in page
        assert "Not known of this case yet" in page
        page = client.get(self.start(client), {"case": number}).content.decode()
        assert exchange.number in page
        assert "There is no case" in client.get(url, {"case": new_number("RMA")}).content.decode()
        assert "typing error" in client.get(url, {"case": "RMA-00000-00000-1"}).content.decode()

    def test_is_closed_to_who_may_only_read(self, client: Client, editor: User) -> None:
        url = self.start(client)
        client.force_login(make_user(Role.AGENT, is_staff=True))
        assert "Save the draft" not in client.get(url).content.decode()
        assert client.post(url, {"subject": "x", "body": "y"}).status_code == 403
        base = url.removesuffix("change/")
        assert client.post(f"{base}publish/").status_code == 404
        client.force_login(make_user(Role.ADMIN, make_partner("acme"), is_staff=True))
        assert client.get(url).status_code == 404
