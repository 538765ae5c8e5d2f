"""`manage.py warehouse LEJ open --url https://…`: connect the system that runs a location."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.actors import Actor
from core.errors import DomainError
from fulfilment import queries, services
from fulfilment.models import Warehouse
from inventory.models import Location

COMMAND_LINE = Actor.system("command-line")


class Command(BaseCommand):
    help = "Connect a location's warehouse; add or retire what both sides sign with; show it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("location", help="Its code.")
        parser.add_argument("action", choices=["open", "add-secret", "retire-secret", "show"])
        parser.add_argument("number", nargs="?", type=int, help="Of the secret to retire.")
        parser.add_argument("--adapter", default="generic")
        parser.add_argument("--url", default="", help="Where messages are posted to.")
        parser.add_argument(
            "--partner", default="house", help="Whose location: the partner's code."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        location = Location.objects.filter(
            code=options["location"], partner__code=options["partner"]
        ).first()
        if location is None:
            raise CommandError(f"There is no location {options['location']}.")
        try:
            if options["action"] == "open":
                self._open(location, adapter=options["adapter"], url=options["url"])
            else:
                self._act(location, options["action"], options["number"])
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal

    def _open(self, location: Location, *, adapter: str, url: str) -> None:
        warehouse = services.open_warehouse(
            partner_id=location.partner_id,
            location_id=location.pk,
            adapter=adapter,
            url=url,
            actor=COMMAND_LINE,
            op_id=uuid4(),
            now=clock.now(),
        )
        self.stdout.write(f"It reports to /warehouses/{warehouse.public_id}/reports/")

    def _act(self, location: Location, action: str, number: int | None) -> None:
        warehouse = queries.find_warehouse(location_id=location.pk)
        if warehouse is None:
            raise CommandError(f"{location} has no warehouse; `open` connects one.")
        match action:
            case "add-secret":
                self._add_secret(warehouse)
            case "retire-secret":
                self._retire_secret(warehouse, number)
            case "show":
                self._show(warehouse)

    def _add_secret(self, warehouse: Warehouse) -> None:
        secret = sys.stdin.readline().strip()
        if not secret:
            raise CommandError("The secret is read from standard input, and there was none.")
        added = services.add_secret(
            warehouse=warehouse, secret=secret, actor=COMMAND_LINE, op_id=uuid4(), now=clock.now()
        )
        self.stdout.write(f"Secret {added.pk} is live.")

    def _retire_secret(self, warehouse: Warehouse, number: int | None) -> None:
        if number is None or not warehouse.secrets.filter(pk=number).exists():
            raise CommandError("There is no such secret; `show` lists their numbers.")
        services.retire_secret(secret_id=number, actor=COMMAND_LINE, op_id=uuid4(), now=clock.now())
        self.stdout.write(f"Secret {number} is retired and destroyed.")

    def _show(self, warehouse: Warehouse) -> None:
        self.stdout.write(f"{warehouse.public_id}  {warehouse.adapter}  {warehouse.url}".rstrip())
        for secret in warehouse.secrets.order_by("pk"):
            ended = f"retired {secret.retired_at:%Y-%m-%d}" if secret.retired_at else "live"
            self.stdout.write(f"{secret.pk}  added {secret.added_at:%Y-%m-%d}  {ended}")
