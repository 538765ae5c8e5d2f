from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from core import documents
from core.actors import Actor
from core.models import Event
from intake import services
from intake.models import ChannelDocument
from intake.services import NotWaiting
from intake.states import DocumentState
from orders.models import Order
from tests.factories.people import make_user
from tests.factories.stock import make_variant
from tests.intake.desk import DESK, NOW, make_channel, take_in, take_in_all
from tests.intake.documents import body, shopify

S = DocumentState

pytestmark = pytest.mark.django_db


def replay(document: ChannelDocument) -> ChannelDocument:
    return services.replay_document(document_id=document.pk, actor=DESK, op_id=uuid4(), now=NOW)


def edit(document: ChannelDocument, content: Any, actor: Actor = DESK) -> ChannelDocument:
    return services.edit_document(
        document_id=document.pk, content=body(content), actor=actor, op_id=uuid4(), now=NOW
    )


class TestReplayDocument:
    def test_accepts_what_was_held_once_the_catalogue_knows_it_s30(self) -> None:
        strict = make_channel(holds_unknown_skus=True)
        held = take_in(strict, shopify())
        make_variant("SHIRT-BLUE-M")
        make_variant("SOCKS")
        assert replay(held).state == S.ACCEPTED
        assert Order.objects.get().lines.filter(variant=None).count() == 0

    def test_holds_again_what_is_still_wrong(self) -> None:
        held = take_in(make_channel(), shopify(total_price="1.00"))
        assert replay(held).state == S.HELD
        assert Event.objects.filter(kind="document.replayed").count() == 1

    def test_does_it_once_for_one_operation(self) -> None:
        held = take_in(make_channel(), shopify(total_price="1.00"))
        op_id = uuid4()
        for _ in range(2):
            services.replay_document(document_id=held.pk, actor=DESK, op_id=op_id, now=NOW)
        assert Event.objects.filter(kind="document.replayed").count() == 1

    def test_refuses_a_settled_document(self) -> None:
        with pytest.raises(NotWaiting):
            replay(take_in(make_channel(), shopify()))

    def test_settles_one_order_of_a_list(self) -> None:
        strict = make_channel(holds_unknown_skus=True)
        orders = [shopify(), shopify(id=7002, admin_graphql_api_id=None)]
        received = take_in_all(strict, {"orders": orders})
        make_variant("SHIRT-BLUE-M")
        make_variant("SOCKS")
        assert replay(received[1]).external_id == "7002"
        assert Order.objects.get().external_id == "7002"


class TestEditDocument:
    def test_settles_the_edited_one_and_keeps_the_original(self) -> None:
        original = take_in(make_channel(), shopify(total_price="1.00"))
        lead = make_user()
        edited = edit(original, shopify(), Actor.user(lead))
        assert (edited.state, edited.edited_from, edited.edited_by) == (S.ACCEPTED, original, lead)
        original.refresh_from_db()
        assert original.state == S.DISCARDED
        assert documents.read(original.content) == body(shopify(total_price="1.00"))

    def test_mends_a_dead_letter(self) -> None:
        assert edit(take_in(make_channel(), b'{"id": 1,}'), shopify()).state == S.ACCEPTED

    def test_may_edit_it_into_what_came_already(self) -> None:
        channel = make_channel()
        take_in(channel, shopify())
        held = take_in(channel, shopify(total_price="1.00"))
        assert edit(held, shopify()).state == S.DUPLICATE

    def test_refuses_a_settled_document(self) -> None:
        with pytest.raises(NotWaiting):
            edit(take_in(make_channel(), shopify()), shopify())


class TestDiscardDocument:
    def test_lets_it_go_with_a_reason(self) -> None:
        held = take_in(make_channel(), shopify(total_price="1.00"))
        gone = services.discard_document(
            document_id=held.pk, reason="A test of theirs.", actor=DESK, op_id=uuid4(), now=NOW
        )
        assert (gone.state, gone.reason) == (S.DISCARDED, "A test of theirs.")
