"""Differences between the ledger and what somebody counted: both figures, and a person decides."""
