"""`make bench`: how fast, beside PostgreSQL's own limit in the same minutes on this machine.

Only ratios within one run mean anything: disks and neighbours drift, a quarter is noise.
"""

import sys

from bench import ground


def main() -> int:
    ground.prepare()
    # After Django is set up: they import models.
    from bench.measures import MEASURES

    print(
        f"{'what':<44}{'limit/s':>10}{'ours/s':>10}{'ratio':>8}{'floor':>8}{'goal':>7}{'p99 ms':>9}"
    )
    reached = True
    for measure in MEASURES:
        ground.empty()
        found = measure.take()
        reached = reached and found.ratio >= measure.floor
        print(
            f"{measure.what:<44}{found.limit:>10,.0f}{found.ours:>10,.0f}{found.ratio:>8.2f}"
            f"{measure.floor:>8.2f}{measure.goal:>7.2f}{found.p99 * 1000:>9.1f}",
            flush=True,
        )
    print("" if reached else "A floor is not reached.")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
