"""A mail courier of its own, to be killed: `python -m tests.notifications.courier_process`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402

from core import clock  # noqa: E402
from notifications import courier  # noqa: E402

if __name__ == "__main__":
    courier.send_due(now=clock.now())
    connection.close()
