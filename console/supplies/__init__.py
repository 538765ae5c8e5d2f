"""Goods that are expected: noted, put off, called off, and taken in."""
