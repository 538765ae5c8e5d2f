"""What there is, where it lies and what is held for whom."""
