"""The claims, one module for each thing they are about. A new proof is added to this list."""

from bench.proofs.holds import LAST_UNITS_ARE_HELD_ONCE, LINES_NEVER_WAIT_IN_A_CIRCLE

PROOFS = [LAST_UNITS_ARE_HELD_ONCE, LINES_NEVER_WAIT_IN_A_CIRCLE]
