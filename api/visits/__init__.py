"""Crews at customers': appointments, what they are for, and what came of them."""
