"""`manage.py intake` over a file of every channel there is: each is read and ends somewhere."""

from __future__ import annotations

import json
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command

from intake import services
from intake.channels import ALIASES, CHANNELS
from intake.models import ChannelDocument, Mapping
from orders.models import Channel, Order
from tests.intake.channel_documents import FILES, MESSAGES
from tests.intake.desk import DESK, NOW, make_channel
from tests.intake.documents import body
from tests.intake.test_mapping import JSON, PLAN

pytestmark = pytest.mark.django_db


def intake(channel: str, folder: Path, *contents: Any) -> list[dict[str, Any]]:
    files = []
    for n, content in enumerate(contents):
        file = folder / f"{n}"
        file.write_bytes(content if isinstance(content, bytes) else body(content))
        files.append(str(file))
    out = StringIO()
    call_command("intake", "--channel", channel, "--json", *files, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def count() -> Counter[str]:
    return Counter(ChannelDocument.objects.values_list("state", flat=True))


def publish_mapping(channel: Channel) -> None:
    mapping = Mapping.objects.create(
        partner_id=channel.partner_id, channel=channel, number=1,
        records=PLAN.records, lines=PLAN.lines,
    )  # fmt: skip
    for field in PLAN.fields:
        mapping.fields.create(
            partner_id=channel.partner_id, target=field.target, path=field.path,
            constant=field.constant, transform=field.transform, argument=field.argument,
        )  # fmt: skip
    services.publish_mapping(mapping_id=mapping.pk, actor=DESK, op_id=uuid4(), now=NOW)


class TestFiles:
    def test_are_there_of_every_channel(self) -> None:
        assert set(FILES) == set(CHANNELS)

    @pytest.mark.parametrize("channel", sorted(CHANNELS))
    def test_are_taken_in_once_and_told_of(self, channel: str, tmp_path: Path) -> None:
        document, ends = FILES[channel]
        *told, again = intake(channel, tmp_path, document, document)
        assert again["outcome"] == "duplicate"
        assert [(one["outcome"], one["field"]) for one in told] == ends, told
        for one in told:
            assert (one["order"] is None) != (one["fact"] is None), one
            assert one["order"] is not None or one["outcome"] == "parked", one
        accepted = [one["order"] for one in told if one["outcome"] == "accepted"]
        assert [order["external_id"] for order in accepted] == list(
            Order.objects.order_by("pk").values_list("external_id", flat=True)
        )

    @pytest.mark.parametrize("channel", sorted(CHANNELS))
    def test_that_are_none_are_told_of_as_well(self, channel: str, tmp_path: Path) -> None:
        """Bytes that no parser takes, and a document of something else: one row each, no order."""
        broken, nothing = intake(channel, tmp_path, b'\x00{"id": ', b'{"ping": "pong"}\n')
        assert (broken["outcome"], broken["order"]) == ("dead_letter", None)
        assert nothing["outcome"] in {"ignored", "held", "dead_letter"}
        assert nothing["reason"]
        assert not Order.objects.exists()
        assert count() == Counter([broken["outcome"], nothing["outcome"]])

    @pytest.mark.parametrize("alias", sorted(ALIASES))
    def test_are_taken_under_other_names_of_the_channel(self, alias: str, tmp_path: Path) -> None:
        document, ends = FILES[ALIASES[alias]]
        assert [one["outcome"] for one in intake(alias, tmp_path, document)] == [
            outcome for outcome, _ in ends
        ]
        assert Channel.objects.get().kind == ALIASES[alias]


class TestTheirOwnForms:
    def test_of_a_shop_by_its_mapping(self, tmp_path: Path) -> None:
        publish_mapping(make_channel("generic", ""))
        (told,) = intake("generic", tmp_path, JSON)
        assert (told["outcome"], told["order"]["grand_total"]) == ("accepted", "1049.00"), told

    def test_of_twilio_as_it_posts_them(self, tmp_path: Path) -> None:
        form = b"MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30003&To=%2B4915100000000\n"
        (told,) = intake("twilio", tmp_path, form)
        assert (told["outcome"], told["fact"]["status"]) == ("parked", "soft_bounced")

    def test_of_sendgrid_with_several_messages(self, tmp_path: Path) -> None:
        events = [
            {"event": "delivered", "sg_message_id": "m1.x"},
            {"event": "bounce", "sg_message_id": "m2.x", "type": "bounce"},
        ]
        told = intake("sendgrid", tmp_path, events)
        assert [one["file"].rpartition("#")[2] for one in told] == ["0", "1"]
        assert [one["fact"]["status"] for one in told] == ["delivered", "bounced"]

    @pytest.mark.parametrize("channel", MESSAGES)
    def test_say_what_became_of_a_message(self, channel: str, tmp_path: Path) -> None:
        document, status = MESSAGES[channel]
        (told,) = intake(channel, tmp_path, document)
        assert (told["fact"]["external_id"], told["fact"]["status"]) == ("sent-1", status)
