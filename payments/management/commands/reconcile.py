"""`manage.py reconcile`: what a provider and we do not agree on. A dry run by default."""

from __future__ import annotations

import datetime as dt
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from payments import queries, reconciling
from payments.gateways.port import NothingHappened, OutcomeUnknown


class Command(BaseCommand):
    help = "Compare the providers' lists with ours, print the plan as JSON; --apply opens items."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=3, help="How far back.")
        parser.add_argument("--account", default="", help="One account, by its id.")
        parser.add_argument("--apply", action="store_true", help="Open a work item for each.")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        since = now - dt.timedelta(days=options["days"])
        plans = []
        for account in queries.list_accounts():
            if options["account"] in ("", account.public_id):
                plans.append(self._plan(account, since, now))
        if options["account"] and not plans:
            raise CommandError("There is no such account.")
        said = [found.as_json() for found in plans]
        if options["apply"]:
            for found, line in zip(plans, said, strict=True):
                line["opened"] = reconciling.apply(found, now=now)
        self.stdout.write(json.dumps(said, indent=2))

    def _plan(self, account: Any, since: dt.datetime, now: dt.datetime) -> reconciling.Plan:
        try:
            return reconciling.plan(account, since=since, until=now)
        except (OutcomeUnknown, NothingHappened) as error:
            raise CommandError(f"{account} does not answer: {error}") from error
