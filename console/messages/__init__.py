"""The messages as they are sent, for staff to read."""
