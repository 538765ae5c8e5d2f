"""`make test`: every gate, the quick ones first, and a table of what each took.

A failing gate does not hide the next one: all run, then the first failure's code is ours.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.chromium import NoChromium, find_or_fetch_chromium

CHECKOUT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
A_BUILD = {"SWAPDESK_BUILD": "1"}
# What an operator has to give, and nothing else: `check --deploy` must be content with it.
PRODUCTION = {
    "SECRET_KEY": "a-secret-of-production-" + "0123456789abcdef" * 4,
    "SWAPDESK_DATA_KEY": "A" * 43 + "=",
    "ALLOWED_HOSTS": "desk.example.org",
    "DATABASE_URL": "postgresql://desk@db.example.org/desk",
    "BROKER_URL": "rediss://broker.example.org/0",
}


@dataclass(frozen=True)
class Gate:
    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str] = field(default_factory=dict)
    speaks_only_of_failure: bool = False

    def passes(self) -> bool:
        environment = {**os.environ, **self.environment}
        output = subprocess.PIPE if self.speaks_only_of_failure else None
        done = subprocess.run(
            self.command, cwd=CHECKOUT, env=environment, stdout=output, text=True, check=False
        )
        if done.returncode and done.stdout:
            say(done.stdout)
        return done.returncode == 0


def gates(workers: str) -> list[Gate]:
    manage = [sys.executable, "-W", "error", "manage.py"]
    # djade wants files, not folders, and nothing else to say is written in templates.
    templates = sorted(str(path) for path in CHECKOUT.glob("templates/**/*.html"))
    found = [
        Gate("ruff", [BIN / "ruff", "check", "--quiet"]),
        Gate("ruff format", [BIN / "ruff", "format", "--check", "--quiet"]),
        Gate("import-linter", [BIN / "lint-imports", "--no-cache"], speaks_only_of_failure=True),
        Gate("check --deploy", [*manage, "check", "--deploy", "--fail-level=WARNING"], PRODUCTION),
        Gate("mypy", [BIN / "mypy", "--no-error-summary", "."], A_BUILD),
        Gate("pytest", [sys.executable, "-m", "pytest", "-n", workers]),
    ]
    if templates:
        djade: list[str | Path] = [BIN / "djade", "--check", "--target-version", "5.2", *templates]
        found.insert(2, Gate("djade", djade))
    return found


def main() -> int:
    try:
        find_or_fetch_chromium()
    except NoChromium as missing:
        say(str(missing))
        return 1
    rows = []
    for gate in gates(os.environ.get("WORKERS", "2")):
        say(f"── {gate.name}")
        began = time.monotonic()
        passed = gate.passes()
        rows.append((gate.name, passed, time.monotonic() - began))
    say("")
    for name, passed, seconds in rows:
        say(f"{'passed' if passed else 'FAILED':<8}{name:<18}{seconds:>7.1f} s")
    return 0 if all(passed for _, passed, _ in rows) else 1


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
