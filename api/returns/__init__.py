"""Returns: what comes back, how policy decides, and what may be done with the case now."""
