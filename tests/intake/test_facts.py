from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from core import deliveries
from core.models import Event
from fulfilment import services as fulfilment
from fulfilment.models import InboundParcel, Shipment
from fulfilment.states import ParcelState, ShipmentState
from intake import services, waiting
from intake.models import ChannelDocument, ChannelReturn
from intake.services.parking import PATIENCE
from intake.states import Awaited, DocumentState
from notifications import courier
from notifications.models import Message, Suppression
from notifications.states import MessageState
from orders.models import Order, OrderLine
from returns.models import Return
from tests.factories.letters import queue_letter
from tests.factories.policies import make_policy
from tests.factories.sales import make_order
from tests.factories.stock import make_location
from tests.intake.channel_documents import (
    AMAZON_HEAD,
    AMAZON_ITEMS,
    BOL,
    MESSAGES,
    NUMBER,
    RETURNS,
    TRACKING,
    of,
)
from tests.intake.desk import DESK, NOW, make_channel, receive, take_in, take_in_all
from tests.mailbox import Mailbox

S = DocumentState
RECENT = of(BOL, orderPlacedDateTime="2026-11-01T12:30:00+02:00")
COMES_BACK = of(RETURNS["bol"])
COMES_BACK["returnItems"][0]["returnReason"] = {"mainReason": "Bedacht"}
WHO: dict[str, Any] = {"actor": DESK, "now": NOW}

pytestmark = pytest.mark.django_db


def ship(number: str = NUMBER) -> Shipment:
    order = make_order()
    line = order.lines.get()
    with transaction.atomic():
        parcel = fulfilment.plan_shipment(
            order_id=order.pk, location_id=make_location().pk, reference="order:1", case="",
            lines=[(line.pk, 1, "")], carrier="ups", cost=Decimal(0), promised_on=None, **WHO,
        )  # fmt: skip
        fulfilment.release_shipment(shipment_id=parcel.pk, **WHO)
        return fulfilment.ship_shipment(
            shipment_id=parcel.pk, carrier="ups", tracking_number=number, **WHO
        )


def announce() -> InboundParcel:
    with transaction.atomic():
        return fulfilment.announce_parcel(
            case="return:1", partner_id=make_channel().partner_id, location_id=make_location().pk,
            carrier="ups", tracking_number=NUMBER, **WHO,
        )  # fmt: skip


def easypost(status: str) -> Any:
    return {"result": TRACKING["easypost"][0]["result"] | {"status": status}}


def settle_all() -> None:
    deliveries.deliver_due(now=NOW)
    waiting.settle_waiting()


class TestTracking:
    def test_tells_the_case_of_a_delivery_once(self) -> None:
        parcel, channel = ship(), make_channel("easypost")
        assert take_in(channel, easypost("delivered")).state == S.ACCEPTED
        assert take_in(channel, easypost("delivered") | {"again": 1}).state == S.DUPLICATE
        told = Event.objects.get(kind="carrier.delivered")
        assert told.data["shipment"] == parcel.pk

    def test_moves_a_parcel_that_comes_back(self) -> None:
        parcel = ship()
        assert take_in(make_channel("easypost"), easypost("return_to_sender")).state == S.ACCEPTED
        parcel.refresh_from_db()
        assert parcel.state == ShipmentState.RETURNED_TO_SENDER

    def test_moves_a_parcel_of_a_customer_and_never_back(self) -> None:
        parcel, channel = announce(), make_channel("easypost")
        states: list[str] = []
        for status in ("in_transit", "delivered", "in_transit"):
            take_in(channel, easypost(status) | {"n": len(states)})
            parcel.refresh_from_db()
            states.append(parcel.state)
        assert states == [ParcelState.IN_TRANSIT, ParcelState.ARRIVED, ParcelState.ARRIVED]

    def test_waits_for_its_parcel_and_goes_on_by_itself(self) -> None:
        early = take_in(make_channel("easypost"), easypost("delivered"))
        assert (early.state, early.awaits_kind, early.awaits_key) == (
            S.PARKED, Awaited.PARCEL, NUMBER,
        )  # fmt: skip
        ship()
        settle_all()
        early.refresh_from_db()
        assert early.state == S.ACCEPTED

    def test_is_held_where_the_transition_is_not_legal(self) -> None:
        order = make_order()
        with transaction.atomic():
            planned = fulfilment.plan_shipment(
                order_id=order.pk, location_id=make_location().pk, reference="order:2", case="",
                lines=[(order.lines.get().pk, 1, "")], carrier="ups", cost=Decimal(0),
                promised_on=None, **WHO,
            )  # fmt: skip
            planned.tracking_number = NUMBER
            planned.save()
        held = take_in(make_channel("easypost"), easypost("delivered"))
        assert (held.state, held.field, held.owner) == (S.HELD, "status", "lead")
        assert "planned" in held.reason

    @pytest.mark.parametrize("mode", ["test"])
    def test_ignores_tests(self, mode: str) -> None:
        ship()
        document = easypost("delivered")
        document["result"]["mode"] = mode
        assert take_in(make_channel("easypost"), document).state == S.IGNORED

    def test_is_held_when_the_carrier_has_a_word_of_its_own(self) -> None:
        ship()
        held = take_in(make_channel("easypost"), easypost("teleported"))
        assert (held.state, held.cause) == (S.HELD, "unknown_status")


