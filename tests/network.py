"""What may be reached from a test, and when."""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections


class NetworkReached(AssertionError):
    """A test left the machine, or the code under test spoke to someone in mid-transaction.

    libpq opens its sockets in C, so the database itself is never seen here.
    """


def _depth() -> int:
    """How many `atomic` blocks are open on any connection of this thread."""
    return sum(
        1 + len(connection.savepoint_ids)
        for connection in connections.all(initialized_only=True)
        if connection.in_atomic_block
    )


class NetworkGuard:
    """Stands in front of `socket.connect` for the whole run."""

    _depth_before: dict[int, int] = {}  # by thread

    @classmethod
    def remember_open_transactions(cls) -> None:
        cls._depth_before = {threading.get_ident(): _depth()}

    @contextmanager
    def standing(self) -> Iterator[None]:
        real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex

        def connect(this: socket.socket, address: Any) -> None:
            self._refuse(this, address)
            real_connect(this, address)

        def connect_ex(this: socket.socket, address: Any) -> int:
            self._refuse(this, address)
            return real_connect_ex(this, address)

        socket.socket.connect = connect  # type: ignore[method-assign]
        socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]
        try:
            yield
        finally:
            socket.socket.connect = real_connect  # type: ignore[method-assign]
            socket.socket.connect_ex = real_connect_ex  # type: ignore[method-assign]

    def _refuse(self, this: socket.socket, address: Any) -> None:
        if this.family != socket.AF_UNIX and not _is_loopback(str(address[0])):
            raise NetworkReached(f"A test tried to reach {address[0]}.")
        if _depth() > self._depth_before.get(threading.get_ident(), 0):
            raise NetworkReached(f"A network call to {address} inside a transaction.")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
