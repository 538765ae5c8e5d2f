"""A new case: from an order to stock held for its exchange, on one page."""
