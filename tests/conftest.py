"""One embedded database server for a whole test session, started only when a test asks for a database.

Everything a test writes lies in a data folder of its own below the temporary folder, removed at the end;
folders left behind by a killed session are swept by the next one. With DATABASE_URL the tests use that
server instead. With an empty DJANGO_SETTINGS_MODULE the tests of pure packages run without Django.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tavolo.common.database import server
from tavolo.common.database.layout import find_layout
from tavolo.common.database.locks import try_lock

PREFIX = "tavolo-test-"

# Set before Django reads its settings: pytest-django does so after this file has been loaded.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tavolo.site.settings")
os.environ["TAVOLO_DATABASE_ROLE"] = "owner"
os.environ.setdefault("TAVOLO_MODE", "test")
_own_home: tuple[Path, int] | None = None


def _open_home() -> None:
    """Make the session's data folder; workers of one session inherit the folder of the first."""
    global _own_home
    if "TAVOLO_TEST_HOME" not in os.environ:
        home = Path(tempfile.mkdtemp(prefix=PREFIX))
        lock = try_lock(home / "session.lock")
        assert lock is not None
        _own_home = (home, lock)
        os.environ["TAVOLO_TEST_HOME"] = str(home)
    os.environ["TAVOLO_HOME"] = os.environ["TAVOLO_TEST_HOME"]
    # Where the site's collected files would lie: without the folder every client's first request warns.
    (Path(os.environ["TAVOLO_HOME"]) / "static").mkdir(exist_ok=True)


def _remove_home(home: Path) -> None:
    before = os.environ.get("TAVOLO_HOME")
    os.environ["TAVOLO_HOME"] = str(home)
    try:
        server.discard(find_layout())
        shutil.rmtree(home, ignore_errors=True)
    finally:
        if before is not None:
            os.environ["TAVOLO_HOME"] = before


def _sweep() -> None:
    """Remove what killed sessions left: a folder of ours whose lock nobody holds."""
    for home in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            if home.stat().st_uid != os.geteuid() or not (home / "session.lock").exists():
                continue
            lock = try_lock(home / "session.lock")
        except FileNotFoundError:
            continue  # another session that begins now was quicker
        if lock is not None:
            _remove_home(home)
            os.close(lock)


def _set_up_django() -> None:
    """Load settings and applications now, so that any other conftest may import models."""
    if os.environ["DJANGO_SETTINGS_MODULE"]:
        import django

        django.setup()


_open_home()
_set_up_django()


# Tests in the browser need a running demonstration each; those that may share one go to one process.
SHARING = {
    "test_pages.py": "browser", "test_vote.py": "browser",
    "test_convergence.py": "browser", "test_languages.py": "browser",
    "test_walk_table.py": "walks", "test_walk_together.py": "walks",
}  # fmt: skip
# Minutes each though of few tests: begun first, so that neither process waits for the other at the end.
LONG = (
    "test_state_machine.py",
    "test_crowd.py",
    "test_canaries.py",
    "test_canaries_outside.py",
    "test_mutation.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first; all else stays in its order."""
    items.sort(key=lambda item: not (item.path.parent.name == "browser" or item.path.name in LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object | None:
    """Keep the tests of one file together, and those of files that share a demonstration."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    config.option.loadscopereorder = False  # it would put files of few tests last, however long they take

    class Sharing(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::", 1)[0]
            folder, _, name = file.rpartition("/")
            return SHARING.get(name, file) if folder.endswith("browser") else file

    return Sharing(config, log)


def pytest_unconfigure() -> None:
    """Stop the session's server and remove its folder, in the process that made it."""
    global _own_home
    if _own_home is not None:
        home, lock = _own_home
        _own_home = None
        _remove_home(home)
        os.close(lock)
        os.environ.pop("TAVOLO_TEST_HOME", None)


@pytest.fixture(scope="session")
def database_server() -> None:
    """The running database server of this session, for tests that connect by themselves."""
    _sweep()
    server.ensure_running(print)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    database_server: None, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Start the server just before pytest-django makes its test database."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Let tests that commit empty the tables afterwards: the register refuses TRUNCATE otherwise."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        for table in ("act", "leaf", "node", "checkpoint", "registerkey", "actcontent"):
            cursor.execute(f"ALTER TABLE ledger_{table} DISABLE TRIGGER ledger_{table}_no_truncate")
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        from tests.world import drop_world

        drop_world()


@pytest.fixture(autouse=True)
def _queue_left_empty(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the job queue after a test that commits: Django's flush leaves unmanaged tables as they are."""
    marker = request.node.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames
    blocker = request.getfixturevalue("django_db_blocker") if commits else None
    yield
    if blocker is not None:
        from django.db import connection

        with blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
