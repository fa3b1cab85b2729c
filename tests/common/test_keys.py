"""The key store: outside the database, versioned, destroyed for good, backed up apart."""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from tavolo.common.errors import Problem
from tavolo.common.keys import archive, uses
from tavolo.common.keys.cli import app
from tavolo.common.keys.store import KeyExists, KeyStore, UnknownKey
from tavolo.common.keys.wrapping import encode

PASSPHRASE = "una frase lunga e segreta"


@pytest.fixture(autouse=True)
def quick_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "COST", {"n": 2**10, "r": 8, "p": 1})
    monkeypatch.delenv("TAVOLO_MASTER_KEY", raising=False)


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "keys")


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


class TestKeys:
    def test_a_key_read_while_it_is_destroyed_is_a_key_that_is_gone(self, store, monkeypatch):
        store.create("consultation", kind="ephemeral")
        read, first = KeyStore._open, []

        def noise_first(self, path):
            if not first:
                first.append(path)
                store.destroy("consultation")
                raise UnicodeDecodeError("utf-8", b"\xa0", 0, 1, "overwritten while it was open")
            return read(self, path)

        monkeypatch.setattr(KeyStore, "_open", noise_first)
        with pytest.raises(UnknownKey):
            store.get("consultation")
        assert first

    def test_a_key_file_that_stays_damaged_is_told_and_not_taken_for_gone(self, store):
        store.create("signing")
        path = next(store.folder.glob("signing.v1.json"))
        path.write_bytes(b"\xa0 noise")
        with pytest.raises(ValueError, match="decode"):
            store.get("signing")

    def test_a_key_is_made_once_and_read_again(self, store):
        key = store.create("signing")
        assert len(key) == 32
        assert store.get("signing") == key
        with pytest.raises(KeyExists):
            store.create("signing")

    def test_an_unknown_key_is_an_error_in_words(self, store):
        with pytest.raises(UnknownKey, match="no key 'signing'"):
            store.get("signing")

    @pytest.mark.parametrize("name", ["", "../x", "A", "a b", "a.v1", "-a", "a" * 101])
    def test_names_cannot_leave_the_folder(self, store, name):
        with pytest.raises(ValueError, match="name"):
            store.create(name)

    def test_names_that_begin_alike_are_kept_apart(self, store):
        store.create("vote")
        assert store.versions("vot") == ()
        store.create("vote-2")
        assert [info.name for info in store.list()] == ["vote", "vote-2"]

    def test_files_are_closed_to_others_and_hold_no_key_in_clear(self, store):
        key = store.create("signing")
        assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
        for path in store.folder.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
        content = everything_in(store.folder)
        assert key not in content
        assert encode(key).encode() not in content

    def test_many_askers_at_once_get_one_key(self, store):
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(lambda _: KeyStore(store.folder).get_or_create("signing"), range(16)))
        assert len(keys) == 1

    def test_rotation_keeps_the_former_versions(self, store):
        first = store.create("signing")
        second = store.rotate("signing")
        assert first != second
        assert store.get("signing") == second
        assert store.get("signing", 1) == first
        assert store.versions("signing") == (1, 2)


class TestDestroying:
    def test_a_destroyed_key_is_gone_and_leaves_a_note_without_it(self, store):
        key = store.create("consultation-1", kind="ephemeral")
        store.destroy("consultation-1")
        with pytest.raises(UnknownKey):
            store.get("consultation-1")
        with pytest.raises(UnknownKey):
            store.destroy("consultation-1")
        (stone,) = store.destroyed()
        assert (stone.name, stone.version, stone.kind) == ("consultation-1", 1, "ephemeral")
        assert encode(key).encode() not in everything_in(store.folder)

    def test_its_file_is_overwritten_not_only_unlinked(self, store):
        store.create("consultation-1", kind="ephemeral")
        path = store.folder / "consultation-1.v1.json"
        before = path.read_bytes()
        other_name = store.folder / "kept-by-a-hard-link"
        os.link(path, other_name)
        store.destroy("consultation-1")
        assert other_name.read_bytes() != before
        assert len(other_name.read_bytes()) == len(before)

    def test_every_version_goes_or_only_the_one_named(self, store):
        store.create("signing")
        store.rotate("signing")
        store.destroy("signing", 1)
        assert store.versions("signing") == (2,)
        store.destroy("signing")
        assert store.versions("signing") == ()

    def test_a_name_may_be_used_again_but_never_a_version_number(self, store):
        store.create("consultation-1", kind="ephemeral")
        store.destroy("consultation-1")
        store.create("consultation-1", kind="ephemeral")
        assert store.versions("consultation-1") == (2,)

    def test_a_file_half_written_by_a_crash_is_cleared_away(self, store):
        store.create("signing")
        (store.folder / ".consultation-1.v1.json.new").write_text("half")
        store.rotate("signing")
        assert not list(store.folder.glob(".*.new"))


