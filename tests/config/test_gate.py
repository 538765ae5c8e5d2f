"""What `make test` runs, and that no gate hides another."""

from __future__ import annotations

import sys

import pytest

from tests.gate import Gate, list_gates, run_all


def saying(word: str, *, code: int) -> Gate:
    said = f"print({word!r}); raise SystemExit({code})"
    return Gate(word, [sys.executable, "-S", "-c", said])


class TestGates:
    def test_all_run_and_those_beside_speak_of_failure_alone(
        self, capfd: pytest.CaptureFixture[str]
    ) -> None:
        beside = [saying("broken", code=1), saying("silent", code=0)]
        outcomes = run_all(beside, saying("heard", code=0))
        assert [(each.name, each.passed) for each in outcomes] == [
            ("broken", False),
            ("silent", True),
            ("heard", True),
        ]
        said = capfd.readouterr().out.splitlines()[1:]
        assert "── broken failed" in said
        assert {"broken", "heard"} <= set(said)
        assert "silent" not in said

    def test_are_those_that_the_project_is_held_to(self) -> None:
        assert [gate.name for gate in list_gates()] == [
            *("ruff", "ruff format", "djade", "import-linter", "check --deploy", "mypy"),
        ]
