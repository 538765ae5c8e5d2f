"""The board of holds: what is out of every channel's reach, where, and for how long."""
