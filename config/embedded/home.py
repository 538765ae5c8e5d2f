"""The data folder of one copy of the desk, and where its servers keep theirs."""

import base64
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from config.embedded.errors import CannotStart
from config.embedded.postgres import LONGEST_SOCKET_FOLDER
from config.embedded.processes import Account, wait_until

CHECKOUT = Path(__file__).resolve().parents[2]
SERVER_FOLDERS = ("postgres", "valkey", "programs")
LARGEST_LOG = 10 * 1024 * 1024  # bytes; a longer one starts anew at the next start


@dataclass(frozen=True)
class Home:
    """`SWAPDESK_HOME`, opened.

    An ordinary user's servers keep their data in `root/servers`. Root's servers run as `nobody`,
    who may not enter root's folders, so theirs lie in a folder of their own under /var/lib that
    `root/servers-at` names.
    """

    root: Path
    account: Account

    @classmethod
    def open(cls) -> "Home":
        root = Path(os.environ.get("SWAPDESK_HOME") or CHECKOUT / ".local").absolute()
        home = cls(root, Account.for_servers())
        try:
            for folder in (root, root / "logs"):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _refuse_foreign(root, owner=os.geteuid())
            home._make_server_folders()
        except OSError as error:
            raise CannotStart(
                f"{error.filename or root} cannot be written ({error.strerror}): "
                "choose another data folder with SWAPDESK_HOME."
            ) from error
        return home

    # --- the servers' part ---

    @property
    def servers(self) -> Path:
        if self.account.name is None:
            return self.root / "servers"
        return Path((self.root / "servers-at").read_text().strip())

    @property
    def sockets(self) -> Path:
        """Short enough for the kernel; outside the data folder when its own path is too long."""
        inside = self.servers / "sockets"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        mark = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"swapdesk-{os.geteuid()}-{mark}"

    def _make_server_folders(self) -> None:
        if self.account.name is not None:
            self._claim_folder_of_the_account()
        self.servers.mkdir(mode=0o700, exist_ok=True)
        owner = pwd.getpwnam(self.account.name).pw_uid if self.account.name else os.geteuid()
        _refuse_foreign(self.servers, owner=owner)
        for folder in (*(self.servers / name for name in SERVER_FOLDERS), self.sockets):
            if not folder.exists():
                folder.mkdir(mode=0o700)
                self._hand_over(folder)
            _refuse_foreign(folder, owner=owner)

    def _claim_folder_of_the_account(self) -> None:
        note = self.root / "servers-at"
        if note.exists() and Path(note.read_text().strip()).is_dir():
            return
        # Not a name that someone else could have taken before us.
        folder = Path(tempfile.mkdtemp(prefix="swapdesk-", dir="/var/lib"))
        self._hand_over(folder)
        note.write_text(f"{folder}\n")

    def _hand_over(self, folder: Path) -> None:
        if self.account.name:
            shutil.chown(folder, self.account.name, "nogroup")

    # --- files ---

    def log(self, name: str) -> Path:
        path = self.root / "logs" / f"{name}.log"
        if path.exists() and path.stat().st_size > LARGEST_LOG:
            path.rename(path.with_suffix(".log.1"))
        return path

    def secrets(self) -> dict[str, str]:
        """The keys of this copy, made once. Without them what is encrypted stays unreadable."""
        path = self.root / "secrets"
        lines = path.read_text().splitlines() if path.exists() else []
        known = dict(line.split("=", 1) for line in lines if line)
        made = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SWAPDESK_DATA_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "WAREHOUSE_SIMULATOR_SECRET": f"whsec_{secrets.token_hex(24)}",
            "PAYMENT_SANDBOX_SECRET": f"whsec_{secrets.token_hex(24)}",
        }
        if made.keys() - known.keys():  # a new copy, or one from before a key was thought of
            known = made | known
            write_privately(path, "".join(f"{name}={value}\n" for name, value in known.items()))
        return known

    @property
    def logins(self) -> Path:
        """Where the demo leaves its people: one line each of role, e-mail address, password."""
        return self.root / "demo-logins"

    @property
    def unfinished_demo(self) -> Path:
        """There while the demo is being loaded, and after that was cut short."""
        return self.root / "demo-unfinished"

    # --- locks ---

    def open_lock(self, name: str) -> IO[str]:
        return (self.root / f"{name}.lock").open("a+")


def write_privately(path: Path, text: str) -> None:
    """Readable by its owner alone from its first byte, and never half written."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    unfinished.rename(path)


@contextmanager
def locked(file: IO[str], how: int, *, patience: float, otherwise: str) -> Iterator[None]:
    """Hold a lock on `file`, waiting up to `patience` seconds for it."""
    take(file, how, patience=patience, otherwise=otherwise)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def take(file: IO[str], how: int, *, patience: float, otherwise: str) -> None:
    if not wait_until(lambda: try_to_take(file, how), patience=patience):
        raise CannotStart(otherwise)


def try_to_take(file: IO[str], how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _refuse_foreign(folder: Path, *, owner: int) -> None:
    """With trust authentication the folder is the lock: it must be ours, and closed."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise CannotStart(
            f"{folder} belongs to someone else: start as its owner, "
            "or choose another data folder with SWAPDESK_HOME."
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        folder.chmod(0o700)
