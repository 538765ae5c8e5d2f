"""Photos on disk: whole or absent, unreadable without their key, and nowhere else."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from core import private_files
from core.documents import DocumentUnreadable


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.PRIVATE_FILES = tmp_path / "private"
    return tmp_path / "private"


def tomorrow() -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(days=1)


class TestAPrivateFile:
    def test_is_read_with_its_key_alone(self, folder: Path) -> None:
        name, key = private_files.new_name(), private_files.new_key()
        private_files.put(name, b"pixels", key=key)
        assert private_files.get(name, key=key) == b"pixels"
        with pytest.raises(DocumentUnreadable):
            private_files.get(name, key=private_files.new_key())

    def test_is_encrypted_and_nobody_elses_to_read(self, folder: Path) -> None:
        name = private_files.new_name()
        private_files.put(name, b"a face" * 100, key=private_files.new_key())
        (path,) = folder.glob("*/*")
        assert b"a face" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0

    def test_is_not_read_under_another_name(self, folder: Path) -> None:
        key = private_files.new_key()
        one, other = private_files.new_name(), private_files.new_name()
        for name in (one, other):
            private_files.put(name, name.encode(), key=key)
        (folder / one[:2] / one).replace(folder / other[:2] / other)
        with pytest.raises(DocumentUnreadable):
            private_files.get(other, key=key)

    @pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "", "x" * 32 + "/..", "A" * 32])
    def test_is_never_named_by_anybody_else(self, folder: Path, name: str) -> None:
        with pytest.raises(ValueError, match="no name"):
            private_files.put(name, b"", key=private_files.new_key())

    def test_left_half_written_by_a_crash_is_found(self, folder: Path) -> None:
        name = private_files.new_name()
        private_files.put(name, b"", key=private_files.new_key())
        (folder / name[:2] / f"{name}.part").write_bytes(b"half")
        assert sorted(private_files.list_older_than(tomorrow())) == [name, f"{name}.part"]
        assert private_files.remove_half_written(f"{name}.part")
        assert not private_files.remove_half_written(name)
        assert list(private_files.list_older_than(tomorrow())) == [name]
