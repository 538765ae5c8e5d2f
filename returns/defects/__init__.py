"""Defects as arithmetic: what matches, what is owed, what is more than chance. No database."""
