"""A photo on its way in and out: cleaned, encrypted, on disk before anything says it is there.

No command and no transaction: decoding takes a second, and rows must not be locked for that.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib

import structlog
from django.core.files.uploadedfile import UploadedFile

from core import documents, pictures, private_files
from core.pictures import BadPicture, CleanPicture
from core.pictures.cleaning import LARGEST
from returns.models import Evidence

log = structlog.get_logger(__name__)

SMALL = ".small"
KEY_KIND = "evidence_key"


class KeptPhoto:
    """A photo whose files are on disk and whose row is not written yet.

    As an argument of a command it is what was sent, not what it is called: its text is the hash
    of the upload, so that sending the same form twice is the same command.
    """

    __slots__ = ("key", "name", "picture", "sha256", "size")

    def __init__(self, *, name: str, key: bytes, sha256: str, size: int, picture: CleanPicture):
        self.name, self.key, self.sha256 = name, key, sha256
        self.size, self.picture = size, picture

    def __str__(self) -> str:
        return self.sha256

    @property
    def taken_at(self) -> dt.datetime | None:
        return self.picture.taken_at

    @property
    def sealed_key(self) -> bytes:
        return base64.b64encode(self.key)


def read_upload(upload: UploadedFile) -> bytes:
    """What was sent, read no further than a photo may be long. Raises `BadPicture`."""
    if (upload.size or 0) > LARGEST:
        raise BadPicture(f"A photo may have {LARGEST // 1024 // 1024} MB at most.", field="photo")
    return upload.read(LARGEST + 1)


def keep_photo(raw: bytes) -> KeptPhoto:
    """Decode in a cell, encode anew, encrypt, write. Raises `BadPicture`; nothing is left then."""
    picture = pictures.clean(raw)
    name, key = private_files.new_name(), private_files.new_key()
    size = private_files.put(f"{name}{SMALL}", picture.small, key=key)
    size += private_files.put(name, picture.photo, key=key)
    digest = hashlib.sha256(raw).hexdigest()
    return KeptPhoto(name=name, key=key, sha256=digest, size=size, picture=picture)


def forget(name: str) -> None:
    """Take both files of a photo away. What fails here is found by the sweep of orphans."""
    for each in (name, f"{name}{SMALL}"):
        try:
            private_files.remove(each)
        except OSError:
            log.warning("photo_not_removed", exc_info=True)


def read_photo(evidence: Evidence, *, is_small: bool = False) -> bytes:
    """JPEG bytes. Raises `DocumentErased` once its key is gone, and FileNotFoundError."""
    key = base64.b64decode(documents.read(evidence.key))
    return private_files.get(f"{evidence.name}{SMALL if is_small else ''}", key=key)
