"""Reservations: units held for exchanges, why there, and what may be done with them now."""
