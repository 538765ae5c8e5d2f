"""A payment provider to try the desk with: another program on another port, as a real one would be.

It shares no code with the desk. It keeps its books in one SQLite file, keeps every promise that
a good provider makes (a key is one request, nothing is refunded twice over) and breaks whatever
its behaviour says. `python -m demo.bank` runs it; `make run` does. docs/payments.md says more.
"""
