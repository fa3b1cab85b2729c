"""The embedded server's supervisor: who lives, who may stop it, and that nothing acknowledged is lost."""

from __future__ import annotations

import os
import signal
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tavolo.common.database import cluster, processes, server, service
from tavolo.common.database.layout import LONGEST_SOCKET, find_layout
from tavolo.common.database.locks import exclusive, is_held
from tavolo.common.database.settings import connection_arguments
from tavolo.common.errors import Problem
from tests.common.installations import (
    Installation,
    accounts,
    make_installation,
    ordinary_uid,
    preload,
    remove_installation,
)

preload()


@pytest.fixture(scope="module", params=sorted(accounts()))
def kept(request: pytest.FixtureRequest, database_server: None) -> Iterator[Installation]:
    installation = make_installation(accounts()[request.param])
    yield installation
    remove_installation(installation)


@pytest.fixture
def installation(kept: Installation) -> Installation:
    """An installation whose server runs; each test leaves it in any state it likes."""
    kept.start()
    return kept


@pytest.fixture
def fresh(request: pytest.FixtureRequest, database_server: None) -> Iterator[Installation]:
    """An installation of an ordinary user at the path the test asks for, not started."""
    made = make_installation(ordinary_uid(), request.param)
    yield made
    remove_installation(made)


def main_process(installation: Installation) -> int:
    found = installation.do(lambda: processes.postmaster(find_layout()))
    assert found is not None
    return found


def wait_until_gone(installation: Installation) -> None:
    layout = installation.layout()
    while is_held(layout.alive_lock):
        time.sleep(0.02)


class TestWhoStopsTheServer:
    def test_it_outlives_a_starter_that_is_killed(self, installation):
        installation.stop()

        def start() -> None:
            # A process begun in the background may have been told to pass over Ctrl-C.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            server.ensure_running()
            time.sleep(60)

        starter = installation.begin(start)
        while installation.state() != "running":
            time.sleep(0.05)
        starter.kill(signal.SIGKILL)
        assert installation.query("SELECT 1") == 1

    def test_it_outlives_a_starter_that_ends(self, installation):
        installation.stop()
        installation.start()
        before = main_process(installation)
        installation.start()
        assert main_process(installation) == before
        assert installation.query("SELECT 1") == 1

    def test_it_outlives_ctrl_c_in_the_starter(self, installation):
        installation.stop()

        def start() -> None:
            # A process begun in the background may have been told to pass over Ctrl-C.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            server.ensure_running()
            time.sleep(60)

        starter = installation.begin(start)
        while installation.state() != "running":
            time.sleep(0.05)
        starter.kill(signal.SIGINT)
        assert installation.query("SELECT 1") == 1

    def test_stop_ends_every_process_of_it(self, installation):
        assert installation.stop()
        assert installation.do(lambda: processes.server_processes(find_layout())) == []
        assert installation.state() == "stopped"
        assert not installation.stop()

    def test_one_that_died_is_revived_but_one_that_was_stopped_is_not(self, installation):
        assert not installation.do(server.revive)
        os.kill(main_process(installation), signal.SIGKILL)
        wait_until_gone(installation)
        assert installation.do(server.revive)
        installation.stop()
        assert not installation.do(server.revive)
        assert installation.state() == "stopped"

    def test_in_the_foreground_it_tells_the_service_manager_and_ends_with_it(self, installation, tmp_path):
        installation.stop()
        address = installation.folder / "notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(address))
            os.chown(address, installation.uid, -1)
            manager.settimeout(30)
            unit = installation.begin(lambda: _run_as_service(str(address)))
            assert manager.recv(100) == b"READY=1"
            first = main_process(installation)
            os.kill(first, signal.SIGKILL)
            assert not installation.do(server.revive), "reviving is the service's task"
            installation.start()
            assert main_process(installation) != first
            os.kill(unit.pid, signal.SIGTERM)
            assert manager.recv(100) == b"STOPPING=1"
        assert unit.result() == 0
        assert installation.state() == "stopped"
        address.unlink()


