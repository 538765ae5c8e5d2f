"""The claims, one module for each thing they are about. A new proof is added to this list."""

from bench.proofs.crashes import WHAT_WAS_ANSWERED_IS_THERE
from bench.proofs.ends import A_HOLD_ENDS_ONCE
from bench.proofs.fuzzing import THE_API_KEEPS_ITS_WORD
from bench.proofs.guessing import NO_CASE_IS_GUESSED
from bench.proofs.holds import LAST_UNITS_ARE_HELD_ONCE, LINES_NEVER_WAIT_IN_A_CIRCLE
from bench.proofs.intake import NOTHING_IS_LOST
from bench.proofs.mixed import STOCK_STAYS_TRUE_IN_A_MIX
from bench.proofs.model import STOCK_IS_AS_ITS_MODEL
from bench.proofs.money import MONEY_OBEYS_ITS_LAWS
from bench.proofs.notices import NOTICES_END_IN_THE_TRUTH
from bench.proofs.payments import MONEY_IS_TAKEN_ONCE
from bench.proofs.web import THE_LAST_UNIT_IS_SOLD_ONCE

PROOFS = [
    LAST_UNITS_ARE_HELD_ONCE,
    LINES_NEVER_WAIT_IN_A_CIRCLE,
    A_HOLD_ENDS_ONCE,
    THE_LAST_UNIT_IS_SOLD_ONCE,
    WHAT_WAS_ANSWERED_IS_THERE,
    STOCK_STAYS_TRUE_IN_A_MIX,
    STOCK_IS_AS_ITS_MODEL,
    NOTHING_IS_LOST,
    MONEY_IS_TAKEN_ONCE,
    THE_API_KEEPS_ITS_WORD,
    NO_CASE_IS_GUESSED,
    MONEY_OBEYS_ITS_LAWS,
    NOTICES_END_IN_THE_TRUTH,
]
