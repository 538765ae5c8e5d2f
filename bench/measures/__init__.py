"""What is measured, one module for each thing. A new measure is added to this list."""

from bench.measures.commands import QUOTE
from bench.measures.decay import DECAY
from bench.measures.holds import HOLDS
from bench.measures.intake import INTAKE
from bench.measures.lines import FIFTY_LINES
from bench.measures.sweep import SWEEP
from bench.measures.verdicts import BACKTEST, VERDICTS
from bench.measuring import Measure

MEASURES: list[Measure] = [
    *HOLDS,
    DECAY,
    FIFTY_LINES,
    SWEEP,
    QUOTE,
    *INTAKE,
    VERDICTS,
    BACKTEST,
]