def _run_as_service(address: str) -> int:
    os.environ["NOTIFY_SOCKET"] = address
    return service.run(print)


class TestWhoIsAlive:
    def test_a_stale_pid_file_whose_number_another_process_bears_today(self, installation):
        pid_file = installation.layout().data / "postmaster.pid"
        content = pid_file.read_text().splitlines()
        installation.stop()
        other = installation.begin(lambda: time.sleep(60))
        pid_file.write_text("\n".join([str(other.pid), *content[1:]]) + "\n")
        assert installation.state() == "stopped"
        installation.start()
        assert installation.query("SELECT 1") == 1
        other.kill()

    @pytest.mark.parametrize("content", ["", "12", "not a number\n/somewhere\n"])
    def test_a_partial_pid_file(self, installation, content):
        installation.stop()
        (installation.layout().data / "postmaster.pid").write_text(content)
        assert installation.state() == "stopped"
        installation.start()
        assert installation.query("SELECT 1") == 1

    def test_right_after_the_main_process_was_killed_no_dead_server_is_reported(self, installation):
        for _ in range(3):
            os.kill(main_process(installation), signal.SIGKILL)
            assert installation.state() != "running"
            installation.start()
            assert installation.query("SELECT 1") == 1

    def test_orphans_of_a_killed_main_process_do_not_hinder_the_next_start(self, installation, monkeypatch):
        monkeypatch.setattr(server, "ORPHANS_AFTER", 0.2)
        busy = installation.begin(lambda: _busy_forever())
        while not installation.query("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%busy%'") > 1:
            time.sleep(0.05)
        os.kill(main_process(installation), signal.SIGKILL)
        installation.start()
        assert installation.query("SELECT 1") == 1
        with pytest.raises(psycopg.Error):
            busy.result()

    def test_four_starters_at_once_make_one_server(self, installation):
        installation.stop()
        starters = [
            installation.begin(lambda: (server.ensure_running(), processes.postmaster(find_layout())))
            for _ in range(4)
        ]
        assert len({starter.result()[1] for starter in starters}) == 1

    def test_waiting_is_patient_and_says_so(self, installation, monkeypatch):
        monkeypatch.setattr(server, "FIRST_WORD_AFTER", 0.2)
        monkeypatch.setattr(server, "WORD_EVERY", 0.2)
        installation.stop()
        recovering = installation.begin(lambda: _hold_alive_lock(1.0))
        time.sleep(0.3)
        assert installation.state() == "starting"
        words = installation.do(_start_and_collect_words)
        assert words
        assert words[0].startswith("waiting for PostgreSQL")
        recovering.result()


def _busy_forever() -> None:
    with server.superuser_connection(find_layout()) as connection:
        connection.execute("DO $$ BEGIN LOOP PERFORM 'busy'; END LOOP; END $$")


def _hold_alive_lock(seconds: float) -> None:
    with exclusive(find_layout().alive_lock):
        time.sleep(seconds)


def _start_and_collect_words() -> list[str]:
    words: list[str] = []
    server.ensure_running(words.append)
    return words


LONG = "/".join(["a-folder-with-a-rather-long-name"] * 6)


