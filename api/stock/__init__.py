"""Stock as other channels see it: levels, availability, the feed of changes, the ledger."""