class TestReturns:
    @pytest.fixture(autouse=True)
    def _policy(self) -> None:
        make_policy()

    def test_open_a_case_once_their_order_is_there(self) -> None:
        channel = make_channel("bol")
        early = take_in(channel, RETURNS["bol"])
        assert (early.state, early.awaits_kind) == (S.PARKED, Awaited.ORDER)
        take_in(channel, BOL)
        settle_all()
        early.refresh_from_db()
        assert early.state == S.ACCEPTED, early.reason
        case = Return.objects.get()
        assert ChannelReturn.objects.get().case == f"return:{case.pk}"
        assert case.lines.get().reason == "defective"

    def test_give_the_parcel_of_their_case_its_number_whenever_they_say_it(self) -> None:
        make_location(accepts_returns=True)
        channel = make_channel("bol")
        take_in(channel, RECENT)
        take_in(channel, COMES_BACK)
        settle_all()
        parcel = InboundParcel.objects.get()
        assert parcel.tracking_number == ""
        told = of(COMES_BACK)
        told["returnItems"][0] |= {"transporterName": "PostNL", "trackAndTrace": NUMBER}
        assert take_in(channel, told).state == S.ACCEPTED
        assert take_in(channel, told | {"again": 1}).state == S.DUPLICATE
        parcel.refresh_from_db()
        assert (parcel.carrier, parcel.tracking_number) == ("PostNL", NUMBER)
        assert take_in(make_channel("easypost"), easypost("in_transit")).state == S.ACCEPTED

    def test_know_the_number_before_there_is_a_parcel(self) -> None:
        make_location(accepts_returns=True)
        channel = make_channel("bol")
        take_in(channel, RECENT)
        told = of(COMES_BACK)
        told["returnItems"][0]["trackAndTrace"] = NUMBER
        take_in(channel, told)
        settle_all()
        assert InboundParcel.objects.get().tracking_number == NUMBER

    def test_are_taken_once_however_often_they_are_told(self) -> None:
        channel = make_channel("bol")
        take_in(channel, BOL)
        take_in(channel, RETURNS["bol"])
        again = take_in(channel, RETURNS["bol"] | {"fulfilmentMethod": "FBR"})
        assert again.state == S.DUPLICATE
        assert Return.objects.count() == 1

    def test_that_the_channel_settled_only_take_the_units_off(self) -> None:
        channel = make_channel("bol")
        take_in(channel, BOL)
        document = of(RETURNS["bol"])
        document["returnItems"][0] |= {"handled": True, "processingResults": [
            {"quantity": 1, "processingResult": "ACCEPTED"}]}  # fmt: skip
        assert take_in(channel, document).state == S.ACCEPTED
        assert not Return.objects.exists()
        assert OrderLine.objects.get().returned == 1

    def test_are_held_when_more_comes_back_than_was_sent(self) -> None:
        channel = make_channel("bol")
        take_in(channel, BOL)
        document = of(RETURNS["bol"])
        document["returnItems"][0]["expectedQuantity"] = 9
        held = take_in(channel, document)
        assert (held.state, held.owner) == (S.HELD, "lead")
        assert not ChannelReturn.objects.exists()


