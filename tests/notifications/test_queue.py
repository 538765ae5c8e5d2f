from __future__ import annotations

import pytest

from core import documents
from core.models import EncryptedDocument, Event
from core.roles import Role
from notifications import courier
from notifications.models import Message
from notifications.queries import get_message, list_messages, read_message
from notifications.rules import UnknownPlaceholder
from notifications.states import MessageState
from tests.factories.letters import NOW, queue_letter, record_event, try_to_queue_letter
from tests.factories.people import make_partner, make_user

pytestmark = pytest.mark.django_db


class TestQueue:
    def test_words_the_letter_in_the_language_of_the_person(self) -> None:
        message = queue_letter(locale="de-AT")
        rendered = read_message(message)
        assert message.locale == "de"
        assert rendered.to == "ana@customers.example"
        assert rendered.subject == "Ihr Ersatz zu EXC-1 ist unterwegs"
        assert "Sendungsnummer: 00340" in rendered.body

    def test_keeps_no_personal_word_outside_the_encrypted_content(self) -> None:
        message = queue_letter()
        row = str(Message.objects.filter(pk=message.pk).values().get())
        events = str(list(Event.objects.values()))
        ciphertext = bytes(EncryptedDocument.objects.get(pk=message.content_id).ciphertext)
        for word in ("Ana", "ana@customers.example", "00340"):
            assert word not in row + events
            assert word.encode() not in ciphertext

    def test_queues_one_thing_once(self) -> None:
        event = record_event()
        assert try_to_queue_letter(event=event)
        assert not try_to_queue_letter(event=event)
        assert try_to_queue_letter(event=event, person="user:3")

    def test_says_so_when_nobody_can_be_reached(self) -> None:
        for address in ("", "not an address", "a@b.example\nBcc: c@d.example"):
            message = queue_letter(to=address)
            assert message.state == MessageState.SUPPRESSED
            assert message.last_error == "There is no usable address."

    def test_leaves_nothing_behind_when_it_cannot_be_worded(self) -> None:
        with pytest.raises(UnknownPlaceholder):
            queue_letter(context={"customer_name": "Ana"})
        assert not EncryptedDocument.objects.exists()

    def test_is_told_on_the_timeline_of_its_case(self) -> None:
        message = queue_letter()
        told = Event.objects.get(kind="message.queued")
        assert (told.case, told.cause) == ("return:1", message.event_id)
        assert told.data == {
            "template": "exchange_shipped",
            "medium": "email",
            "person": "customer:12",
        }


class TestStaff:
    def test_see_the_messages_of_their_partners_only(self) -> None:
        message, foreign = queue_letter(), queue_letter(partner=make_partner("acme"))
        agent = make_user(Role.AGENT)
        assert list(list_messages(user=agent)) == [message]
        assert get_message(user=agent, public_id=message.public_id) == message
        with pytest.raises(Message.DoesNotExist):
            get_message(user=agent, public_id=foreign.public_id)

    def test_see_none_without_the_permission(self) -> None:
        queue_letter()
        assert not list_messages(user=make_user(Role.WAREHOUSE))

    def test_find_those_of_one_case(self) -> None:
        queue_letter()
        other = queue_letter(case="return:2")
        assert list(list_messages(user=make_user(Role.LEAD), case="return:2")) == [other]


class TestErasure:
    def test_makes_what_was_written_unreadable(self) -> None:
        message = queue_letter()
        documents.destroy_of_person(partner_id=message.partner_id, person="customer:12", now=NOW)
        with pytest.raises(documents.DocumentErased):
            read_message(Message.objects.get(pk=message.pk))

    def test_stops_what_was_still_to_be_sent(self) -> None:
        message = queue_letter()
        documents.destroy_of_person(partner_id=message.partner_id, person="customer:12", now=NOW)
        assert courier.send_due(now=NOW) == 0
        message.refresh_from_db()
        assert message.state == MessageState.SUPPRESSED
