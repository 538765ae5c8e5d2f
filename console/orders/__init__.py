"""One order as it was sold, and what came of it."""
