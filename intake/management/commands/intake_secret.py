"""`manage.py intake_secret --channel shopify --account A add`: webhook secrets, read from stdin."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.actors import Actor
from core.errors import DomainError
from intake import services
from intake.channels import NAMES
from intake.states import SecretPurpose
from orders.models import Channel

COMMAND_LINE = Actor.system("command-line")


class Command(BaseCommand):
    help = "Add, list or retire the secrets a channel signs its webhooks with; two may be live."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--channel", required=True, choices=NAMES)
        parser.add_argument("--account", default="", help="The shop at the channel.")
        parser.add_argument(
            "--access", action="store_true", help="A token to fetch with, not one that signs."
        )
        parser.add_argument("action", choices=["add", "list", "retire"])
        parser.add_argument("number", nargs="?", type=int, help="Of the secret to retire.")

    def handle(self, *args: Any, **options: Any) -> None:
        channel = services.open_channel(
            kind=options["channel"],
            account=options["account"],
            actor=COMMAND_LINE,
            op_id=uuid4(),
            now=clock.now(),
        )
        try:
            self.purpose = SecretPurpose.ACCESS if options["access"] else SecretPurpose.SIGNING
            getattr(self, f"_{options['action']}")(channel, options["number"])
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal

    def _add(self, channel: Channel, _number: int | None) -> None:
        secret = sys.stdin.readline().strip()
        if not secret:
            raise CommandError("The secret is read from standard input, and there was none.")
        added = services.add_secret(
            channel=channel,
            secret=secret,
            purpose=self.purpose,
            actor=COMMAND_LINE,
            op_id=uuid4(),
            now=clock.now(),
        )
        self.stdout.write(f"Secret {added.pk} is live for {channel}.")

    def _list(self, channel: Channel, _number: int | None) -> None:
        for secret in channel.secrets.order_by("pk"):
            ended = f"retired {secret.retired_at:%Y-%m-%d}" if secret.retired_at else "live"
            added = f"{secret.added_at:%Y-%m-%d}"
            self.stdout.write(f"{secret.pk}  added {added}  {ended}  {secret.purpose}")

    def _retire(self, channel: Channel, number: int | None) -> None:
        if number is None or not channel.secrets.filter(pk=number).exists():
            raise CommandError(f"{channel} has no such secret; `list` shows their numbers.")
        services.retire_secret(secret_id=number, actor=COMMAND_LINE, op_id=uuid4(), now=clock.now())
        self.stdout.write(f"Secret {number} is retired and destroyed.")
