#!/usr/bin/env python
"""Django's command line. Without a DATABASE_URL it finds or starts the embedded servers."""

import os
import sys

from django.core.management import execute_from_command_line
from environs import EnvError

from config.embedded.errors import CannotStart
from config.embedded.home import Home
from config.embedded.servers import Servers

# They read code, not data.
NEED_NO_SERVER = {
    "",
    "help",
    "version",
    "--version",
    "--help",
    "check",
    "collectstatic",
    "intake_check",
}


def main(argv: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = argv[1] if len(argv) > 1 else ""
    if "DATABASE_URL" in os.environ or "SWAPDESK_BUILD" in os.environ:
        execute_from_command_line(argv)
    elif command in NEED_NO_SERVER:
        os.environ["SWAPDESK_BUILD"] = "1"
        execute_from_command_line(argv)
    else:
        _execute_on_embedded_servers(argv, command)


def _execute_on_embedded_servers(argv: list[str], command: str) -> None:
    servers = Servers.of(Home.open())
    with servers.borrowed():
        os.environ |= servers.environment()
        # Writing the first migrations must be possible before they can be applied.
        if command not in {"migrate", "makemigrations"} and not servers.holds("django_migrations"):
            execute_from_command_line([argv[0], "migrate", "--verbosity=0"])
        execute_from_command_line(argv)


if __name__ == "__main__":
    try:
        main(sys.argv)
    except CannotStart as refusal:
        sys.exit(str(refusal))
    except EnvError as missing:
        sys.exit(f"{missing}. docs/operators.md lists every variable.")
