"""A pytest plugin: throw-away servers for the run, before Django reads its settings.

Loaded by `-p` because pytest-django opens the settings before any conftest. The xdist workers
inherit the environment and share the servers, each with a database of its own.
"""

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
}


def _start() -> None:
    account = Account.for_servers()
    # Short, and away from a checkout that the account may not enter.
    folder = Path(tempfile.mkdtemp(prefix="swapdesk-test-", dir="/tmp"))
    for name in ("postgres", "valkey", "sockets", "home"):
        (folder / name).mkdir(mode=0o700)
    if account.name:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, account.name, "nogroup")
    postgres = Postgres(
        programs=find_or_copy_programs(folder, account=account),
        data=folder / "postgres",
        sockets=folder / "sockets",
        log=folder / "postgres.log",
        account=account,
        durable=False,
    )
    valkey = Valkey(
        program=find_or_copy_program(folder, account=account),
        data=folder / "valkey",
        sockets=folder / "sockets",
        log=folder / "valkey.log",
        account=account,
        durable=False,
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
    os.environ |= SAFE_TO_KNOW
    os.environ["DATABASE_URL"] = postgres.url("postgres")
    os.environ["BROKER_URL"] = valkey.url
    os.environ["SWAPDESK_HOME"] = str(folder / "home")
    os.environ["SWAPDESK_TEST_PROGRAMS"] = str(postgres.programs)
    os.environ["SWAPDESK_TEST_SOCKETS"] = str(postgres.sockets)


def _own_queue_for_this_worker() -> None:
    """One Valkey database for each xdist worker, or they would take each other's tasks."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    address = os.environ["BROKER_URL"].split("?", 1)[0]
    os.environ["BROKER_URL"] = f"{address}?virtual_host={number}"


if "SWAPDESK_TEST_SOCKETS" not in os.environ:
    _start()
_own_queue_for_this_worker()
