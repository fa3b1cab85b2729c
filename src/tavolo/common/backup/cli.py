"""`tavolo backup` and `tavolo restore`: one command each."""

from __future__ import annotations

from pathlib import Path

import click

from tavolo.common.backup import services
from tavolo.common.command_line import OneCommand, say


@click.command(cls=OneCommand)
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write database, stored files and settings to FILE (or into a folder, under today's date).

    The keys are not in it: `tavolo keys backup` writes them, and belongs on another disk.
    """
    path = services.write_backup(file, say)
    print(f"{path} ({path.stat().st_size:,} bytes); the keys are apart: `tavolo keys backup`")


@click.command(cls=OneCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what this installation holds, for good.")
@click.option(
    "--erasures",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A later list of erasures (erasures.jsonl of the lost installation) to do again as well.",
)
def restore(file: Path, force: bool, erasures: Path | None) -> None:
    """Restore the backup FILE, whole or not at all; what was erased since stays erased."""
    count = services.restore_backup(file, say, force, erasures)
    print(f"restored; {count} erasures done again")
    known = services.settings_of(file)
    if known:
        print("settings at the time of the backup:")
        for name, value in known.items():
            print(f"  {name}={value}")
