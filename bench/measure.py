"""`make bench`: how fast, beside PostgreSQL's own limit in the same minutes on this machine.

Only ratios within one run mean anything: disks and neighbours drift, a quarter is noise.
docs/performance.md says how to read the table.
"""

import sys
from collections.abc import Sequence

from bench import ground, table
from bench.measuring import Found, Measure


def main(words: Sequence[str]) -> int:
    ground.prepare()
    # After Django is set up: they import models.
    from bench import peers
    from bench.measures import MEASURES

    chosen = [one for one in MEASURES if not words or any(word in one.name for word in words)]
    if not chosen:
        sys.exit(f"There is no such measure. There are: {' '.join(one.name for one in MEASURES)}")
    try:
        peers.start()
        return _take(chosen, list(peers.running()))
    finally:
        peers.stop()


def _take(chosen: Sequence[Measure], peers: Sequence[str]) -> int:
    missed = []
    table.print_head(peers)
    for measure in chosen:
        ground.empty()
        ground.rest()
        found = measure.take()
        table.print_row(measure, found, peers)
        if not _holds(measure, found):
            missed.append(measure.what)
    print(f"\nNot reached: {'; '.join(missed)}." if missed else "\nEvery floor holds.")
    return 1 if missed else 0


def _holds(measure: Measure, found: Found) -> bool:
    """A ratio to a peer that is not there cannot be judged, and fails nothing."""
    judged = measure.judge(found)
    enough = measure.floor is None or judged is None or judged >= measure.floor
    return enough and all(bound.holds for bound in found.bounds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