class TestWhereItLies:
    @pytest.mark.parametrize("fresh", [LONG, "with a space, 'quotes\" and è"], indirect=True)
    def test_any_path_will_do(self, fresh):
        fresh.start()
        assert fresh.query("SHOW data_directory") == str(fresh.layout().data)
        socket = os.fsencode(fresh.layout().socket_folder / ".s.PGSQL.5432")
        assert len(socket) <= LONGEST_SOCKET
        assert Path(os.fsdecode(socket)).is_socket()

    @pytest.mark.parametrize("fresh", ["data"], indirect=True)
    def test_an_unset_home_will_do(self, fresh):
        def start_without_home() -> None:
            del os.environ["HOME"]
            os.environ["XDG_DATA_HOME"] = str(fresh.folder / ".local" / "share")
            server.ensure_running()

        fresh.do(start_without_home)
        assert fresh.state() == "running"

    @pytest.mark.parametrize("fresh", [LONG], indirect=True)
    def test_a_socket_folder_laid_by_somebody_else_is_refused(self, fresh):
        folder = fresh.layout().socket_folder
        folder.mkdir(mode=0o777)
        folder.chmod(0o777)
        with pytest.raises(Problem, match="0700"):
            fresh.start()
        folder.rmdir()

    def test_folders_above_keep_their_modes(self, installation):
        installation.stop()
        above = [*installation.layout().base.parents, *installation.home.parents]
        before = {path: (path.stat().st_mode, path.stat().st_uid) for path in above}
        installation.start()
        assert {path: (path.stat().st_mode, path.stat().st_uid) for path in above} == before

    def test_own_folders_are_closed_to_others(self, installation):
        layout = installation.layout()
        for path in (layout.home, layout.data, layout.socket_folder, layout.log):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700, path

    @pytest.mark.skipif(os.geteuid() != 0, reason="needs two accounts")
    def test_root_does_not_touch_a_data_folder_of_somebody_else(self, database_server):
        installation = make_installation(0)
        installation.home.mkdir()
        os.chown(installation.home, ordinary_uid(), -1)
        with pytest.raises(Problem, match="sudo -u nobody"):
            installation.start()
        assert list(installation.home.iterdir()) == []
        installation.home.rmdir()
        installation.folder.rmdir()

    @pytest.mark.skipif(os.geteuid() != 0, reason="root's servers lie apart from the data folder")
    def test_a_new_data_folder_never_finds_the_database_of_a_deleted_one(self, database_server):
        installation = make_installation(0)
        installation.start()
        installation.query("SELECT 1")
        for path in installation.home.iterdir():
            path.unlink()
        installation.start()
        former = list(installation.layout().base.parent.glob(f"{installation.layout().base.name}.former-*"))
        assert len(former) == 1
        assert installation.do(lambda: processes.server_processes(find_layout()))
        remove_installation(installation)
        installation.do(lambda: __import__("shutil").rmtree(former[0]))

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root chooses the server's account")
    def test_root_may_choose_the_account_and_need_not_repeat_it(self, database_server):
        def start_as_nobody() -> None:
            os.environ["TAVOLO_SERVER_ACCOUNT"] = "nobody"
            server.ensure_running()

        installation = make_installation(0)
        installation.do(start_as_nobody)
        assert installation.state() == "running"
        assert installation.layout().data.owner() == "nobody"
        installation.stop()
        installation.start()
        assert installation.query("SELECT 1") == 1
        remove_installation(installation)


class TestWhoMayConnect:
    def test_there_is_no_network_port(self, installation):
        assert installation.query("SHOW listen_addresses") == ""
        assert installation.query("SELECT inet_server_addr()") is None

    def test_every_rule_asks_the_operating_system_who_is_there(self, installation):
        assert (
            installation.query("SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules")
            == "peer"
        )
        assert installation.query("SELECT string_agg(DISTINCT type, ',') FROM pg_hba_file_rules") == "local"

    def test_a_role_is_reached_by_our_account(self, installation):
        def who() -> str:
            with psycopg.connect(**connection_arguments("app")) as connection:
                row = connection.execute("SELECT session_user").fetchone()
                assert row is not None
                return row[0]

        assert installation.do(who) == "tavolo_app"

    @pytest.mark.skipif(os.geteuid() != 0, reason="needs two accounts")
    def test_another_account_is_not_let_in(self, installation):
        import pwd

        stranger = next(e.pw_uid for e in pwd.getpwall() if e.pw_uid not in (0, installation.uid, 65534))
        arguments = installation.do(lambda: connection_arguments("app"))
        visitor = Installation(installation.folder, installation.home, stranger)
        with pytest.raises(psycopg.OperationalError):
            visitor.do(lambda: psycopg.connect(**arguments).close())


