"""`tavolo convergence`: votes in, a convergence map out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tavolo.dialogue.convergence.errors import DataError

if TYPE_CHECKING:
    from tavolo.dialogue.convergence.result import Result
    from tavolo.dialogue.convergence.table import VoteTable

app = typer.Typer(
    no_args_is_help=True,
    help="From votes to a convergence map.",
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


class Language(StrEnum):
    """The languages of the house."""

    it = "it"
    en = "en"


class Cells(StrEnum):
    """The grids of the calibration."""

    full = "full"
    reduced = "reduced"


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
    attribution: Annotated[str, typer.Option(help="Source and licence to state with the results.")] = "",
    timing: Annotated[bool, typer.Option("--timing", help="Print the time of each stage.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the resamples.", min=0)] = 0,
    resamples: Annotated[int, typer.Option(help="How many half-samples test the groups.", min=0)] = 50,
) -> None:
    """Analyse votes: verdict of every statement, groups, who was not heard.

    Exit code 0: done; 2: the input cannot be used (one sentence says why).
    """
    try:
        _analyse(path, groups, census, lang.value, out or [], attribution, timing, seed, resamples)
    except DataError as error:
        typer.echo(f"{'Errore' if lang == 'it' else 'Error'}: {error.say(lang.value)}", err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _analyse(
    path: Path,
    groups: Path | None,
    census: Path | None,
    lang: str,
    out: list[Path],
    attribution: str,
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
        _spare_inputs(target, path, groups, census)
    if timing:
        from tavolo.dialogue.convergence.timing import time_reading, time_stages

        table, lines = time_reading(path)
        typer.echo("\n".join(lines + time_stages(table)))
        result = _with_bar(table, groups, census, lang, seed, resamples)
    else:
        result = _with_bar(path, groups, census, lang, seed, resamples)
    if attribution:
        result = replace(result, source=replace(result.source, attribution=attribution))
    for target in out:
        result.write(target, lang=lang)
    typer.echo(summary(result, lang))
    for target in out:
        typer.echo(TEXTS[lang]["wrote"].format(path=target))


def _spare_inputs(target: Path, path: Path, *others: Path | None) -> None:
    """Refuse to write the results over a file they are made from."""
    inside = [path / target.name] if path.is_dir() and target.name.casefold().endswith(".csv") else []
    for source in (path, *inside, *others):
        if source is not None and source.is_file() and target.exists() and target.samefile(source):
            raise DataError("this file is read, not written", file=target, advice="choose another name")


def _with_bar(
    data: VoteTable | Path, groups: Path | None, census: Path | None, lang: str, seed: int, resamples: int
) -> Result:
    """Return the result, showing a progress bar on a terminal's standard error."""
    from tavolo.dialogue.convergence.analysis import analyse as run
    from tavolo.dialogue.convergence.reading import read

    with _bar(BAR[lang]) as show:
        show("read", 0, 0)
        table = read(data) if isinstance(data, Path) else data
        return run(table, groups, census, seed=seed, resamples=resamples, progress=show)


@contextmanager
def _bar(words: Mapping[str, str]) -> Iterator[Callable[[str, int, int], None]]:
    """Yield show(stage, done, of): a bar on a terminal's standard error, silence where there is none."""
    if not sys.stderr.isatty():
        yield lambda stage, done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda stage, done, of: bar.update(
            task, description=words.get(stage, stage), completed=done, total=of or None
        )


@app.command()
def calibrate(
    runs: Annotated[int, typer.Option(help="Simulated runs per cell, 5000 at least.", min=5000)] = 20_000,
    cells: Annotated[Cells, typer.Option(help="The whole grid, or the reduced one.")] = Cells.full,
    seed: Annotated[int, typer.Option(help="Seed.", min=0)] = 20260413,
) -> None:
    """Simulate how often intervals cover and verdicts are wrong, over a fixed grid of groups and truths.

    Exit code 0: every cell keeps its promise; 1: the cells that do not are listed.
    """
    from tavolo.dialogue.convergence import calibration

    with _bar({}) as show:
        found = calibration.calibrate(
            runs, cells.value, seed, lambda done, of: show("calibrate", done, of), table_runs=min(runs, 5_000)
        )
    broken = found.failures()
    typer.echo("\n".join(calibration.summary(found) + broken))
    raise typer.Exit(1 if broken else 0)


@app.command("route-simulate")
def route_simulate(
    replicates: Annotated[int, typer.Option(help="Replicates per model.", min=1)] = 20,
    seed: Annotated[int, typer.Option(help="Seed.", min=0)] = 20260413,
) -> None:
    """Compare ways to choose each person's next statement, on planted opinions."""
    from tavolo.dialogue.convergence import simulation

    with _bar({}) as show:
        outcomes = simulation.compare_routes(
            replicates, seed=seed, progress=lambda done, of: show("route-simulate", done, of)
        )
    typer.echo("\n".join(simulation.summary(outcomes)))
