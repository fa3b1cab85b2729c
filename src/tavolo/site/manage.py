"""`python -m tavolo.site.manage`: Django's command line."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main(arguments: list[str]) -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tavolo.site.settings")
    execute_from_command_line(arguments)


if __name__ == "__main__":
    main(sys.argv)