class TestMasterKey:
    def test_without_the_master_key_nothing_opens(self, store, monkeypatch):
        store.create("signing")
        monkeypatch.setenv("TAVOLO_MASTER_KEY", encode(bytes(32)))
        with pytest.raises(Problem, match="wrapped by the master key"):
            store.get("signing")

    def test_from_the_environment_it_is_never_written(self, store, monkeypatch):
        master = encode(os.urandom(32))
        monkeypatch.setenv("TAVOLO_MASTER_KEY", master)
        key = store.create("signing")
        assert store.get("signing") == key
        assert master.encode() not in everything_in(store.folder)
        assert not (store.folder / "master.key").exists()

    def test_a_new_one_from_the_environment_rewraps_all(self, store, monkeypatch):
        old, new = encode(os.urandom(32)), encode(os.urandom(32))
        monkeypatch.setenv("TAVOLO_MASTER_KEY", old)
        key = store.create("signing")
        monkeypatch.setenv("TAVOLO_MASTER_KEY", f"{new},{old}")
        assert store.rewrap() == 1
        monkeypatch.setenv("TAVOLO_MASTER_KEY", new)
        assert store.get("signing") == key

    def test_in_the_file_it_is_rotated_in_one_step(self, store):
        keys = {name: store.create(name) for name in ("a", "b")}
        before = (store.folder / "master.key").read_text()
        assert store.rotate_master() == 2
        assert before not in (store.folder / "master.key").read_text()
        assert {name: store.get(name) for name in keys} == keys

    def test_an_unusable_one_is_refused_in_words(self, store, monkeypatch):
        monkeypatch.setenv("TAVOLO_MASTER_KEY", "short")
        with pytest.raises(Problem, match="32 bytes"):
            store.create("signing")

    def test_a_changed_file_is_noticed(self, store):
        store.create("signing")
        path = store.folder / "signing.v1.json"
        entry = json.loads(path.read_text())
        path.write_text(json.dumps(entry | {"kind": "ephemeral"}))
        with pytest.raises(Problem, match="damaged"):
            store.get("signing")


