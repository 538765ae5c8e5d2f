"""`make prove`: every claim at full size, with its control, in one table."""

import argparse
import sys
import time

from bench import ground


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=int(time.time()))
    asked.add_argument("words", nargs="*", help="only the claims that contain one of them")
    options = asked.parse_args()
    ground.prepare()
    # After Django is set up: they import models.
    from bench.proofs import PROOFS

    words, seed = options.words, options.seed
    chosen = [one for one in PROOFS if not words or any(word in one.claim for word in words)]
    if not chosen:
        sys.exit("No claim has these words. There are:\n" + "\n".join(one.claim for one in PROOFS))
    print(f"{'claim':<52}{'seed':>12}{'ops':>9}{'faults':>8}{'broken':>8}{'control':>9}{'s':>8}")
    sound = True
    for proof in chosen:
        began = time.monotonic()
        ground.empty()
        evidence = proof.run(seed)
        ground.empty()
        control = proof.control(seed)
        seconds = time.monotonic() - began
        print(
            f"{proof.claim:<52}{seed:>12}{evidence.operations:>9}{evidence.faults:>8}"
            f"{evidence.violations:>8}{control.violations:>9}{seconds:>8.1f}",
            flush=True,
        )
        for name, found in (("run", evidence), ("control", control)):
            if found.apart:
                print(f"  {name}: {found.apart}", flush=True)
        sound = sound and not evidence.violations and bool(control.violations)
    print("" if sound else "A claim is broken, or a control did not fail.")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
