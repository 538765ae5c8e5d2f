"""Crews at customers': who goes where on a day, and what came of it. Made for a telephone."""
