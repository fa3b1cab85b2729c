"""The `tavolo` command: a thin door to every room.

Sub-commands live in their room's `cli.py` and are imported only when called, so that
`tavolo convergence analyse` starts without Django and `tavolo db status` without numpy.
"""

from __future__ import annotations

import importlib
import sys
from difflib import get_close_matches
from importlib.metadata import version

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
    "demo": ("tavolo.site.demonstration", "demo", "Build the demonstration territory and open it."),
    "run": ("tavolo.site.cli", "run_app", "Start web server and worker."),
    "web": ("tavolo.site.cli", "web_app", "Start the web server only."),
    "worker": ("tavolo.site.cli", "worker_app", "Start the background worker only."),
    "manage": ("tavolo.site.cli", "manage_app", "Django's management commands."),
}


HELP = ("-h", "--help", "help")


def usage() -> str:
    """Return the list of commands."""
    width = max(len(name) for name in COMMANDS)
    lines = [f"  {name:<{width}}  {entry[2]}" for name, entry in COMMANDS.items()]
    return "\n".join(
        ["Usage: tavolo COMMAND [ARGUMENTS]", "", "Commands (tavolo COMMAND --help says more):", *lines]
    )


def main(arguments: list[str] | None = None) -> int:
    """Run one command of `arguments` (default: the command line) and return its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in HELP:
        print(usage())
        return 0
    if given[0] == "--version":
        print(f"tavolo {version('tavolo')}")
        return 0
    name, rest = given[0], given[1:]
    if name not in COMMANDS:
        close = get_close_matches(name, COMMANDS, n=1)
        hint = f" Did you mean `tavolo {close[0]}`?" if close else " `tavolo --help` lists them."
        print(f"tavolo: there is no command `{name}`.{hint}", file=sys.stderr)
        return 2
    module, attribute, _help_line = COMMANDS[name]
    application = getattr(importlib.import_module(module), attribute)
    done = application(args=rest, prog_name=f"tavolo {name}", standalone_mode=True)
    return int(done or 0)


if __name__ == "__main__":
    sys.exit(main())
