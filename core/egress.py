"""The only way out to an address that somebody typed in.

The name is resolved once, every address it has must be a public one, and the connection goes to
the address that was looked at: a second look-up could say something else. HTTPS alone, no
redirects, no proxies from the environment, five seconds in all, 64 KiB of answer. What cannot be
decided is refused.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from urllib.parse import SplitResult, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

PATIENCE = 5.0  # seconds for all of it
MOST_ANSWERED = 64 * 1024  # bytes
PORTS = frozenset({443, 8443})

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Ways of writing an IPv4 address as an IPv6 one, and ranges that Python still takes for public.
_EMBEDDING = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96"),
        *("fec0::/10", "192.88.99.0/24", "192.0.0.0/24", "198.18.0.0/15"),
    )
)


class AddressForbidden(Exception):
    """The address is not one the desk may speak to."""


class Unreachable(Exception):
    """Nobody answered, or not in time, or not in HTTP. They may have heard all the same."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, and as much of the body as is read."""

    status: int
    body: bytes


def post(
    url: str, body: bytes, *, headers: Mapping[str, str], may_reach_loopback: bool = False
) -> Answer:
    """POST `body` and return the answer, whatever its status.

    `may_reach_loopback` admits this machine, and plain HTTP to it, for a desk that is tried out.
    Raises `AddressForbidden` and `Unreachable`.
    """
    return _send("POST", url, body, headers, MOST_ANSWERED, may_reach_loopback)


def get(
    url: str,
    *,
    headers: Mapping[str, str],
    most: int = MOST_ANSWERED,
    may_reach_loopback: bool = False,
) -> Answer:
    """GET `url` and return the answer, of which at most `most` bytes are read.

    Raises `AddressForbidden` and `Unreachable`; a longer answer counts as none.
    """
    answer = _send("GET", url, None, headers, most + 1, may_reach_loopback)
    if len(answer.body) > most:
        raise Unreachable("The answer is too long.")
    return answer


def _send(
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    most: int,
    may_reach_loopback: bool,
) -> Answer:
    parts, deadline = _split(url), time.monotonic() + PATIENCE
    host, port = str(parts.hostname), _port_of(parts)
    address = _vet(host, port, may_reach_loopback=may_reach_loopback)
    if not address.is_loopback and (parts.scheme != "https" or port not in PORTS):
        raise AddressForbidden("Only HTTPS on its usual ports is spoken.")
    left = max(deadline - time.monotonic(), 0.1)
    connection = _open(parts.scheme, str(address), port, host, patience=left)
    try:
        with _cut_off(connection, left):
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            sent = {**headers, "Host": parts.netloc, "Connection": "close"}
            connection.request(method, target, body=body, headers=sent, preload_content=False)
            return _read(connection, most, deadline)
    except (OSError, HTTPError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(_describe(error)) from error
    finally:
        connection.close()


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and _port_of(parts) > 0
    except ValueError as error:
        raise AddressForbidden("This is no address.") from error
    if parts.scheme not in {"https", "http"} or not has_host:
        raise AddressForbidden("This is no address on the web.")
    if parts.username is not None or parts.password is not None:
        raise AddressForbidden("An address holds no user name.")
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise AddressForbidden("An address holds no such characters.")
    return parts


def _port_of(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _vet(host: str, port: int, *, may_reach_loopback: bool) -> Address:
    """The address to connect to, if every address of the name may be."""
    addresses = [ipaddress.ip_address(name.partition("%")[0]) for name in _look_up(host, port)]
    if not addresses:
        raise Unreachable("The name has no address.")
    if may_reach_loopback and all(address.is_loopback for address in addresses):
        return addresses[0]
    if not all(is_public(address) for address in addresses):
        raise AddressForbidden("The address is not a public one.")
    return addresses[0]


def _look_up(host: str, port: int) -> list[str]:
    """Every address of a name. Nothing cuts a look-up short, so it is left to itself in time."""
    answers: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([str(entry[4][0]) for entry in found])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True, name="look-up").start()
    try:
        answer = answers.get(timeout=PATIENCE)
    except Empty as error:
        raise Unreachable("The name was not found in time.") from error
    if isinstance(answer, Exception):
        raise Unreachable("The name is not known.") from answer
    return answer


def is_public(address: Address) -> bool:
    """Whether an address belongs to the internet at large, however it is written."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return False
    if any(address in network for network in _EMBEDDING if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _open(scheme: str, address: str, port: int, host: str, *, patience: float) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(address, port, timeout=patience)
    return HTTPSConnection(
        address,
        port,
        timeout=patience,
        server_hostname=host,
        ssl_context=ssl.create_default_context(),
    )


@contextmanager
def _cut_off(connection: HTTPConnection, patience: float) -> Iterator[None]:
    """End the conversation when patience does: a time-out counts from each byte anew."""

    def cut() -> None:
        with suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(patience, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _read(connection: HTTPConnection, most: int, deadline: float) -> Answer:
    response = connection.getresponse()
    body = b""
    while len(body) < most and time.monotonic() < deadline:
        piece = response.read1(most - len(body))
        if not piece:
            break
        body += piece
    return Answer(response.status, body)


def _describe(error: Exception) -> str:
    """The kind of failure. Never its text, which repeats addresses and what was sent."""
    return type(error).__name__
