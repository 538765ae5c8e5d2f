"""A migrated desk on throw-away servers that write as in production."""

import os
from urllib.parse import urlparse

import django
import psycopg
from psycopg import sql

from tests import database, throwaway


def prepare(name: str = "bench") -> None:
    """Start the servers as if they had been up for a day, and set Django up on a migrated copy."""
    environment = throwaway.start(durable=True)
    server_url = environment["DATABASE_URL"]
    os.environ |= environment
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["LOG_LEVEL"] = "WARNING"
    os.environ["DATABASE_URL"] = database.clone(name=name, server_url=server_url)
    fill_log()
    django.setup()


def fill_log() -> None:
    """Every file of the log made once, as on any server but a new one, which makes them yet.

    There somebody's commit waits for a new file of 16 MB several times a second.
    """
    with psycopg.connect(database_url(), autocommit=True) as server:
        ((kept, file),) = server.execute(
            "SELECT pg_size_bytes(current_setting('min_wal_size')),"
            " pg_size_bytes(current_setting('wal_segment_size'))"
        )
        for _ in range(kept // file):
            server.execute(
                "SELECT pg_logical_emit_message(false, 'bench', repeat(' ', %s))",
                [file - 2**16],
            )
        server.execute("CHECKPOINT")


def empty() -> None:
    """Every table emptied, those that refuse it too: in the role of a replica no trigger fires."""
    from django.db import connection

    names = connection.introspection.django_table_names(only_existing=True)
    kept = {"django_migrations", "django_content_type", "auth_permission"}
    tables = ", ".join(connection.ops.quote_name(name) for name in names if name not in kept)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
        cursor.execute("SET session_replication_role = DEFAULT")


def rest() -> None:
    """Have the server do now what a measure left it to do, lest it does so during the next one."""
    with psycopg.connect(database_url(), autocommit=True) as server:
        names = server.execute("SELECT datname FROM pg_database WHERE datallowconn").fetchall()
    for (name,) in names:
        with psycopg.connect(address_of(name), autocommit=True) as database:
            database.execute("VACUUM ANALYZE")
    with psycopg.connect(database_url(), autocommit=True) as server:
        server.execute("CHECKPOINT")


def program(name: str) -> str:
    """The path of one of PostgreSQL's own programs, such as pgbench."""
    return os.path.join(os.environ["SWAPDESK_TEST_PROGRAMS"], name)


def database_url() -> str:
    return os.environ["DATABASE_URL"]


def database_name() -> str:
    return urlparse(database_url()).path.lstrip("/")


def make_database(name: str) -> str:
    """The address of a new, empty database on the same server."""
    with psycopg.connect(database_url(), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return address_of(name)


def address_of(name: str) -> str:
    """Of another database on the same server."""
    return f"{database_url().rpartition('/')[0]}/{name}"
