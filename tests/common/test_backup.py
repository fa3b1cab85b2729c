"""Backup and restore: one command each, whole or not at all, without keys, erasures done again."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tavolo.common.backup import archive, database, erasures
from tavolo.common.database.settings import connection_arguments, uses_external_server
from tavolo.common.errors import Problem

CHECKOUT = Path(__file__).resolve().parents[2]
KEPT, ERASED = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def backup_file(tmp_path: Path) -> Path:
    """A small, whole backup file."""
    path = tmp_path / "backup.tar"
    with archive.Writer(path) as writer:
        writer.add_bytes("database.dump", b"dump")
        writer.add_bytes("files/a/b.pdf", b"content of the file")
        writer.finish({"tavolo": "0"})
    return path


class TestTheFile:
    def test_it_is_verified_and_unpacked(self, backup_file, tmp_path):
        assert archive.verify(backup_file)["tavolo"] == "0"
        archive.extract(backup_file, tmp_path / "out")
        assert (tmp_path / "out/files/a/b.pdf").read_bytes() == b"content of the file"

    def test_it_is_closed_to_others(self, backup_file):
        assert stat.S_IMODE(backup_file.stat().st_mode) == 0o600

    def test_any_changed_byte_is_found(self, backup_file):
        content = backup_file.read_bytes()
        for place in (content.index(b"dump", 512), content.index(b"content of"), content.index(b"sha256")):
            changed = bytearray(content)
            changed[place] ^= 1
            backup_file.write_bytes(changed)
            with pytest.raises(Problem):
                archive.verify(backup_file)

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
    def test_one_cut_short_is_found(self, backup_file, share):
        content = backup_file.read_bytes()
        end = content.index(b'"format"')
        backup_file.write_bytes(content[: int(end * share)])
        with pytest.raises(Problem):
            archive.verify(backup_file)

    def test_something_added_is_found(self, backup_file):
        with tarfile.open(backup_file, "a") as tar:
            tar.addfile(tarfile.TarInfo("files/extra"), io.BytesIO())
        with pytest.raises(Problem, match="does not belong"):
            archive.verify(backup_file)

    @pytest.mark.parametrize("name", ["../out", "/etc/passwd", "files/../../x", "files//x"])
    def test_names_that_lead_outside_are_refused(self, tmp_path, name):
        with tarfile.open(tmp_path / "bad.tar", "w") as tar:
            tar.addfile(tarfile.TarInfo(name), io.BytesIO())
        with pytest.raises(Problem, match="no name for a file"):
            archive.verify(tmp_path / "bad.tar")

    def test_links_are_refused(self, tmp_path):
        link = tarfile.TarInfo("files/x")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        with tarfile.open(tmp_path / "bad.tar", "w") as tar:
            tar.addfile(link)
        with pytest.raises(Problem, match="no name for a file"):
            archive.verify(tmp_path / "bad.tar")

    def test_something_else_is_refused_in_words(self, tmp_path):
        (tmp_path / "x.tar").write_bytes(b"not a tar at all" * 100)
        with pytest.raises(Problem, match="not a whole backup"):
            archive.verify(tmp_path / "x.tar")

    def test_a_failure_leaves_no_half_written_file(self, tmp_path):
        writer = archive.Writer(tmp_path / "b.tar")
        with pytest.raises(FileNotFoundError), writer:
            writer.add_file("files/x", tmp_path / "not there")
        assert list(tmp_path.iterdir()) == []

    def test_an_existing_file_is_never_overwritten(self, backup_file):
        with pytest.raises(Problem, match="there is a file already"):
            archive.Writer(backup_file)


class TestTheListOfErasures:
    @pytest.fixture(autouse=True)
    def own_home(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TAVOLO_HOME", str(tmp_path / "home"))
        monkeypatch.setattr(erasures, "_handlers", {})

    def test_every_erasure_noted_is_done_again_once(self):
        seen: list[list[str]] = []
        erasures.handler("note")(lambda ids: seen.append(list(ids)) or len(ids))
        for object_id in ("a", "b", "a"):
            erasures.record("note", object_id)
        assert erasures.replay(erasures.read(erasures.list_path())) == 2
        assert seen == [["a", "b"]]

    def test_a_kind_nobody_can_erase_stops_the_restore(self):
        erasures.record("unheard-of", "a")
        with pytest.raises(Problem, match="unheard-of"):
            erasures.replay(erasures.read(erasures.list_path()))

    def test_lists_are_merged_without_doubling(self, tmp_path):
        erasures.record("note", "a")
        other = tmp_path / "other.jsonl"
        other.write_text('{"kind": "note", "id": "a"}\n{"kind": "note", "id": "b"}\n')
        assert erasures.merge(erasures.list_path(), other) == [("note", "a"), ("note", "b")]
        assert erasures.merge(erasures.list_path(), other) == [("note", "a"), ("note", "b")]

    def test_a_last_line_cut_by_a_crash_is_passed_over_but_no_other(self, tmp_path):
        path = tmp_path / "list.jsonl"
        path.write_text('{"kind": "note", "id": "a"}\n{"kind": "no')
        assert erasures.read(path) == [("note", "a")]
        path.write_text('{"kind": "no\n{"kind": "note", "id": "a"}\n')
        with pytest.raises(Problem, match="row 1"):
            erasures.read(path)

    def test_it_is_closed_to_others(self):
        erasures.record("note", "a")
        assert stat.S_IMODE(erasures.list_path().stat().st_mode) == 0o600


@dataclass
class House:
    """An installation driven through its commands, as an administrator would."""

    home: Path
    more: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "TAVOLO_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "tests.common.backup_settings",
            "PYTHONPATH": str(CHECKOUT),
            "TAVOLO_HOSTS": "tavolo.example.it",
            "TAVOLO_SECRET_KEY": "never-in-a-backup",
            **self.more,
        }
        done = subprocess.run(
            arguments, env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def tavolo(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "tavolo.cli", *arguments, code=code)

    def migrate(self) -> None:
        self.run(sys.executable, "-m", "django", "migrate", "-v", "0")

    def sql(self, statement: str, role: str = "owner") -> list[tuple]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TAVOLO_HOME", str(self.home))
            known = connection_arguments(role)
        with psycopg.connect(**known) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def texts(self) -> list[str]:
        return sorted(row[0] for row in self.sql("SELECT text FROM backup_room_note"))

    def files(self) -> dict[str, str]:
        folder = self.home / "files"
        return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="tavolo-house-"))
    house = House(folder / "home")
    house.tavolo("db", "start")
    house.migrate()
    house.sql(f"INSERT INTO backup_room_note VALUES ('{KEPT}', 'kept'), ('{ERASED}', 'erased')")
    (house.home / "files" / "2026").mkdir(parents=True)
    (house.home / "files" / "2026" / "verbale.txt").write_text("il verbale")
    (house.home / "keys").mkdir(mode=0o700)
    (house.home / "keys" / "master.key").write_text("never-in-a-backup")
    house.tavolo("backup", str(folder / "first.tar"))
    yield house
    house.run(sys.executable, "-c", DISCARD)
    shutil.rmtree(folder)


DISCARD = "from tavolo.common.database import server, layout; server.discard(layout.find_layout())"

embedded_only = pytest.mark.skipif(uses_external_server(), reason="about the embedded server")


@embedded_only
class TestTheCommands:
    def test_a_backup_holds_no_key_and_no_secret(self, house):
        content = (house.home.parent / "first.tar").read_bytes()
        assert b"never-in-a-backup" not in content
        assert b"tavolo.example.it" in content
        with tarfile.open(house.home.parent / "first.tar") as tar:
            tops = {Path(name).parts[0] for name in tar.getnames()}
        assert tops == {"database.dump", "files", "settings.json", "manifest.json"}

    def test_into_a_folder_it_takes_the_date_as_its_name(self, house, tmp_path):
        house.tavolo("backup", str(tmp_path))
        assert [path.name[:7] for path in tmp_path.iterdir()] == ["tavolo-"]

    def test_an_installation_that_holds_something_is_not_overwritten(self, house):
        done = house.tavolo("restore", str(house.home.parent / "first.tar"), code=2)
        assert "--force" in done.stderr
        assert house.texts() == ["erased", "kept"]

    def test_a_damaged_backup_changes_nothing(self, house, tmp_path):
        content = bytearray((house.home.parent / "first.tar").read_bytes())
        content[content.index(b"PGDMP") + 600] ^= 1
        (tmp_path / "bad.tar").write_bytes(content)
        done = house.tavolo("restore", "--force", str(tmp_path / "bad.tar"), code=2)
        assert "damaged" in done.stderr
        assert house.texts() == ["erased", "kept"]

    def test_a_dump_that_cannot_be_restored_changes_nothing(self, house, tmp_path):
        with archive.Writer(tmp_path / "bad.tar") as writer:
            writer.add_bytes("database.dump", b"PGDMP but no dump")
            writer.finish({})
        done = house.tavolo("restore", "--force", str(tmp_path / "bad.tar"), code=2)
        assert "pg_restore failed" in done.stderr
        assert house.texts() == ["erased", "kept"]
        assert house.files() == {"2026/verbale.txt": "il verbale"}
        assert len(house.sql("SELECT datname FROM pg_database WHERE datname LIKE 'tavolo%'")) == 1

    def test_restoring_brings_back_rows_files_and_rights_but_not_the_erased(self, house):
        list_of_erasures = house.home / "erasures.jsonl"
        list_of_erasures.write_text(json.dumps({"kind": "note", "id": ERASED}) + "\n")
        house.sql("DELETE FROM backup_room_note")
        house.sql("CREATE TABLE later (id int)")
        (house.home / "files" / "2026" / "verbale.txt").write_text("altro")
        (house.home / "files" / "later.txt").write_text("later")
        done = house.tavolo("restore", "--force", str(house.home.parent / "first.tar"))
        assert "1 erasures done again" in done.stdout
        assert "TAVOLO_HOSTS=tavolo.example.it" in done.stdout
        assert house.texts() == ["kept"]
        assert house.files() == {"2026/verbale.txt": "il verbale"}
        assert house.sql("SELECT to_regclass('later')") == [(None,)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            house.sql("UPDATE backup_room_note SET text = 'x'", role="app")
        assert house.sql("SELECT count(*) FROM backup_room_note", role="app") == [(1,)]
        assert not list(house.home.glob(".tavolo-work-*"))

    def test_a_backup_from_a_newer_version_is_refused(self, house, tmp_path):
        house.sql(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('backup_room', '0002_later', now())"
        )
        house.tavolo("backup", str(tmp_path / "newer.tar"))
        house.sql("DELETE FROM django_migrations WHERE name = '0002_later'")
        done = house.tavolo("restore", "--force", str(tmp_path / "newer.tar"), code=2)
        assert "newer version of Tavolo" in done.stderr
        assert house.texts() == ["kept"]

    def test_a_server_older_than_the_programs_is_served_through_psql(self, house, tmp_path, monkeypatch):
        monkeypatch.setenv("TAVOLO_HOME", str(house.home))
        monkeypatch.setattr(database, "FIRST_WITH_TRANSACTION_TIMEOUT", 10**9)
        archive.extract(house.home.parent / "first.tar", tmp_path)
        restored = database.Restored(tmp_path / archive.DUMP)
        with psycopg.connect(**database.administrator(restored.name)) as connection:
            cursor = connection.execute("SELECT text FROM backup_room_note ORDER BY text")
            assert cursor.fetchall() == [("erased",), ("kept",)]
        restored.drop()

    def test_the_same_commands_serve_a_server_named_in_database_url(self, house, tmp_path):
        addresses = {
            "DATABASE_URL": house.tavolo("db", "url").stdout.strip(),
            "TAVOLO_OWNER_DATABASE_URL": house.tavolo("db", "url", "--role", "owner").stdout.strip(),
        }
        outside = House(tmp_path / "outside", addresses)
        outside.tavolo("backup", str(tmp_path / "outside.tar"))
        before = house.texts()
        house.sql("DELETE FROM backup_room_note")
        assert "not empty" in outside.tavolo("restore", str(tmp_path / "outside.tar"), code=2).stderr
        outside.tavolo("restore", "--force", str(tmp_path / "outside.tar"))
        assert house.texts() == before
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            house.sql("UPDATE backup_room_note SET text = 'x'", role="app")

    def test_on_an_empty_installation_no_force_is_needed(self, house, tmp_path):
        other = House(Path(tempfile.mkdtemp(prefix="tavolo-house-")) / "home")
        try:
            other.tavolo("restore", str(house.home.parent / "first.tar"))
            assert other.texts() == ["erased", "kept"]
            assert other.files() == {"2026/verbale.txt": "il verbale"}
        finally:
            other.run(sys.executable, "-c", DISCARD)
            shutil.rmtree(other.home.parent)
