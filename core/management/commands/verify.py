"""`manage.py verify`: every law, one JSON line each. Read-only, safe while the desk works."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import laws, seals

HOLDS, BROKEN, UNKNOWN = 0, 1, 2
# What an operator asks first: stock is what cases wait for, and its laws are quick to check.
FAST = "stock"


class Command(BaseCommand):
    help = "Check the laws of the desk. Exit code 0: all hold, 1: one is broken, 2: not checked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--law", action="append", default=[], help="only this one (repeatable)")
        parser.add_argument("--fast", action="store_true", help="only the laws of stock")
        parser.add_argument("--head", help="a head of the audit chain kept elsewhere, as N:HASH")
        parser.add_argument("--list", action="store_true", help="only name the laws")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            self._list()
            return
        unknown = set(options["law"]) - set(laws.names())
        if unknown:
            raise CommandError(f"There is no law {', '.join(sorted(unknown))}.", returncode=UNKNOWN)
        chosen = options["law"] or (laws.names(FAST) if options["fast"] else [])
        outcomes = laws.check_laws(chosen)
        if options["head"]:
            outcomes.append(_check_head(options["head"]))
        for outcome in outcomes:
            self.stdout.write(json.dumps(outcome.as_json()))
        sys.exit(exit_code(outcomes))

    def _list(self) -> None:
        for name, says in laws.sentences():
            self.stdout.write(f"{name}: {says}")


def exit_code(outcomes: list[laws.Outcome]) -> int:
    """A broken law outweighs one that could not be checked; neither looks like success."""
    if any(outcome.ok is False for outcome in outcomes):
        return BROKEN
    return UNKNOWN if any(outcome.ok is None for outcome in outcomes) else HOLDS


def _check_head(text: str) -> laws.Outcome:
    sequence, _, digest = text.partition(":")
    if not sequence.isdigit():
        raise CommandError("A head is written N:HASH.", returncode=UNKNOWN)
    expected = seals.Head(int(sequence), digest)

    def check() -> laws.Findings:
        broken = seals.verify_chain(expected=expected)
        return laws.Findings(expected.sequence, [f"eventseal:{b.sequence}" for b in broken])

    return laws.check(laws.Law("the_exported_head_is_in_the_chain", "", check))
