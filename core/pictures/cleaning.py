from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import structlog

from core.errors import BadInput

log = structlog.get_logger(__name__)

CELL = Path(__file__).with_name("cell.py")
LARGEST = 15 * 1024 * 1024  # bytes of one upload
LONGEST = 20.0  # seconds a cell may be waited for; its processor time is bounded by itself
CONTENT_TYPE = "image/jpeg"


class BadPicture(BadInput):
    """A file that is not taken as a photo; the message says why and nothing is kept of it."""

    code = "bad_picture"


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """Fresh JPEG bytes: the photo at most 2560 pixels wide or high, and a small copy of 320.

    `fingerprint` are 64 bits that stay nearly alike when the photo is resized. `taken_at` is what
    the camera claims, by UTC where it names no zone; anyone can write anything there.
    """

    photo: bytes
    small: bytes
    width: int
    height: int
    fingerprint: int
    taken_at: dt.datetime | None = None


def clean(raw: bytes) -> CleanPicture:
    """Decode a JPEG, PNG or WebP in a process of its own and encode it anew.

    Raises `BadPicture` for anything else, for more than 15 MiB or too many pixels, and for
    what cannot be decoded within the cell's memory and time.
    """
    if not raw:
        raise BadPicture("The file is empty.", field="photo")
    if len(raw) > LARGEST:
        raise BadPicture(f"A photo may have {LARGEST // 1024 // 1024} MB at most.", field="photo")
    answer = _ask_the_cell(raw)
    line, _, pixels = answer.partition(b"\n")
    told = json.loads(line)
    if "refused" in told:
        raise BadPicture(told["refused"], field="photo")
    return CleanPicture(
        photo=pixels[: told["photo"]],
        small=pixels[told["photo"] :],
        width=told["width"],
        height=told["height"],
        fingerprint=told["fingerprint"],
        taken_at=_read_moment(str(told["taken"])),
    )


def _read_moment(text: str) -> dt.datetime | None:
    """``2026:11:06 10:02:50 +01:00`` as EXIF writes it, with or without the zone."""
    for form in ("%Y:%m:%d %H:%M:%S %z", "%Y:%m:%d %H:%M:%S"):
        try:
            moment = dt.datetime.strptime(text, form)  # noqa: DTZ007 - the zone is added below
            moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
            return moment.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _ask_the_cell(raw: bytes) -> bytes:
    """What the cell wrote. One that was ended by its own limits has refused."""
    try:
        done = subprocess.run(
            # -I: no site folder of the user, no PYTHON* variables, no current folder.
            [sys.executable, "-I", "-c", _START, os.fspath(CELL.parent)],
            input=raw,
            capture_output=True,
            env={},
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BadPicture("This photo takes too long to read.", field="photo") from error
    if done.returncode or not done.stdout:
        log.warning("picture_cell_died", code=done.returncode)
        raise BadPicture("This photo is too heavy to be read safely.", field="photo")
    return done.stdout


_START = "import sys; sys.path.insert(0, sys.argv[1]); import cell; cell.main()"
