"""A migrated database for every xdist worker, at the price of a copy.

Migrating takes seconds and grows with the desk; copying a template takes a fifth of one. What
migrating made is kept as a script beside the data folder's other files, under a name that changes
with any migration or dependency, so that the next run does not migrate at all.
"""

import hashlib
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import psycopg
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql
from psycopg._preparing import PrepareManager

CHECKOUT = Path(__file__).resolve().parents[1]
KEPT = CHECKOUT / ".local" / "test-schema"
MADE_OF_CODE = {"django_migrations", "django_content_type", "auth_permission"}
BRANCHES = 8  # scripts that are kept: going from branch to branch migrates nothing anew
STATEMENTS = 10_000  # that a session keeps: more than there are
TURN = 5_170_226  # the advisory lock that the workers of one run take in turn


def clone(*, name: str, server_url: str) -> str:
    """The address of a new database `name` with every migration applied."""
    template = f"migrated_{_fingerprint()}"
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [TURN])
        if not server.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [template]
        ).fetchone():
            _build(server, server_url, template)
        drop(name=name, server_url=server_url)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*_names(name, template)))
    return _at(server_url, name)


def drop(*, name: str, server_url: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def empty(connection: BaseDatabaseWrapper) -> None:
    """Delete every row but those that migrating made of the code itself.

    In the role of a replica no trigger fires; `SET LOCAL` ends with the transaction.
    """
    tables = connection.introspection.django_table_names(only_existing=True)
    quoted = [connection.ops.quote_name(name) for name in tables if name not in MADE_OF_CODE]
    probes = (f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in quoted)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(" UNION ALL ".join(probes))
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {name}")


def prepare_early(connection: BaseDatabaseWrapper, **_: object) -> None:
    """Let PostgreSQL keep every statement from its second use on.

    A desk asks a few hundred kinds of statement, of which psycopg keeps a hundred, each from its
    fifth use on. Tests ask them all in turn, so that none would ever be asked five times.
    """
    driver = connection.connection
    driver._prepared = _Kept()
    driver.prepare_threshold = 1
    driver.prepared_max = STATEMENTS


class _Kept(PrepareManager):
    """Statements outlive the transaction they were first asked in.

    psycopg has PostgreSQL forget them all with every ROLLBACK, for a table might have gone with
    it. Every test ends with one, and no table goes.
    """

    def clear(self) -> bool:
        return False


def _build(server: psycopg.Connection, server_url: str, template: str) -> None:
    """Under another name first: a template that is there is a complete one."""
    unfinished = f"{template}_unfinished"
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(unfinished)))
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
    script = _script()
    url = _at(server_url, unfinished)
    if script.exists():
        restore(url)
    else:
        _migrate(url)
        _keep(script, url)
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*_names(unfinished, template)))


def _script() -> Path:
    return KEPT / f"migrated_{_fingerprint()}.sql"


def _migrate(url: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    environment = {**os.environ, "DATABASE_URL": url}
    subprocess.run(command, cwd=CHECKOUT, env=environment, check=True)


def restore(url: str) -> None:
    """Make the empty database at `url` a migrated one, from what an earlier run has kept."""
    _run_program("psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(_script()), "-d", url)


def _kept_scripts() -> list[Path]:
    return sorted(KEPT.glob("migrated_*.sql"), key=_written_at, reverse=True)


def _keep(script: Path, url: str) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    for outdated in _kept_scripts()[BRANCHES:]:
        outdated.unlink(missing_ok=True)
    unfinished = script.with_suffix(f".{os.getpid()}")
    _run_program("pg_dump", "--no-owner", "-f", str(unfinished), "-d", url)
    unfinished.rename(script)


def _written_at(script: Path) -> float:
    try:
        return script.stat().st_mtime
    except FileNotFoundError:  # another run has just cleared it away
        return 0.0


def _run_program(name: str, *arguments: str) -> None:
    program = Path(os.environ["SWAPDESK_TEST_PROGRAMS"]) / name
    subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL)


@cache
def _fingerprint() -> str:
    """Changes when a migration, what it is written with, a dependency or this module does."""
    migrations = [*CHECKOUT.glob("*/migrations/*.py"), CHECKOUT / "core" / "migrating.py"]
    digest = hashlib.sha256()
    for file in (*sorted(migrations), CHECKOUT / "requirements-dev.txt", Path(__file__)):
        digest.update(str(file.relative_to(CHECKOUT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _at(server_url: str, name: str) -> str:
    return f"{server_url.rpartition('/')[0]}/{name}"


def _names(*names: str) -> list[sql.Identifier]:
    return [sql.Identifier(name) for name in names]
