"""What there is of each SKU: where, for whom it is kept back, and how it came to be so."""
