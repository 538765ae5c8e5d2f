"""Defects: the log, what is more than chance, what is known, and how often the desk was right."""
