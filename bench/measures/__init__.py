"""What is measured, one module for each thing. A new measure is added to this list."""

from bench.measures.commands import QUOTE
from bench.measures.holds import HOLDS
from bench.measuring import Measure

MEASURES: list[Measure] = [*HOLDS, QUOTE]