class TestMessages:
    def test_mark_a_letter_as_bounced_and_a_late_delivery_changes_nothing(
        self, mailbox: Mailbox
    ) -> None:
        letter = queue_letter()
        courier.send_due(now=NOW)
        Message.objects.update(provider_id="sent-1")
        assert take_in(make_channel("ses"), MESSAGES["ses"][0]).state == S.ACCEPTED
        late = take_in(make_channel("twilio"), MESSAGES["twilio"][0])
        assert late.state == S.DUPLICATE
        letter.refresh_from_db()
        assert letter.state == MessageState.BOUNCED

    def test_do_not_bounce_softly(self, mailbox: Mailbox) -> None:
        letter = queue_letter()
        courier.send_due(now=NOW)
        Message.objects.update(provider_id="sent-1")
        assert take_in(make_channel("postmark"), MESSAGES["postmark"][0]).state == S.ACCEPTED
        letter.refresh_from_db()
        assert letter.state == MessageState.SENT

    @pytest.mark.parametrize(
        ("channel", "document", "status", "is_permanent"),
        [
            ("twilio", {"SmsSid": "sent-1", "SmsStatus": "sent"}, "sent", False),
            ("twilio", {"SmsSid": "sent-1", "SmsStatus": "delivered"}, "delivered", False),
            ("twilio", {"SmsSid": "sent-1", "SmsStatus": "undelivered", "ErrorCode": "30003"},
             "bounced", False),
            ("twilio", {"SmsSid": "sent-1", "SmsStatus": "failed", "ErrorCode": "21610"},
             "bounced", True),
            ("ses", MESSAGES["ses"][0], "bounced", True),
            ("ses", {"notificationType": "Complaint", "mail": {"messageId": "sent-1"}},
             "complained", False),
            ("sendgrid", [{"event": "dropped", "sg_message_id": "sent-1.x"}], "failed", False),
            ("sendgrid", [{"event": "deferred", "sg_message_id": "sent-1.x"}], "sent", False),
            ("postmark", MESSAGES["postmark"][0], "bounced", False),
        ],
    )  # fmt: skip
    def test_are_told_on_without_an_address(
        self, mailbox: Mailbox, channel: str, document: Any, status: str, is_permanent: bool
    ) -> None:
        letter = queue_letter()
        courier.send_due(now=NOW)
        Message.objects.update(provider_id="sent-1")
        take_in(make_channel(channel), document)
        told = Event.objects.get(kind="message.status")
        assert told.data == {
            "provider": channel, "provider_id": "sent-1", "message": f"message:{letter.pk}",
            "status": status, "is_permanent": is_permanent, "happened_at": None,
        }  # fmt: skip

    def test_answered_with_stop_end_texts_to_that_number(self) -> None:
        heard = {"MessageSid": "in-1", "SmsStatus": "received", "From": "+491713920005"}
        channel = make_channel("twilio")
        stopped = take_in(channel, heard | {"Body": "STOP"})
        assert (stopped.state, stopped.reason) == (S.ACCEPTED, "Texts to this number are stopped.")
        kept = Suppression.objects.get()
        assert (kept.reason, kept.medium) == ("stopped", "sms")
        said = take_in(channel, heard | {"MessageSid": "in-2", "Body": "Where is my parcel?"})
        assert said.state == S.IGNORED
        rows = [*Event.objects.values(), *Suppression.objects.values()]
        assert "3920005" not in str(rows)

    def test_overtake_what_they_are_about(self) -> None:
        early = take_in(make_channel("twilio"), MESSAGES["twilio"][0])
        assert (early.state, early.awaits_kind) == (S.PARKED, Awaited.MESSAGE)


class TestHalves:
    @pytest.mark.parametrize("halves", [(AMAZON_HEAD, AMAZON_ITEMS), (AMAZON_ITEMS, AMAZON_HEAD)])
    def test_make_one_order_in_whichever_order_they_come(self, halves: tuple[Any, Any]) -> None:
        channel = make_channel("amazon")
        first, second = (take_in(channel, half) for half in halves)
        assert (first.state, second.state) == (S.PARKED, S.ACCEPTED)
        first.refresh_from_db()
        assert (first.state, first.is_update) == (S.ACCEPTED, True)
        assert Order.objects.get() == first.order == second.order


class TestParked:
    def test_is_found_by_the_schedule_when_nobody_told(self) -> None:
        early = take_in(make_channel("easypost"), easypost("delivered"))
        ship()
        assert services.release_parked(op_id=uuid4(), **WHO) == 1
        early.refresh_from_db()
        assert early.state == S.RECEIVED

    def test_becomes_a_question_after_too_long(self) -> None:
        early = take_in(make_channel("easypost"), easypost("delivered"))
        later: dict[str, Any] = {"actor": DESK, "op_id": uuid4()}
        assert services.give_up_parked(now=NOW + PATIENCE, **later) == 0
        assert services.give_up_parked(now=NOW + PATIENCE * 2, **later) == 1
        early.refresh_from_db()
        assert (early.state, early.owner, early.cause) == (S.HELD, "admin", "never_came")


class TestFairness:
    def test_serves_channels_in_turn_and_urgent_documents_first(self) -> None:
        busy, quiet = make_channel("easypost"), make_channel("shippo")
        for number in range(6):
            receive(busy, easypost("delivered") | {"n": number})
        urgent = receive(busy, {"n": "urgent"}, topic="orders/cancelled")
        lone = receive(quiet, TRACKING["shippo"][0])
        from intake.locks import claim_received

        first = {claim.document_id for claim in claim_received(2)}
        assert first == {urgent.pk, lone.pk}


class TestLists:
    def test_have_a_row_for_each_thing_and_are_replayed_one_by_one(self) -> None:
        rows = take_in_all(make_channel("sendgrid"), [
            {"event": "delivered", "sg_message_id": f"m{n}.x"} for n in range(3)])  # fmt: skip
        assert [row.state for row in rows] == [S.PARKED] * 3
        replayed = services.replay_document(
            document_id=rows[2].pk, actor=DESK, op_id=uuid4(), now=NOW
        )
        assert (replayed.pk, replayed.external_id) == (rows[2].pk, "m2")
        assert ChannelDocument.objects.count() == 3
