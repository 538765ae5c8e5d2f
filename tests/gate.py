"""`make test`: every gate, and a table of what each took.

The tests run from the start and speak as they go. The others, one after the other, run beside
them and speak of failure alone. A failing gate does not hide the next one: all run, then the
first failure's code is ours.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.chromium import NoChromium, find_or_fetch_chromium

CHECKOUT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
A_BUILD = {"SWAPDESK_BUILD": "1"}
# A run starts some forty processes of the same thousand modules.
COMPILED_ONCE = {"PYTHONDONTWRITEBYTECODE": ""}
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

    def run(self, *, aloud: bool) -> Outcome:
        """To its end. What it says is heard at once, or else as a whole if it fails."""
        began = time.monotonic()
        done = subprocess.run(
            self.command,
            cwd=CHECKOUT,
            env={**os.environ, **COMPILED_ONCE, **self.environment},
            stdout=None if aloud else subprocess.PIPE,
            stderr=None if aloud else subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode and not aloud:
            say(f"\n── {self.name} failed\n{done.stdout}")
        return Outcome(self.name, done.returncode == 0, time.monotonic() - began)


@dataclass(frozen=True)
class Outcome:
    name: str
    passed: bool
    seconds: float


def list_gates() -> list[Gate]:
    """All but the tests, the quick ones first."""
    manage = [sys.executable, "-W", "error", "manage.py"]
    # djade wants files, not folders, and nothing else to say is written in templates.
    templates = sorted(str(path) for path in CHECKOUT.glob("templates/**/*.html"))
    found = [
        Gate("ruff", [BIN / "ruff", "check", "--quiet"]),
        Gate("ruff format", [BIN / "ruff", "format", "--check", "--quiet"]),
        Gate("import-linter", [BIN / "lint-imports", "--no-cache"]),
        Gate("check --deploy", [*manage, "check", "--deploy", "--fail-level=WARNING"], PRODUCTION),
        Gate("mypy", [BIN / "mypy", "--no-error-summary", "."], A_BUILD),
    ]
    if templates:
        djade: list[str | Path] = [BIN / "djade", "--check", "--target-version", "5.2", *templates]
        found.insert(2, Gate("djade", djade))
    return found


def tests(workers: str) -> Gate:
    # A worker that is through with its share takes from the other's: long files stand together.
    return Gate("pytest", [sys.executable, "-m", "pytest", "-n", workers, "--dist", "worksteal"])


def main() -> int:
    try:
        find_or_fetch_chromium()
    except NoChromium as missing:
        say(str(missing))
        return 1
    outcomes = run_all(list_gates(), tests(os.environ.get("WORKERS", "2")))
    say("")
    for done in outcomes:
        say(f"{'passed' if done.passed else 'FAILED':<8}{done.name:<18}{done.seconds:>7.1f} s")
    return 0 if all(done.passed for done in outcomes) else 1


def run_all(beside: Sequence[Gate], aloud: Gate) -> list[Outcome]:
    """How each ended: those beside in their order, then the one that is heard."""
    say(f"── {aloud.name}; beside it {', '.join(gate.name for gate in beside)}")
    with ThreadPoolExecutor(max_workers=1) as lane:
        waiting = [lane.submit(gate.run, aloud=False) for gate in beside]
        heard = aloud.run(aloud=True)
        return [*(each.result() for each in waiting), heard]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
