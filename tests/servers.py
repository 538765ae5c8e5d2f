"""A pytest plugin: throw-away servers for the run, before Django reads its settings.

Loaded by `-p` because pytest-django opens the settings before any conftest. The xdist workers
inherit the environment and share the servers, each with a database and a queue of its own.
"""

import os

from tests import throwaway


def _own_queue_for_this_worker() -> None:
    """One Valkey database for each xdist worker, or they would take each other's tasks."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    address = os.environ["BROKER_URL"].split("?", 1)[0]
    os.environ["BROKER_URL"] = f"{address}?virtual_host={number}"


if "SWAPDESK_TEST_PROGRAMS" not in os.environ:
    os.environ |= throwaway.start(durable=False)
_own_queue_for_this_worker()
