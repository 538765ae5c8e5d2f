"""Who else reserves stock: the same line held by their own code, on the same server.

Each is installed into .local/bench at versions pinned here, runs as a process of its own with a
database of its own, and is asked over a pipe. Where a registry cannot be reached, the peer is
missing from the table and a line says why.
"""

from bench.peers.running import OSCAR, SKUS, Peer, running, start, stop

__all__ = ["OSCAR", "SKUS", "Peer", "running", "start", "stop"]
