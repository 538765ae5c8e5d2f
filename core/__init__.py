"""The small kernel every other app stands on."""
