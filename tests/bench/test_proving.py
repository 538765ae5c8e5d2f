"""The table of `make prove`: what it says of a claim, and that nothing is said over it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import ground, prove
from bench.proof import Evidence, Proof
from bench.proofs import PROOFS

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "proofs.md"


def claim(name: str, *, broken: int = 0, harm: int = 1, apart: str = "") -> Proof:
    return Proof(
        name,
        run=lambda seed: Evidence(seed, 0, broken, apart),
        control=lambda _seed: Evidence(10, 0, harm),
    )


@pytest.fixture(autouse=True)
def _nothing_is_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    """The claims here are about no rows."""
    monkeypatch.setattr(ground, "empty", lambda: None)


class TestTable:
    def test_has_a_row_for_each_claim_however_long(self, capsys: pytest.CaptureFixture) -> None:
        proofs = [claim("short"), claim("a claim of many words " * 5, apart="3 lost")]

        assert prove.prove(proofs, 42) == 0

        head, short, long, apart = capsys.readouterr().out.splitlines()
        assert short.startswith("short ")
        assert short.split()[1:5] == ["42", "42", "0", "0"]
        assert len(head) == len(short) == len(long)
        assert apart == "  run: 3 lost"

    def test_names_what_is_broken_and_how_to_see_it_again(
        self, capsys: pytest.CaptureFixture
    ) -> None:
        assert prove.prove([claim("sound"), claim("stock is true", broken=2)], 7) == 1

        said = capsys.readouterr().out
        assert "“stock is true” is broken." in said
        assert "“sound” is broken" not in said
        assert "make prove SEED=7" in said

    def test_a_control_without_harm_fails_too(self, capsys: pytest.CaptureFixture) -> None:
        assert prove.prove([claim("stock is true", harm=0)], 7) == 1

        assert "The control of “stock is true” did no harm" in capsys.readouterr().out


class TestChoosing:
    def test_takes_those_with_one_of_the_words(self) -> None:
        proofs = [claim("units are held"), claim("money is taken"), claim("a hold ends")]

        chosen = prove.choose(proofs, ["money", "ends"])

        assert [one.claim for one in chosen] == ["money is taken", "a hold ends"]

    def test_lists_the_claims_where_none_has_them(self) -> None:
        with pytest.raises(SystemExit, match="units are held"):
            prove.choose([claim("units are held")], ["nonsense"])


def test_begins_where_nothing_is_set_up() -> None:
    nothing = {"PATH": os.environ["PATH"]}

    done = subprocess.run(
        [sys.executable, "-m", "bench.prove", "--help"],
        cwd=ROOT,
        env=nothing,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert "--seed" in done.stdout


class TestNoise:
    def test_of_children_is_kept_and_what_fails_is_told(self, tmp_path: Path) -> None:
        file = tmp_path / "folder" / "prove.log"
        program = (
            "import pathlib, subprocess, sys\n"
            "from bench import noise\n"
            f"with noise.kept_in(pathlib.Path({str(file)!r})):\n"
            "    print('mine', file=sys.stderr)\n"
            "    subprocess.run([sys.executable, '-c', 'import sys; sys.exit(\"a child’s\")'])\n"
            "    raise RuntimeError('what went wrong')\n"
        )

        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True
        )

        assert file.read_text().split("\n") == ["mine", "a child’s", ""]
        assert file.stat().st_mode & 0o777 == 0o600
        assert "RuntimeError: what went wrong" in done.stderr
        assert "mine" not in done.stderr

    def test_of_the_last_run_is_gone(self, tmp_path: Path) -> None:
        file = tmp_path / "prove.log"
        file.write_text("of yesterday\n")
        program = (
            "import pathlib, sys\n"
            "from bench import noise\n"
            f"with noise.kept_in(pathlib.Path({str(file)!r})):\n"
            "    print('of today', file=sys.stderr)\n"
            "print('afterwards', file=sys.stderr)\n"
        )

        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True
        )

        assert file.read_text() == "of today\n"
        assert done.stderr == "afterwards\n"


@pytest.mark.parametrize("proof", PROOFS, ids=lambda one: one.claim)
def test_what_is_claimed_is_explained(proof: Proof) -> None:
    assert f"**{proof.claim}**" in DOCUMENT.read_text()
