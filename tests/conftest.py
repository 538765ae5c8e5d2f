"""What every test may lean on: a closed network, a real broker, a real mail server."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import hypothesis
import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import LazySettings, settings
from django.core.management.commands import flush
from django.db import connection
from django.db.backends.signals import connection_created
from django.urls import get_resolver
from pytest_django.plugin import DjangoDbBlocker
from redis import Redis

from config.celery import app as celery_app
from core.models import User
from core.roles import Role
from tests import database
from tests.factories.people import make_user
from tests.mailbox import Mailbox
from tests.network import NetworkGuard
from tests.notifications.causes import check_messages
from tests.payments.bank import SECRET, Bank, banking

# What takes longest begins first, or one worker would be alone with it at the end.
LONGEST = ("tests/browser/", "tests/demo/", "tests/config/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_collection_finish() -> None:
    """What was imported stays: no collection of garbage needs to look through it again."""
    gc.collect()
    gc.freeze()


def pytest_configure() -> None:
    # How long a law takes to be tried says something of the machine, and nothing of the law.
    hypothesis.settings.register_profile(
        "any-machine",
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("any-machine")
    # A password is hashed slowly on purpose: half a second for every person a test makes.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Every Client builds the middleware anew, and WhiteNoise would look at each static file then.
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session", autouse=True)
def _private_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Photos of tests lie in a folder of their own, which pytest clears away."""
    settings.PRIVATE_FILES = tmp_path_factory.mktemp("private")


@pytest.fixture(scope="session", autouse=True)
def _addresses_are_known() -> None:
    """The first request would import every view there is, inside the transaction of its test."""
    get_resolver().url_patterns  # noqa: B018


@pytest.fixture(scope="session")
def _network() -> Iterator[NetworkGuard]:
    guard = NetworkGuard()
    with guard.standing():
        yield guard


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A test of the `db` kind runs inside a transaction of its own, which must not count."""
    with NetworkGuard.watching_transactions():
        result = yield
        check_messages(item)
    return result


@pytest.fixture(autouse=True)
def _closed_network(_network: NetworkGuard) -> None:
    """Nothing but the loopback, and nothing at all inside a transaction."""


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, worker_id: str
) -> Iterator[None]:
    """A copy of the migrated template instead of a migration per worker."""
    server_url = os.environ["DATABASE_URL"]
    name = f"test_{worker_id}"
    connection_created.connect(database.prepare_early)
    with django_db_blocker.unblock():
        database.clone(name=name, server_url=server_url)
        connection.settings_dict["NAME"] = name
    yield
    with django_db_blocker.unblock():
        connection.close()
        database.drop(name=name, server_url=server_url)


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_fast() -> Iterator[None]:
    """After a transactional test what it wrote is deleted, in tables that refuse it too.

    Django truncates every table there is, and writes content types and permissions anew: forty
    times as long, and the longest part of most such tests.
    """

    def empty(_: flush.Command, **__: object) -> None:
        database.empty(connection)

    with mock.patch.object(flush.Command, "handle", empty):
        yield


@pytest.fixture
def broker() -> Iterator[Redis]:
    """The run's own Valkey, empty: what a test publishes stays until a worker takes it."""
    url = celery_app.conf.broker_url.replace("redis+socket", "unix").replace("virtual_host", "db")
    client = Redis.from_url(url)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


@pytest.fixture
def worker(broker: Redis, transactional_db: None) -> Iterator[None]:
    """A Celery worker in a thread, taking what is published to the real broker."""
    with start_worker(celery_app, pool="solo", perform_ping_check=False, loglevel="WARNING"):
        yield


@pytest.fixture
def mailbox(settings: LazySettings) -> Iterator[Mailbox]:
    """A real SMTP server on the loopback; Django sends to it for the length of the test."""
    with _receiving() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = box.hostname
        settings.EMAIL_PORT = box.port
        yield box


@contextmanager
def _receiving() -> Iterator[Mailbox]:
    box = Mailbox()
    box.start()
    try:
        yield box
    finally:
        box.stop()


@pytest.fixture(scope="session")
def _bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """One provider for the whole run: it forgets everything between tests."""
    folder: Path = tmp_path_factory.mktemp("bank")
    with banking(folder=folder) as bank:
        yield bank


@pytest.fixture
def bank(_bank: Bank, settings: LazySettings) -> Bank:
    """The sandbox provider with empty books."""
    settings.PAYMENT_SANDBOX_URL = _bank.url
    settings.PAYMENT_SANDBOX_SECRET = SECRET
    _bank.forget()
    return _bank


@pytest.fixture
def staff(db: None) -> dict[Role, User]:
    """One person of each role, there to be written to."""
    return {role: make_user(role) for role in Role}
