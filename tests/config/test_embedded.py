"""The data folder and the servers in it, as `manage.py` borrows them."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.embedded.errors import CannotStart
from config.embedded.home import Home, write_privately
from config.embedded.processes import is_alive, wait_until
from config.embedded.servers import Servers

CHECKOUT = Path(__file__).resolve().parents[2]
SAID_BY_PYTEST = ("DATABASE_URL", "BROKER_URL", "SECRET_KEY", "SWAPDESK_DATA_KEY", "EMAIL_URL")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of its own, as a person's shell would name it."""
    yield name(tmp_path / "home", monkeypatch)
    forget(tmp_path / "home")


@pytest.fixture(scope="class")
def one_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """For tests that stop what they start: its servers are copied and initialised once."""
    folder = tmp_path_factory.mktemp("embedded") / "home"
    with pytest.MonkeyPatch.context() as patch:
        yield name(folder, patch)
    forget(folder)


def name(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """In the environment, from which what pytest has said of its own servers is gone."""
    for said in SAID_BY_PYTEST:
        patch.delenv(said, raising=False)
    patch.setenv("SWAPDESK_HOME", str(folder))
    return folder


def forget(folder: Path) -> None:
    for note in folder.rglob("servers-at"):
        subprocess.run(["rm", "-rf", note.read_text().strip()], check=True)


class TestHome:
    def test_is_closed_to_everyone_else(self, folder: Path):
        home = Home.open()
        for path in (home.root, home.servers, home.sockets):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700

    def test_keeps_its_keys(self, folder: Path):
        assert Home.open().secrets() == Home.open().secrets()

    def test_writes_its_keys_for_its_owner_alone(self, folder: Path):
        Home.open().secrets()
        assert stat.S_IMODE((folder / "secrets").stat().st_mode) == 0o600

    def test_refuses_a_link_where_the_servers_should_be(self, folder: Path, tmp_path: Path):
        folder.mkdir()
        (folder / "servers").symlink_to(tmp_path)
        (folder / "servers-at").write_text(f"{folder}/servers")
        with pytest.raises(CannotStart):
            Home.open()

    def test_has_sockets_whose_path_the_kernel_takes(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("SWAPDESK_HOME", str(folder / ("deep" * 30)))
        assert len(os.fsencode(Home.open().sockets / ".s.PGSQL.5432")) <= 107

    def test_never_leaves_a_file_half_written(self, tmp_path: Path):
        write_privately(tmp_path / "keys", "a=1\n")
        write_privately(tmp_path / "keys", "a=2\n")
        assert [path.name for path in tmp_path.iterdir()] == ["keys"]


@pytest.mark.usefixtures("one_folder")
class TestServers:
    def test_are_stopped_by_their_last_user(self):
        first, second = Servers.of(Home.open()), Servers.of(Home.open())
        with first.borrowed():
            with second.borrowed():
                assert second.answer()
            assert first.answer()
        assert not first.answer()

    def test_keep_what_they_were_given(self):
        servers = Servers.of(Home.open())
        with servers.borrowed(), psycopg.connect(servers.environment()["DATABASE_URL"]) as desk:
            desk.execute("CREATE TABLE kept AS SELECT 1")
        again = Servers.of(Home.open())
        with again.borrowed():
            assert again.holds("kept")

    def test_come_back_after_they_were_killed(self):
        killed = Servers.of(Home.open())
        with killed.borrowed():
            assert killed.postgres
            os.kill(killed.postgres.running_pid() or 0, signal.SIGKILL)
        again = Servers.of(Home.open())
        with again.borrowed():
            assert again.answer()

    @pytest.mark.parametrize(
        ("setting", "value"),
        [
            pytest.param("listen_addresses", "", id="listen on no port"),
            pytest.param("synchronous_commit", "on", id="answer when it is on the disk"),
            pytest.param("min_wal_size", "1GB", id="fill the files of their log again"),
        ],
    )
    def test_are_set_to(self, setting: str, value: str):
        servers = Servers.of(Home.open())
        with servers.borrowed(), psycopg.connect(servers.environment()["DATABASE_URL"]) as desk:
            assert desk.execute("SELECT current_setting(%s)", [setting]).fetchone() == (value,)

    def test_keep_the_memory_that_the_next_statement_asks_for_again(self):
        """Each sort takes some pages. Given back, all of them would be fetched anew every time."""
        sorts, times = 60, 20
        sort = "(SELECT n FROM generate_series(1, 3) AS n ORDER BY n)"
        servers = Servers.of(Home.open())
        with (
            servers.borrowed(),
            psycopg.connect(servers.environment()["DATABASE_URL"], autocommit=True) as desk,
        ):
            fetched = [fetched_by(desk.info.backend_pid)]
            for _ in range(2):
                for _ in range(times):
                    desk.execute(" UNION ALL ".join([sort] * sorts))
                fetched.append(fetched_by(desk.info.backend_pid))
        assert fetched[2] - fetched[1] < times * sorts


def fetched_by(pid: int) -> int:
    """How many pages of memory a process has had to ask the kernel for."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[7])


class TestIsAlive:
    def test_does_not_take_a_zombie_for_living(self):
        child = subprocess.Popen([sys.executable, "-c", ""])
        zombie = Path(f"/proc/{child.pid}/stat")
        assert wait_until(lambda: ") Z " in zombie.read_text(), patience=30)
        assert not is_alive(child.pid)
        child.wait()


class TestManage:
    """`manage.py` on a machine where nothing runs."""

    def test_needs_no_server_to_check_the_code(self, folder: Path):
        assert manage("check").returncode == 0
        assert not folder.exists()

    def test_names_what_an_operator_forgot(self, folder: Path):
        done = manage("migrate", DATABASE_URL="postgresql:///nowhere")
        assert "SECRET_KEY" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
