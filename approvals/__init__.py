"""Four eyes: one person asks, another decides, both bound to what was asked."""
