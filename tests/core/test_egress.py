"""Nothing inside is reached, however its address is spelled, and whoever answers for its name."""

from __future__ import annotations

import http.server
import ipaddress
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from core import egress
from core.egress import MOST_ANSWERED, AddressForbidden, Answer, Unreachable

INSIDE = [
    *("127.0.0.1", "127.1", "127.0.0.2", "2130706433", "0x7f000001", "0177.0.0.1", "0", "0.0.0.0"),
    *("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1"),
    *("240.0.0.1", "255.255.255.255", "192.88.99.1", "[::1]", "[::]", "[::ffff:127.0.0.1]"),
    *("[::ffff:7f00:1]", "[::127.0.0.1]", "[::ffff:169.254.169.254]", "[::ffff:8.8.8.8]"),
    *("[64:ff9b::7f00:1]", "[64:ff9b::8.8.8.8]", "[64:ff9b:1::1]", "[2002:7f00:1::]"),
    *("[2002:a9fe:a9fe::]", "[2001:0:7f00:1::]", "[fc00::1]", "[fd12::1]", "[fe80::1]"),
    *("[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[100::1]", "localhost", "LOCALHOST"),
]
MALFORMED = [
    *("", "wms.example", "//wms.example/", "https://", "https:///in", "https://:443/"),
    *("ftp://wms.example/", "file:///etc/passwd", "gopher://wms.example/", "javascript:1"),
    *("https://user@wms.example/", "https://user:word@wms.example/", "https://a@b@127.0.0.1/"),
    *("https://wms.example:99999/", "https://wms.example:x/", "https://[::1/", "https://wms ex/"),
    *("https://wms.example\\@127.0.0.1/", "https://wms.example/\r\nX: 1", "https://wms.example/é"),
    *("https://ｌocalhost/", "https://127。0。0。1/"),
]


def post(url: str, **arguments: Any) -> Answer:
    return egress.post(url, b"{}", headers={}, **arguments)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """What the resolver says of a name, one list of addresses per look-up."""
    known: dict[str, list[list[str]]] = {}
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        if host not in known:
            return real(host, port, *args, **kwargs)
        addresses = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server on the loopback that notes who came."""
    came: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(self.path)
            self.send_response(302 if self.path == "/away" else 200)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(b"x" * (2 * MOST_ANSWERED))

        def log_message(self, format: str, *args: Any) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}", came
    server.shutdown()
    server.server_close()


class TestPost:
    @pytest.mark.parametrize("host", INSIDE)
    @pytest.mark.parametrize("scheme", ["https", "http"])
    def test_reaches_nothing_inside(self, scheme: str, host: str) -> None:
        """The tests' own guard would fail a connection in other words."""
        with pytest.raises((AddressForbidden, Unreachable)) as refusal:
            post(f"{scheme}://{host}/")
        assert str(refusal.value) in (
            "The address is not a public one.",
            "The name is not known.",  # a spelling that this machine's resolver does not read
        )

    @pytest.mark.parametrize("url", MALFORMED)
    def test_refuses_what_is_no_address(self, url: str) -> None:
        with pytest.raises(AddressForbidden):
            post(url)

    def test_refuses_a_name_with_one_address_inside(
        self, names: dict[str, list[list[str]]]
    ) -> None:
        names["two.example"] = [["93.184.215.14", "127.0.0.1"]]
        with pytest.raises(AddressForbidden):
            post("https://two.example/")

    def test_connects_to_the_address_it_looked_at(
        self,
        names: dict[str, list[list[str]]],
        canary: tuple[str, list[str]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """A name that says something else when asked again (rebinding) gains nothing by it."""
        asked: list[str] = []

        def connect(address: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
            asked.append(address[0])
            raise OSError

        names["flip.example"] = [["93.184.215.14"], ["127.0.0.1"]]
        monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
        with pytest.raises(Unreachable):
            post("https://flip.example/")
        assert asked == ["93.184.215.14"]

    @pytest.mark.parametrize("url", ["http://93.184.215.14/", "https://93.184.215.14:6379/"])
    def test_speaks_https_on_its_usual_ports_alone(self, url: str) -> None:
        with pytest.raises(AddressForbidden, match="Only HTTPS"):
            post(url)

    def test_follows_no_redirect_and_reads_no_more_than_it_should(
        self, canary: tuple[str, list[str]]
    ) -> None:
        address, came = canary
        answer = post(f"http://{address}/away", may_reach_loopback=True)
        assert (answer.status, len(answer.body)) == (302, MOST_ANSWERED)
        assert came == ["/away"]

    def test_knows_no_proxies(
        self, canary: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        address, _ = canary
        assert post(f"http://{address}/", may_reach_loopback=True).status == 200

    def test_is_done_in_time_with_one_who_talks_for_ever(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(egress, "PATIENCE", 0.3)
        with socket.create_server(("127.0.0.1", 0)) as drip:
            threading.Thread(target=_drip, args=(drip,), daemon=True).start()
            with pytest.raises(Unreachable):
                post(f"http://127.0.0.1:{drip.getsockname()[1]}/", may_reach_loopback=True)

    def test_is_done_in_time_with_a_name_that_nobody_answers_for(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answered = threading.Event()
        monkeypatch.setattr(egress, "PATIENCE", 0.1)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(60) and [])
        with pytest.raises(Unreachable, match="in time"):
            post("https://slow.example/")
        answered.set()


def _drip(listener: socket.socket) -> None:
    """One byte of a header at a time, each well within any time-out of its own."""
    client, _ = listener.accept()
    pause = threading.Event()
    try:
        while True:
            client.sendall(b"X")
            pause.wait(0.02)
    except OSError:
        client.close()


class TestIsPublic:
    @pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f::1"])
    def test_lets_the_internet_through(self, address: str) -> None:
        assert egress.is_public(ipaddress.ip_address(address))
