"""Backup and restore of one installation: database, stored files, settings, list of erasures.

Keys are not part of it: whoever holds a backup cannot open sealed fields or ballots. They have a backup
of their own (`tavolo keys backup`).
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tavolo.common import paths
from tavolo.common.backup import archive, database, erasures
from tavolo.common.database import server
from tavolo.common.database.account import refuse_foreign_home
from tavolo.common.database.settings import use_role
from tavolo.common.errors import Problem

Say = Callable[[str], None]
SECRET_WORDS = ("KEY", "SECRET", "PASS", "TOKEN", "URL", "DSN", "CREDENTIAL")


def write_backup(path: Path, say: Say) -> Path:
    """Write one backup file, whole or not at all, and return its path.

    `path` may be a folder: the file then gets a name with date and time. The service may go on running.
    """
    refuse_foreign_home(paths.home())
    server.ensure_running(say)
    now = datetime.now(UTC)
    if path.is_dir():
        path = path / f"tavolo-{now:%Y%m%d-%H%M%S}.tar"
    with archive.Writer(path) as writer, _workspace(path.parent) as work:
        say("database ...")
        database.dump(work / archive.DUMP)
        writer.add_file(archive.DUMP, work / archive.DUMP)
        (work / archive.DUMP).unlink()
        say("files ...")
        for file in sorted(path for path in paths.files().rglob("*") if path.is_file()):
            _add_stored_file(writer, file)
        writer.add_bytes(archive.SETTINGS, json.dumps(own_settings(), indent=1).encode())
        if erasures.list_path().exists():
            writer.add_file(archive.ERASURES, erasures.list_path())
        facts = {"tavolo": importlib.metadata.version("tavolo"), "made": now.isoformat(timespec="seconds")}
        writer.finish(facts)
    return path


def restore_backup(path: Path, say: Say, force: bool = False, more_erasures: Path | None = None) -> int:
    """Restore a backup, whole or not at all; return how many erasures had to be done again.

    Refuses an installation that holds a database or files already unless `force` is given; these are
    then replaced for good.
    """
    say("checking the backup ...")
    archive.verify(path)
    refuse_foreign_home(paths.home())
    server.ensure_running(say)
    if not force and (not database.is_empty() or _has_files()):
        raise Problem(
            "this installation is not empty; --force replaces its database and files with the backup's",
            file=str(paths.home()),
        )
    paths.private_folder(paths.home())
    with _workspace(paths.home()) as work:
        archive.extract(path, work)
        extra = [more_erasures] if more_erasures else []
        pairs = erasures.merge(erasures.list_path(), work / archive.ERASURES, *extra)
        say("database ...")
        restored = database.Restored(work / archive.DUMP)
        try:
            count = _bring_up_to_date(restored.name, pairs, say)
            _replace_files(work / archive.FILES.rstrip("/"), work / "former-files", restored.take_over)
        except BaseException:
            restored.drop()
            raise
    return count


def own_settings() -> dict[str, str]:
    """Return the TAVOLO_* variables worth knowing after a loss: no secret, no address of a database."""
    return {
        name: value
        for name, value in sorted(os.environ.items())
        if name.startswith("TAVOLO_") and not any(word in name for word in SECRET_WORDS)
    }


def settings_of(path: Path) -> dict[str, str]:
    """Return the settings a verified backup recorded."""
    for name, source in archive.members(path):
        if name == archive.SETTINGS:
            return dict(json.loads(source.read()))
    return {}


def _add_stored_file(writer: archive.Writer, file: Path) -> None:
    name = archive.FILES + file.relative_to(paths.files()).as_posix()
    try:
        writer.add_file(name, file)
    except FileNotFoundError:
        # Deleted since the folder was listed; the database dumped before may still name it.
        return


def _bring_up_to_date(name: str, pairs: list[tuple[str, str]], say: Say) -> int:
    """Migrate the restored copy and do the erasures again, before anybody can see it."""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection, transaction

    from tavolo.common.row_security import every_room

    use_role("owner")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tavolo.site.settings")
    django.setup()
    usual = settings.DATABASES["default"]["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        _refuse_newer(connection)
        say("migrations ...")
        call_command("migrate", interactive=False, verbosity=0)
        say(f"erasures ({len(pairs)}) ...")
        with transaction.atomic(), every_room():
            return erasures.replay(pairs)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _refuse_newer(connection: Any) -> None:
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations) | set(loader.replacements)
    unknown = sorted(".".join(key) for key in set(loader.applied_migrations) - known)
    if unknown:
        raise Problem(
            f"the backup was made by a newer version of Tavolo (it knows {unknown[0]}); install that version"
        )


def _has_files() -> bool:
    return any(path.is_file() for path in paths.files().rglob("*"))


def _replace_files(new: Path, former: Path, then: Callable[[], None]) -> None:
    """Put the folder `new` in the place of the stored files, do `then`, and go back if that fails."""
    new.mkdir(mode=0o700, exist_ok=True)
    present = paths.files()
    if present.exists():
        os.rename(present, former)
    os.rename(new, present)
    try:
        then()
    except BaseException:
        os.rename(present, new)
        if former.exists():
            os.rename(former, present)
        raise


@contextmanager
def _workspace(beside: Path) -> Iterator[Path]:
    """A private folder on the same disk as `beside`, removed at the end."""
    path = Path(tempfile.mkdtemp(prefix=".tavolo-work-", dir=beside))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
