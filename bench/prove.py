"""`make prove`: every claim at full size, with its control, in one table.

docs/proofs.md says what each of them does.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench import ground, noise

if TYPE_CHECKING:  # what imports models waits until Django is set up
    from bench.proof import Evidence, Proof

LOG = Path(__file__).parents[1] / ".local" / "prove.log"
FIGURES = ("seed", "ops", "faults", "broken", "control", "s")
WIDTHS = (12, 9, 8, 8, 9, 8)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=int(time.time()))
    asked.add_argument("words", nargs="*", help="only the claims that contain one of them")
    options = asked.parse_args()
    print("What the desk says meanwhile is in .local/prove.log.", flush=True)
    with noise.kept_in(LOG):
        ground.prepare()
        from bench.proofs import PROOFS

        return prove(choose(PROOFS, options.words), options.seed)


def choose(proofs: Sequence[Proof], words: Sequence[str]) -> list[Proof]:
    """Those whose claim contains one of the words; all of them where there are no words."""
    chosen = [one for one in proofs if not words or any(word in one.claim for word in words)]
    if not chosen:
        sys.exit("No claim has these words. There are:\n" + "\n".join(one.claim for one in proofs))
    return chosen


def prove(proofs: Sequence[Proof], seed: int) -> int:
    """Run them one after the other, a row each; 0 when all hold, and each control does harm."""
    width = max(len(one.claim) for one in proofs)
    print(write_row("claim", FIGURES, width), flush=True)
    amiss = []
    for number, proof in enumerate(proofs, 1):
        with running(f"{number} of {len(proofs)}: {proof.claim} …"):
            began = time.monotonic()
            ground.empty()
            evidence = proof.run(seed)
            ground.empty()
            control = proof.control(seed)
            seconds = time.monotonic() - began
        print(write_row(proof.claim, figures(seed, evidence, control, seconds), width), flush=True)
        for name, found in (("run", evidence), ("control", control)):
            if found.apart:
                print(f"  {name}: {found.apart}", flush=True)
        if evidence.violations:
            amiss.append(f"“{proof.claim}” is broken.")
        if not control.violations:
            amiss.append(f"The control of “{proof.claim}” did no harm, so nothing is proved by it.")
    if amiss:
        print("", *amiss, f"The same once more: make prove SEED={seed}", sep="\n", flush=True)
    return 1 if amiss else 0


@contextmanager
def running(told: str) -> Iterator[None]:
    """Say on a terminal what is being run, until it is done."""
    told = told if sys.stdout.isatty() else ""
    print(told, end="\r" if told else "", flush=True)
    yield
    print(" " * len(told), end="\r" if told else "", flush=True)


def figures(seed: int, evidence: Evidence, control: Evidence, seconds: float) -> tuple[str, ...]:
    counts = (evidence.operations, evidence.faults, evidence.violations, control.violations)
    return (str(seed), *map(str, counts), f"{seconds:.1f}")


def write_row(claim: str, cells: Sequence[str], width: int) -> str:
    return f"{claim:<{width}}" + "".join(
        f"{cell:>{wide}}" for cell, wide in zip(cells, WIDTHS, strict=True)
    )


if __name__ == "__main__":
    sys.exit(main())
