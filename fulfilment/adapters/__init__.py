"""Ways to reach a warehouse. Another one is a module here and a line below."""

from __future__ import annotations

ADAPTERS: tuple[str, ...] = ("generic", "simulator")
