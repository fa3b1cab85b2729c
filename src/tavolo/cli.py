"""The `tavolo` command: a thin door to every room.

Sub-commands live in their room's `cli.py` and are imported only when called, so that
`tavolo convergence analyse` starts without Django and `tavolo db status` without numpy.
"""

from __future__ import annotations

import importlib
import sys

import click
import typer
import typer.main

# name -> (module, attribute, one line of help)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "convergence": ("tavolo.dialogue.convergence.cli", "app", "From votes to a convergence map."),
    "bonus": ("tavolo.bonus.cli", "app", "Design, compute and explain a productivity bonus."),
    "network": ("tavolo.network.cli", "app", "Rank, assign, ring and clear needs and offers."),
    "db": ("tavolo.common.database.cli", "app", "Start, stop and inspect the embedded PostgreSQL."),
    "backup": ("tavolo.common.backup.cli", "backup", "Write one backup of database, files and settings."),
    "restore": ("tavolo.common.backup.cli", "restore", "Restore a backup."),
    "keys": ("tavolo.common.keys.cli", "app", "The key store: list, rotate, back up."),
    "verify": ("tavolo.ledger.cli", "verify", "Check an export of the register offline."),
    "ledger": ("tavolo.ledger.cli", "app", "Sequence acts, sign checkpoints, write exports."),
    "demo": ("tavolo.demo.cli", "demo", "Build the demonstration territory and open it."),
    "run": ("tavolo.site.cli", "run_app", "Start web server and worker."),
    "web": ("tavolo.site.cli", "web_app", "Start the web server only."),
    "worker": ("tavolo.site.cli", "worker_app", "Start the background worker only."),
    "manage": ("tavolo.site.cli", "manage", "Django's management commands."),
}


class LazyGroup(click.Group):
    """A click group that imports a sub-command's module only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute, help_line = COMMANDS[name]
        found = getattr(importlib.import_module(module), attribute)
        command = typer.main.get_command(found) if isinstance(found, typer.Typer) else found
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}.{attribute} is neither a typer application nor a click command")
        command.name = name
        command.help = command.help or help_line
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry[2]) for name, entry in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tavolo", prog_name="tavolo")
def main() -> None:
    """Tavolo: from dialogue to convergence, agreement and shared results."""


if __name__ == "__main__":
    sys.exit(main())
