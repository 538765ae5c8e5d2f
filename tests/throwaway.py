"""Servers for one run of the tests or of a measurement, gone with the process that started them."""

import atexit
import base64
import os
import shutil
import tempfile
from pathlib import Path

from config.embedded.postgres import Postgres, find_or_copy_programs
from config.embedded.processes import Account
from config.embedded.valkey import Valkey, find_or_copy_program

SAFE_TO_KNOW = {
    "SECRET_KEY": "for-tests-alone-" + "0123456789" * 5,
    "SWAPDESK_DATA_KEY": base64.urlsafe_b64encode(b"for-tests-alone-and-nothing-else").decode(),
    "PLAIN_HTTP": "1",
    "STATIC_FROM_SOURCE": "1",
    "ALLOWED_HOSTS": "*",
    "EMAIL_URL": "smtp://localhost:1",
    "LOG_LEVEL": "WARNING",
}


def start(*, durable: bool) -> dict[str, str]:
    """Start PostgreSQL and Valkey; the environment of a process that is to use them.

    `durable` writes as in production: for what is measured. Otherwise nothing waits for a disk.
    """
    account = Account.for_servers()
    folder = _folder(account)
    postgres = Postgres(
        programs=find_or_copy_programs(folder, account=account),
        data=folder / "postgres",
        sockets=folder / "sockets",
        log=folder / "postgres.log",
        account=account,
        durable=durable,
        settings={"deadlock_timeout": "200ms"},  # what looks for deadlocks need not wait for them
    )
    valkey = Valkey(
        program=find_or_copy_program(folder, account=account),
        data=folder / "valkey",
        sockets=folder / "sockets",
        log=folder / "valkey.log",
        account=account,
        durable=durable,
    )
    owner = os.getpid()

    def stop() -> None:
        if os.getpid() == owner:  # not in a forked child
            postgres.stop()
            valkey.stop()
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    postgres.initialise()
    postgres.start(dies_with_parent=True)
    valkey.start(dies_with_parent=True)
    return SAFE_TO_KNOW | {
        "DATABASE_URL": postgres.url("postgres"),
        "BROKER_URL": valkey.url,
        "SWAPDESK_HOME": str(folder / "home"),
        "SWAPDESK_TEST_PROGRAMS": str(postgres.programs),
    }


def _folder(account: Account) -> Path:
    """Short, and away from a checkout that the servers' account may not enter."""
    folder = Path(tempfile.mkdtemp(prefix="swapdesk-test-", dir="/tmp"))
    for name in ("postgres", "valkey", "sockets", "home"):
        (folder / name).mkdir(mode=0o700)
    if account.name:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, account.name, "nogroup")
    return folder
