from __future__ import annotations

import hashlib

import pytest

from core import documents
from core.models import EncryptedDocument, Event
from core.strict_json import LARGEST_DOCUMENT, DocumentTooLarge
from intake.channels import UnknownChannel
from intake.models import ChannelDocument
from intake.states import DocumentState
from orders.models import Channel
from tests.factories.sales import make_channel as make_shop
from tests.intake.desk import make_channel, receive, take_in
from tests.intake.documents import body, shopify

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel() -> Channel:
    return make_channel()


class TestReceiveDocument:
    def test_keeps_the_bytes_as_they_came_and_encrypted(self, channel: Channel) -> None:
        raw = b'  {"email": "ana@customers.example"} \n'
        kept = receive(channel, raw).content
        assert documents.read(kept) == raw
        assert b"ana@customers" not in bytes(kept.ciphertext)
        assert kept.sha256 == hashlib.sha256(raw).hexdigest()

    def test_waits_without_having_been_looked_into(self, channel: Channel) -> None:
        assert receive(channel, b"\x00 no document").state == DocumentState.RECEIVED

    def test_knows_the_same_bytes_and_keeps_no_second_copy(self, channel: Channel) -> None:
        first = take_in(channel, shopify())
        again = receive(channel, shopify())
        assert (again.state, again.repeats) == (DocumentState.DUPLICATE, first)
        assert again.order == first.order
        assert EncryptedDocument.objects.count() == 1

    def test_keeps_channels_and_topics_apart(self, channel: Channel) -> None:
        receive(channel, shopify(), topic="orders/create")
        paid = receive(channel, shopify(), topic="orders/paid")
        elsewhere = receive(make_channel(account="other"), shopify(), topic="orders/create")
        assert {paid.state, elsewhere.state} == {DocumentState.RECEIVED}

    def test_tells_of_it_without_naming_anybody(self, channel: Channel) -> None:
        received = receive(channel, shopify())
        event = Event.objects.get(subject=f"channeldocument:{received.pk}")
        assert event.kind == "document.received"
        assert event.data == {
            "channel": channel.code,
            "sha256": received.sha256,
            "size": len(body(shopify())),
        }

    def test_refuses_more_than_ten_mebibytes(self, channel: Channel) -> None:
        with pytest.raises(DocumentTooLarge):
            receive(channel, b"0" * (LARGEST_DOCUMENT + 1))
        assert not ChannelDocument.objects.exists()

    def test_refuses_a_channel_nobody_can_read(self) -> None:
        with pytest.raises(UnknownChannel):
            receive(make_shop(kind="carrier-pigeon"), shopify())
