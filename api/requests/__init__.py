"""The log of what partners' programs asked: written after each answer, read by themselves."""
