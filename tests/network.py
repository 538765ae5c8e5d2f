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

    _depth_before: dict[int, int] | None = None  # by thread; None while no test runs

    @classmethod
    @contextmanager
    def watching_transactions(cls) -> Iterator[None]:
        """For the length of a test, whose own transaction does not count."""
        cls._depth_before = {threading.get_ident(): _depth()}
        try:
            yield
        finally:
            cls._depth_before = None

    @contextmanager
    def standing(self) -> Iterator[None]:
        real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex

        def connect(this: socket.socket, address: Any) -> None:
            self._refuse(this, address)
            real_connect(this, address)

        def connect_ex(this: socket.socket, address: Any) -> int:
            self._refuse(this, address)
            return real_connect_ex(this, address)

        socket.socket.connect = connect  # type: ignore[assignment, method-assign]
        socket.socket.connect_ex = connect_ex  # type: ignore[assignment, method-assign]
        try:
            yield
        finally:
            socket.socket.connect = real_connect  # type: ignore[method-assign]
            socket.socket.connect_ex = real_connect_ex  # type: ignore[method-assign]

    def _refuse(self, this: socket.socket, address: Any) -> None:
        if this.family != socket.AF_UNIX and not _is_loopback(str(address[0])):
            reason = f"A test tried to reach {address[0]}."
        elif self._is_inside_a_transaction():
            reason = f"A network call to {address} inside a transaction."
        else:
            return
        this.close()  # libraries close it on an OSError only
        raise NetworkReached(reason)

    def _is_inside_a_transaction(self) -> bool:
        before = self._depth_before
        return before is not None and _depth() > before.get(threading.get_ident(), 0)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
