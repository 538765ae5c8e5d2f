"""Files about people that no web server can reach: encrypted, named by chance, whole or absent.

Each file has a key of its own, kept where its owner says (a `DocumentKey`), so destroying that
makes the file unreadable wherever copies of it lie. Written aside, forced to disk and renamed:
whoever finds the row finds the file.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from core.documents import DocumentUnreadable

KEY_BYTES = 32
_NONCE_BYTES = 12
# Names are ours alone, so that no name can ever lead out of the folder.
_NAME = re.compile(r"[a-z0-9]{32}(\.[a-z]+)?")
_ASIDE = ".part"


def new_name() -> str:
    """128 bits of chance."""
    return secrets.token_hex(16)


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def put(name: str, content: bytes, *, key: bytes) -> int:
    """Keep `content` under `name`, encrypted; how many bytes it takes on disk."""
    path = _path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, content, name.encode())
    aside = path.with_name(f"{path.name}{_ASIDE}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)
    _force_to_disk(path.parent)
    return len(sealed)


def get(name: str, *, key: bytes) -> bytes:
    """The content. Raises FileNotFoundError, and `DocumentUnreadable` on harm or a wrong key."""
    sealed = _path(name).read_bytes()
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
    except InvalidTag as error:
        raise DocumentUnreadable("This file cannot be decrypted.") from error


def remove(name: str) -> None:
    """Take a file away; one that is gone already is fine."""
    _path(name).unlink(missing_ok=True)


def list_older_than(moment: dt.datetime) -> Iterator[str]:
    """Names of files that were last written before `moment`, half-written ones among them."""
    for path in _folder().glob("??/*"):
        if dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC) < moment:
            yield path.name


def remove_half_written(name: str) -> bool:
    """Take away what a crash left in the middle of writing; False for a whole file."""
    if not name.endswith(_ASIDE):
        return False
    _path(name.removesuffix(_ASIDE)).with_name(name).unlink(missing_ok=True)
    return True


def _folder() -> Path:
    return Path(settings.PRIVATE_FILES)


def _path(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise ValueError(f"“{name}” is no name of a private file")
    return _folder() / name[:2] / name


def _force_to_disk(folder: Path) -> None:
    """The rename itself, which a power cut could otherwise undo."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
