"""Cycle counts: goods counted by hand while the desk goes on, blind until a figure is entered."""
