"""`tavolo convergence`: votes in, a convergence map out."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tavolo.dialogue.convergence.errors import DataError

if TYPE_CHECKING:
    from tavolo.dialogue.convergence.result import Result
    from tavolo.dialogue.convergence.table import VoteTable

app = typer.Typer(no_args_is_help=True, help="From votes to a convergence map.", add_completion=False)


class Language(StrEnum):
    """The languages of the house."""

    it = "it"
    en = "en"


BAR = {
    "it": {"read": "Lettura", "map": "Mappa", "resamples": "Ricampionamenti", "verdicts": "Esiti"},
    "en": {"read": "Reading", "map": "Map", "resamples": "Resamples", "verdicts": "Verdicts"},
}


@app.callback()
def main() -> None:
    """From votes to a convergence map."""


@app.command()
def analyse(
    path: Annotated[Path, typer.Argument(help="A folder with a Polis export, or one file of votes.")],
    groups: Annotated[Path | None, typer.Option(help="Declared groups: CSV participant,group.")] = None,
    census: Annotated[Path | None, typer.Option(help="True sizes of the groups: CSV group,size.")] = None,
    lang: Annotated[Language, typer.Option(help="Language of summary and reports.")] = Language.it,
    out: Annotated[
        list[Path] | None, typer.Option(help="Write .json, .html, .pdf or .csv; may be repeated.")
    ] = None,
    timing: Annotated[bool, typer.Option("--timing", help="Print the time of each stage.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the resamples.", min=0)] = 0,
    resamples: Annotated[int, typer.Option(help="How many half-samples test the groups.", min=0)] = 50,
) -> None:
    """Analyse votes: verdict of every statement, groups, who was not heard.

    Exit code 0: done; 2: the input cannot be used (one sentence says why).
    """
    try:
        _analyse(path, groups, census, lang.value, out or [], timing, seed, resamples)
    except DataError as error:
        typer.echo(f"{'Errore' if lang == 'it' else 'Error'}: {error}", err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _analyse(
    path: Path,
    groups: Path | None,
    census: Path | None,
    lang: str,
    out: list[Path],
    timing: bool,
    seed: int,
    resamples: int,
) -> None:
    from tavolo.dialogue.convergence import export
    from tavolo.dialogue.convergence.summary import TEXTS, summary

    for target in out:
        export.check_suffix(target)
        if not target.parent.is_dir():
            raise DataError("the folder does not exist", file=target.parent, advice="create it first")
    if timing:
        from tavolo.dialogue.convergence.timing import time_reading, time_stages

        table, lines = time_reading(path)
        typer.echo("\n".join(lines + time_stages(table)))
        result = _with_bar(table, groups, census, lang, seed, resamples)
    else:
        result = _with_bar(path, groups, census, lang, seed, resamples)
    for target in out:
        result.write(target, lang=lang)
    typer.echo(summary(result, lang))
    for target in out:
        typer.echo(TEXTS[lang]["wrote"].format(path=target))


def _with_bar(
    data: VoteTable | Path, groups: Path | None, census: Path | None, lang: str, seed: int, resamples: int
) -> Result:
    """Return the result, showing a progress bar on a terminal's standard error."""
    from tavolo.dialogue.convergence.analysis import analyse as run
    from tavolo.dialogue.convergence.reading import read

    if not sys.stderr.isatty():
        table = read(data) if isinstance(data, Path) else data
        return run(table, groups, census, seed=seed, resamples=resamples)
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    words = BAR[lang]
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words["read"], total=None)
        table = read(data) if isinstance(data, Path) else data

        def show(stage: str, done: int, of: int) -> None:
            bar.update(task, description=words[stage], completed=done, total=of)

        return run(table, groups, census, seed=seed, resamples=resamples, progress=show)
