"""What the commands of this package share: progress on the error channel, problems as sentences."""

from __future__ import annotations

import sys
from typing import Any

import click

from tavolo.common.errors import Problem


def say(text: str) -> None:
    """Print progress to the error channel, so that results stay clean."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


class OneCommand(click.Command):
    """A command whose problems end it with a sentence and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Problem as problem:
            say(str(problem))
            raise SystemExit(2) from None
        except OSError as error:
            if error.filename is None and error.errno is None:
                raise
            where = f"{error.filename}: " if error.filename else ""
            say(f"{where}{error.strerror}; nothing was changed that is not whole")
            raise SystemExit(2) from None


class Commands(click.Group):
    """A group of such commands."""

    command_class = OneCommand
