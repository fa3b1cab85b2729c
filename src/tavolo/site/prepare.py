"""Bring an installation up to date before its processes start: database, cache table, static files.

Each part is skipped when nothing changed, so that a later start takes a moment.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path


def prepare_here() -> None:
    """Migrate, create the cache table and collect static files, in this process (the owner's role)."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    if settings.CACHES["default"]["LOCATION"] not in connection.introspection.table_names():
        call_command("createcachetable", verbosity=0)
    collect_static(Path(settings.STATIC_ROOT))


def collect_static(root: Path) -> None:
    """Collect and compress static files where any of them changed since the last time."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    state = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            seen = storage.get_modified_time(name).timestamp()
            state.update(f"{name} {storage.size(name)} {seen}\n".encode())
    stamp = root / ".collected"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == state.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state.hexdigest(), encoding="utf-8")


if __name__ == "__main__":
    prepare_here()
    sys.exit(0)
