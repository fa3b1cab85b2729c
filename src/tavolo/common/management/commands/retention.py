"""`tavolo manage retention`: how long each kind of data is kept; with --run delete what is older now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tavolo.common import retention


class Command(BaseCommand):
    """List the periods, or delete now what the hourly job would delete."""

    help = "List how long each kind of data is kept and why; with --run delete what is older."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --run."""
        parser.add_argument("--run", action="store_true", help="delete what is older than its period")

    def handle(self, *args: Any, **options: Any) -> None:
        """List, or delete and say how much."""
        if options["run"]:
            for name, count in retention.run().items():
                self.stdout.write(f"{name}: {count}")
            return
        for rule in sorted(retention.RULES.values(), key=lambda rule: rule.name):
            self.stdout.write(f"{rule.name}: {rule.period} - {rule.reason}")
