"""Exchanges: what goes out for what comes back, its quote, and what it waits for."""
