"""What is claimed, at full size: `make prove` for what never happens, `make bench` for how fast."""
