"""One adapter per channel: `read(document, topic=…)` gives the orders in it, or why there are none.

A new channel is one module here and one line in `intake.channels`.
"""
