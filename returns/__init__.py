"""The case: what comes back, why, in what condition."""
