from __future__ import annotations

from uuid import uuid4

import pytest

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.models import Event, User
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
