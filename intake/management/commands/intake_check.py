"""`manage.py intake_check DIR`: what intake reads of a folder, beside its TRUTH.json."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from intake.checking import TRUTH_FILE, CheckedDocument, check_folder


class Command(BaseCommand):
    help = (
        "Compare what intake reads of a folder of documents with its TRUTH.json. Changes nothing."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if not (folder / TRUTH_FILE).is_file():
            raise CommandError(f"{folder} holds no {TRUTH_FILE}.")
        checked = list(check_folder(folder))
        self._print_differences(checked)
        self._print_table(checked)
        if not all(document.is_as_expected for document in checked):
            raise CommandError("Some documents are read otherwise than their truth says.")

    def _print_differences(self, checked: list[CheckedDocument]) -> None:
        for document in checked:
            for difference in document.differences:
                self.stdout.write(
                    f"{document.name}: {difference.field} should be {difference.expected}, "
                    f"read {difference.found}"
                )

    def _print_table(self, checked: list[CheckedDocument]) -> None:
        """Held rightly: read as the truth says, and a person has to look before it is an order."""
        self.stdout.write(f"{'channel':<16}{'documents':>10}{'right':>8}{'held':>8}{'wrong':>8}")
        for channel in sorted({document.channel for document in checked}):
            self._print_row(channel, [one for one in checked if one.channel == channel])
        self._print_row("together", checked)

    def _print_row(self, name: str, checked: list[CheckedDocument]) -> None:
        wrong = sum(not document.is_as_expected for document in checked)
        held = sum(document.is_as_expected and document.is_held for document in checked)
        right = len(checked) - wrong - held
        self.stdout.write(f"{name:<16}{len(checked):>10}{right:>8}{held:>8}{wrong:>8}")
