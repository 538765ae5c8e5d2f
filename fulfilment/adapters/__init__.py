"""Ways to reach a warehouse. Another one is a module here and a line below."""

from __future__ import annotations

from fulfilment.adapters import generic, simulator
from fulfilment.adapters.port import MessageRefused, WarehouseAdapter, WarehouseDown

ADAPTERS: dict[str, WarehouseAdapter] = {"generic": generic.send, "simulator": simulator.send}

__all__ = ["ADAPTERS", "MessageRefused", "WarehouseAdapter", "WarehouseDown"]
