"""`manage.py intake_backfill --channel X FILE`: a large file of old documents, as a job."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.actors import Actor
from core.errors import DomainError
from intake import services
from intake.channels import NAMES
from intake.services import backfilling

COMMAND_LINE = Actor.system("command-line")
TABLES = {".csv", ".tsv", ".txt"}


class Command(BaseCommand):
    help = "Keep a large file of documents (JSONL or a table) and take it as a job."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--channel", required=True, choices=NAMES)
        parser.add_argument("--account", default="", help="The shop at the channel.")
        parser.add_argument("--key", default="", help="Of a table: the column that names an order.")
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        now = clock.now()
        channel = services.open_channel(
            kind=options["channel"],
            account=options["account"],
            actor=COMMAND_LINE,
            op_id=uuid4(),
            now=now,
        )
        try:
            with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
                backfill = backfilling.keep_file(
                    channel=channel,
                    name=file.name,
                    lines=lines,
                    is_table=file.suffix.lower() in TABLES,
                    key=options["key"],
                    now=now,
                )
        except (OSError, DomainError) as error:
            raise CommandError(str(error)) from error
        job = services.start_backfill(
            backfill_id=backfill.pk, actor=COMMAND_LINE, op_id=uuid4(), now=now
        )
        self.stdout.write(f"{backfill.records} records are kept; job {job.public_id} takes them.")
