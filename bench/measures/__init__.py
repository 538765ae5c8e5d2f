"""What is measured, one module for each thing. A new measure is added to this list."""

from bench.measures.holds import MANY_SKUS, ONE_SKU

MEASURES = [MANY_SKUS, ONE_SKU]
