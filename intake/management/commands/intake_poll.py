"""`manage.py intake_poll --channel X --account A [--what W] [--address URL] [--stop]`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.actors import Actor
from core.errors import DomainError
from intake import services
from intake.channels import NAMES, get_adapter
from intake.models import SourcePoll

COMMAND_LINE = Actor.system("command-line")


class Command(BaseCommand):
    help = "Have a channel be asked again and again for what it does not announce, or no more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--channel", required=True, choices=NAMES)
        parser.add_argument("--account", default="", help="The shop at the channel.")
        parser.add_argument("--what", default="", help="One thing alone; everything unless given.")
        parser.add_argument("--address", default="", help="Of a drop: where the file lies.")
        parser.add_argument("--stop", action="store_true", help="Ask no more.")

    def handle(self, *args: Any, **options: Any) -> None:
        who: dict[str, Any] = {"actor": COMMAND_LINE, "now": clock.now()}
        channel = services.open_channel(
            kind=options["channel"], account=options["account"], op_id=uuid4(), **who
        )
        known = [poll.what for poll in get_adapter(channel.kind).polls]
        for what in [options["what"]] if options["what"] else known:
            try:
                if options["stop"]:
                    poll_id = SourcePoll.objects.get(channel=channel, what=what).pk
                    services.stop_polling(poll_id=poll_id, op_id=uuid4(), **who)
                else:
                    services.start_polling(
                        channel_id=channel.pk, what=what, address=options["address"],
                        op_id=uuid4(), **who,
                    )  # fmt: skip
            except (DomainError, SourcePoll.DoesNotExist) as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{channel}: {what} {'stopped' if options['stop'] else 'asked for'}")
        if not known:
            raise CommandError(f"“{channel.kind}” announces what it has; it is not asked.")
