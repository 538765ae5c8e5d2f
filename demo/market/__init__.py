"""A market stall's till, a program of its own: it announces nothing and writes its orders down.

It shares no code with the desk, like any shop's own program. The desk asks it for the file.
"""