class TestBackup:
    def test_keys_return_on_another_machine_with_another_master_key(self, store, tmp_path):
        keys = {name: store.create(name) for name in ("signing", "fields")}
        newer = store.rotate("signing")
        assert archive.write(store, tmp_path / "backup", PASSPHRASE) == 3
        other = KeyStore(tmp_path / "other")
        outcome = archive.restore(other, tmp_path / "backup", PASSPHRASE)
        assert set(outcome.restored) == {"signing", "fields"}
        assert other.get("signing") == newer
        assert other.get("signing", 1) == keys["signing"]
        assert other.get("fields") == keys["fields"]

    def test_it_is_closed_to_others_and_holds_nothing_in_clear(self, store, tmp_path):
        key = store.create("signing")
        archive.write(store, tmp_path / "backup", PASSPHRASE)
        content = (tmp_path / "backup").read_bytes()
        assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600
        assert encode(key).encode() not in content
        assert b"signing" not in content

    def test_keys_of_open_consultations_are_never_in_it(self, store, tmp_path):
        store.create("consultation-1", kind="ephemeral")
        assert archive.write(store, tmp_path / "backup", PASSPHRASE) == 0
        other = KeyStore(tmp_path / "other")
        archive.restore(other, tmp_path / "backup", PASSPHRASE)
        assert other.list() == []

    def test_a_key_destroyed_since_does_not_return(self, store, tmp_path):
        store.create("fields")
        archive.write(store, tmp_path / "backup", PASSPHRASE)
        store.destroy("fields")
        outcome = archive.restore(store, tmp_path / "backup", PASSPHRASE)
        assert outcome.destroyed_here == ("fields",)
        assert store.versions("fields") == ()

    def test_a_different_key_of_the_same_name_stops_it_before_anything_changes(self, store, tmp_path):
        store.create("a")
        store.create("b")
        archive.write(store, tmp_path / "backup", PASSPHRASE)
        other = KeyStore(tmp_path / "other")
        other.create("b")
        with pytest.raises(Problem, match="'b' version 1 in the store is another one"):
            archive.restore(other, tmp_path / "backup", PASSPHRASE)
        assert other.versions("a") == ()

    def test_restoring_twice_changes_nothing(self, store, tmp_path):
        store.create("a")
        archive.write(store, tmp_path / "backup", PASSPHRASE)
        assert archive.restore(store, tmp_path / "backup", PASSPHRASE).unchanged == ("a",)

    def test_wrong_passphrase_and_changed_file_are_refused(self, store, tmp_path):
        store.create("a")
        path = tmp_path / "backup"
        archive.write(store, path, PASSPHRASE)
        with pytest.raises(Problem, match="passphrase is wrong"):
            archive.restore(store, path, PASSPHRASE + "x")
        document = json.loads(path.read_text())
        path.write_text(json.dumps(document | {"format": "tavolo key backup 2"}))
        with pytest.raises(Problem, match="unknown format"):
            archive.restore(store, path, PASSPHRASE)
        path.write_text(json.dumps(document | {"n": 2**40}))
        with pytest.raises(Problem, match="unknown format"):
            archive.restore(store, path, PASSPHRASE)
        path.write_text("[]")
        with pytest.raises(Problem, match="not a readable key backup"):
            archive.restore(store, path, PASSPHRASE)

    def test_a_short_passphrase_and_an_existing_file_are_refused(self, store, tmp_path):
        with pytest.raises(Problem, match="at least 12"):
            archive.write(store, tmp_path / "backup", "corta")
        (tmp_path / "backup").touch()
        with pytest.raises(Problem, match="there is a file already"):
            archive.write(store, tmp_path / "backup", PASSPHRASE)


class TestUses:
    def test_text_secrets_come_newest_first(self, store):
        (first,) = uses.text_secrets(store, "django")
        store.rotate("django")
        newest, older = uses.text_secrets(store, "django")
        assert older == first
        assert newest != first

    def test_signatures_of_every_version_verify(self, store):
        signature = uses.signing_key(store, "register").sign(b"checkpoint")
        store.rotate("register")
        uses.verification_keys(store, "register")[1].verify(signature, b"checkpoint")

    def test_a_sealed_field_opens_in_its_row_alone(self, store):
        sealed = uses.seal_field(store, "fields", b"TSTPRS80A01F205X", "people.tax_code:1")
        assert b"TSTPRS" not in sealed
        assert uses.open_field(store, "fields", sealed, "people.tax_code:1") == b"TSTPRS80A01F205X"
        with pytest.raises(Problem, match="another row"):
            uses.open_field(store, "fields", sealed, "people.tax_code:2")

    def test_a_field_outlives_rotation_but_not_its_key(self, store):
        sealed = uses.seal_field(store, "fields", b"text", "row")
        store.rotate("fields")
        assert uses.open_field(store, "fields", sealed, "row") == b"text"
        store.destroy("fields", 1)
        with pytest.raises(Problem, match="destroyed"):
            uses.open_field(store, "fields", sealed, "row")


class TestCommands:
    @pytest.fixture
    def run(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TAVOLO_HOME", str(tmp_path))
        monkeypatch.setenv("TAVOLO_KEYS_PASSPHRASE", PASSPHRASE)
        return lambda *arguments, **more: CliRunner().invoke(app, list(arguments), **more)

    def test_list_rotate_backup_restore_destroy(self, run, tmp_path):
        KeyStore(tmp_path / "keys").create("signing")
        assert "version 2 is in force" in run("rotate", "signing").output
        assert "signing\tlasting\tversions 1, 2" in run("list").output
        assert "2 keys written" in run("backup", str(tmp_path / "file")).output
        assert "1 keys wrapped" not in run("rotate-master").output
        assert "there already: signing" in run("restore", str(tmp_path / "file")).output
        assert run("destroy", "signing", input="n\n").exit_code == 1
        assert "destroyed" in run("destroy", "signing", "--yes").output
        assert run("list").output == ""

    def test_a_problem_is_one_sentence_and_exit_code_2(self, run):
        result = run("rotate", "nothing")
        assert result.exit_code == 2
        assert result.stderr == "there is no key 'nothing'\n"
