"""`manage.py intake --channel shopify FILE…`: documents from files, settled at once."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.actors import Actor
from core.strict_json import DocumentTooLarge
from intake import queries, services
from intake.channels import NAMES
from intake.models import ChannelDocument
from intake.reading import ReadOrder
from orders.models import Channel

COMMAND_LINE = Actor.system("command-line")


class Command(BaseCommand):
    help = "Take in order documents of a channel from files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--channel", required=True, choices=NAMES)
        parser.add_argument("--topic", default="", help="As the webhook's header has it.")
        parser.add_argument("--account", default="", help="The shop at the channel.")
        parser.add_argument("--json", action="store_true", help="One line of JSON per order.")
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        channel = services.open_channel(
            kind=options["channel"],
            account=options["account"],
            actor=COMMAND_LINE,
            op_id=uuid4(),
            now=clock.now(),
        )
        write = self._write_json if options["json"] else self._write_text
        refused = 0
        for file in options["files"]:
            for told in self._take_in(channel, file, topic=options["topic"]):
                refused += told["outcome"] == "refused"
                write(told)
        if refused:
            raise CommandError(f"{refused} of the files could not be taken in.")

    def _take_in(self, channel: Channel, file: Path, *, topic: str) -> Iterator[dict[str, Any]]:
        try:
            rows = self._settle(channel, file, topic=topic)
        except (OSError, DocumentTooLarge) as error:
            yield _tell(str(file), outcome="refused", reason=_said(error))
            return
        for row in rows:
            yield _tell_of(row, file)

    def _settle(self, channel: Channel, file: Path, *, topic: str) -> list[ChannelDocument]:
        document = services.receive_document(
            channel=channel,
            content=file.read_bytes(),
            topic=topic,
            source=file.name,
            actor=COMMAND_LINE,
            op_id=uuid4(),
            now=clock.now(),
        )
        return services.settle_document(
            document_id=document.pk, actor=COMMAND_LINE, op_id=uuid4(), now=clock.now()
        )

    def _write_json(self, told: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(told, ensure_ascii=False))

    def _write_text(self, told: dict[str, Any]) -> None:
        order = told["order"] or {}
        words = [
            "updated" if told["updated"] else told["outcome"],
            told["file"],
            order.get("order_number") or "",
            ": ".join(filter(None, [told["field"], told["reason"]])),
        ]
        self.stdout.write("  ".join(filter(None, words)))


def _tell_of(row: ChannelDocument, file: Path) -> dict[str, Any]:
    reading = queries.get_reading(row)
    return _tell(
        f"{file}#{row.path}" if row.path else str(file),
        outcome=row.state,
        updated=row.is_update,
        reason=row.reason or None,
        field=row.field or None,
        order=reading.as_stated() if isinstance(reading, ReadOrder) else None,
        **(
            {}
            if reading is None or isinstance(reading, ReadOrder)
            else {"fact": reading.as_stated()}
        ),
    )


def _tell(file: str, *, outcome: str, **told: Any) -> dict[str, Any]:
    nothing = {"updated": False, "reason": None, "field": None, "order": None, "fact": None}
    return {"file": file, "outcome": outcome, **nothing, **told}


def _said(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
