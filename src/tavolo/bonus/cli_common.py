"""What the bonus commands share: days, choices, and errors turned into sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

PlanFile = Annotated[
    Path, typer.Argument(help="The plan (YAML; see `tavolo bonus schema`).", metavar="PLAN.yaml")
]
WorkersFile = Annotated[Path, typer.Option("--workers", help="Payroll file: CSV, XLSX or Parquet.")]
ResultsFile = Annotated[
    Path, typer.Option("--results", help="Results of the indicators: CSV, XLSX or Parquet.")
]
PaidOn = Annotated[str, typer.Option("--paid-on", help="Day of payment, YYYY-MM-DD or 15/06/2026.")]
Lang = Annotated[str, typer.Option("--lang", help="it or en.")]
Choice = Annotated[
    list[str] | None, typer.Option("--choice", help="Take another recorded reading: key=value.")
]


def day_of(text: str) -> date:
    """A day given on the command line."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise typer.BadParameter(f"'{text}' is not a day; write it as 2026-06-15 or 15/06/2026")


def choices_of(pairs: list[str] | None) -> dict[str, str]:
    """Readings taken where sources conflict."""
    found = {}
    for pair in pairs or []:
        key, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"'{pair}' must be key=value, for instance cap_basis=gross")
        found[key] = value
    return found


def lang_of(lang: str) -> str:
    """The language, it or en."""
    if lang not in ("it", "en"):
        raise typer.BadParameter("the language is it or en")
    return lang


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Turn a folder that cannot be written into a sentence."""
    from tavolo.common.errors import Problem

    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise Problem(
            f"nothing can be written here ({error.strerror}); give another folder", file=str(folder)
        ) from None


def says_problems(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn the errors of files, plans and rules into sentences and exit code 2, Italian unless --lang en."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except Exception as error:
            sentences = _sentences(error)
            if sentences is None:
                raise
        from tavolo.bonus.italian import in_italian

        for sentence in sentences:
            typer.echo(in_italian(sentence) if kwargs.get("lang", "it") == "it" else sentence, err=True)
        raise typer.Exit(2)

    return run


def _sentences(error: Exception) -> list[str] | None:
    """The sentences of an expected error; None for any other."""
    from tavolo.bonus.cases.sheet import CaseError
    from tavolo.bonus.reading import PayrollProblems
    from tavolo.bonus.rules.errors import RuleError
    from tavolo.common.errors import Problem

    if isinstance(error, PayrollProblems):
        count = len(error.problems)
        last = (
            "1 problem: nothing was written. Correct it and run again."
            if count == 1
            else f"{count} problems: nothing was written. Correct them and run again."
        )
        return [*map(str, error.problems), last]
    return [str(error)] if isinstance(error, Problem | RuleError | CaseError) else None
