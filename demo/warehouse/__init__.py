"""A warehouse to try the desk with: another program on another port, as a real one would be.

It shares no code with the desk. What it knows it knows from docs/warehouse-messages.md, so the
two check each other. `python -m demo.warehouse` runs it; `make run` does.
"""