class TestWhatCannotBeWeakened:
    @pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
    def test_durability_is_on_whatever_the_configuration_says(self, installation, name):
        with (installation.layout().data / "postgresql.conf").open("a") as conf:
            conf.write(f"{name} = off\n")
        installation.query("SELECT pg_reload_conf()")
        time.sleep(0.1)
        assert installation.query(f"SHOW {name}") == "on"

    def test_logs_hold_no_values(self, installation):
        installation.query("CREATE TABLE IF NOT EXISTS secret_word (word text UNIQUE)")
        with pytest.raises(psycopg.Error):
            installation.query("INSERT INTO secret_word VALUES ('Ermenegildo'), ('Ermenegildo') RETURNING 1")
        with pytest.raises(psycopg.Error):
            installation.query("SELECT 'Ermenegildo'::int")
        written = "".join(path.read_text() for path in installation.layout().log.glob("*.log"))
        assert "duplicate key" in written
        assert "(Ermenegildo)" not in written
        assert "INSERT" not in written

    def test_another_major_version_is_refused_in_words(self, installation):
        installation.stop()
        version = installation.layout().data / "PG_VERSION"
        version.write_text("17\n")
        try:
            with pytest.raises(Problem, match="made by PostgreSQL 17"):
                installation.start()
        finally:
            version.write_text("18\n")

    def test_a_server_that_cannot_start_says_why(self, installation):
        installation.stop()
        conf = installation.layout().data / "postgresql.conf"
        before = conf.read_text()
        conf.write_text(before + "\nshared_buffers = 'a lot'\n")
        try:
            with pytest.raises(Problem, match="shared_buffers"):
                installation.start()
        finally:
            conf.write_text(before)


def _insert_until_killed(writer: int, path: str) -> None:
    """Insert numbers, noting each in a file only after its commit was acknowledged."""
    with open(path, "a") as noted:
        for number in range(1_000_000):
            try:
                with server.superuser_connection(find_layout(), "tavolo") as connection:
                    while True:
                        connection.execute("INSERT INTO example_vote VALUES (%s, %s)", [writer, number])
                        noted.write(f"{number}\n")
                        noted.flush()
                        number += 1
            except psycopg.Error:
                return


def test_killing_the_whole_server_under_inserts_loses_nothing_acknowledged(installation):
    installation.do(_make_vote_table)
    notes = [installation.home / f"noted-{writer}" for writer in range(3)]
    for _ in range(3):
        installation.do(lambda: _empty(notes))
        writers = [
            installation.begin(lambda w=writer, n=str(note): _insert_until_killed(w, n))
            for writer, note in enumerate(notes)
        ]
        time.sleep(0.4)
        for pid in [
            main_process(installation),
            *installation.do(lambda: processes.server_processes(find_layout())),
        ]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for child in writers:
            child.result()
        installation.start()
        for writer, note in enumerate(notes):
            acknowledged = {int(line) for line in note.read_text().splitlines()}
            stored = installation.do(lambda w=writer: _votes_of(w))
            assert len(acknowledged) > 0
            assert acknowledged <= set(stored)
            assert len(stored) == len(set(stored))


def _make_vote_table() -> None:
    with server.superuser_connection(find_layout(), "tavolo") as connection:
        connection.execute("CREATE TABLE example_vote (writer int, number int)")


def _empty(notes: list[Path]) -> None:
    with server.superuser_connection(find_layout(), "tavolo") as connection:
        connection.execute("TRUNCATE example_vote")
    for note in notes:
        note.write_text("")


def _votes_of(writer: int) -> list[int]:
    with server.superuser_connection(find_layout(), "tavolo") as connection:
        rows = connection.execute("SELECT number FROM example_vote WHERE writer = %s", [writer]).fetchall()
        return [row[0] for row in rows]


def test_bootstrap_can_be_repeated(installation):
    def again() -> None:
        with server.superuser_connection(find_layout()) as connection:
            cluster.bootstrap(connection)
            cluster.bootstrap(connection)

    installation.do(again)
    assert installation.query("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'tavolo%'") == 4
