"""`tavolo verify` and `tavolo ledger sequence | checkpoint | export | check`."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tavolo.common.errors import Problem
from tavolo.ledger import containers
from tavolo.ledger.merkle import agreement, notes, words
from tavolo.ledger.merkle.verify import UNREADABLE, Finding, Report
from tavolo.ledger.merkle.verify import verify as check_export

if TYPE_CHECKING:
    from tavolo.common.models import Territory

app = typer.Typer(no_args_is_help=True, help="Sequence acts, sign checkpoints, write exports.")
verify = typer.Typer(add_completion=False)

LANG = Annotated[str, typer.Option(help="Language of the report: it or en.")]
TERRITORY = Annotated[str, typer.Option(help="Short name of the territory; not needed where there is one.")]


@verify.command()
def verify_file(
    file: Annotated[
        Path, typer.Argument(help="A signed agreement (PDF or bundle .zip), or an export of the register.")
    ],
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint you downloaded and kept; may be given again.")
    ] = None,
    key: Annotated[str, typer.Option(help="The register's public key, as published (name+id+key).")] = "",
    text: Annotated[
        Path | None, typer.Option(help="Write the proved text of an agreement to this file.")
    ] = None,
    lang: LANG = "it",
) -> None:
    """Check a signed agreement or an export of the register offline, without asking anybody.

    Exit codes: 0 everything checked holds; 1 something was changed; 2 the file or a checkpoint is unreadable,
    or the file holds by itself but is older than the checkpoint given and cannot be compared with it.
    """
    if lang not in words.LANGUAGES:
        _stop(f"--lang is one of {', '.join(words.LANGUAGES)}, not {lang!r}")
    held = [_read_held(path) for path in checkpoint or []]
    try:
        public = notes.read_key(key) if key else None
        report = _checked(file, held, public)
    except notes.Malformed as error:
        _stop(f"--key: {error}")
    except OSError as error:
        _stop(f"{file}: cannot be read ({error.strerror}); check the path")
    else:
        typer.echo(words.write(report, lang))
        if text is not None and isinstance(report, agreement.AgreementReport) and not report.outcome:
            _write(text, agreement.plain_text(report).encode())
        raise typer.Exit(report.outcome)


def _checked(file: Path, held: list[notes.Checkpoint], key: notes.PublicKey | None) -> Report:
    """Check a file as what its first bytes say it is."""
    with file.open("rb") as source:
        if not containers.kind_of(source.read(1024)):
            source.seek(0)
            return check_export(source, held, key)
    try:
        parts = containers.read_file(file)
    except containers.BadContainer as error:
        report = agreement.AgreementReport()
        report.unreadable.append(Finding("bad_container", {"reason": str(error)}))
        return report
    return agreement.check_agreement(parts, held, key)


@app.command()
def sequence(territory: TERRITORY = "") -> None:
    """Give waiting acts their place in the tree."""
    with _opened(territory):
        from tavolo.ledger.sequencer import sequence as place

        typer.echo(f"{place()} acts placed")


@app.command()
def checkpoint(
    territory: TERRITORY = "",
    out: Annotated[Path | None, typer.Option(help="Write the checkpoint to this file.")] = None,
) -> None:
    """Sign a checkpoint over everything recorded so far and print it: a file to download and keep."""
    with _opened(territory):
        from tavolo.ledger.checkpoints import sign

        note = sign().note
    if out is None:
        typer.echo(note, nl=False)
    else:
        _write(out, note.encode())


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="File to write.")],
    territory: TERRITORY = "",
    statements: Annotated[bool, typer.Option(help="Include what the acts say, not only hashes.")] = False,
) -> None:
    """Write the whole register as one file for `tavolo verify`."""
    with _opened(territory):
        from tavolo.ledger.exports import write_file

        top = write_file(out, statements=statements)
    typer.echo(f"{out}: {top.size} acts up to the checkpoint of {top.signed_at:%Y-%m-%d %H:%M}")


@app.command()
def check(territory: TERRITORY = "") -> None:
    """Look through the register in the database; print what does not fit and exit with 1, else 0."""
    with _opened(territory):
        from tavolo.ledger.audit import faults

        count = 0
        for fault in faults():
            typer.echo(fault)
            count += 1
    if count:
        raise typer.Exit(1)
    typer.echo("the register is in order")


def _read_held(path: Path) -> notes.Checkpoint:
    try:
        return notes.read_checkpoint(path.read_text("utf-8"))
    except (notes.Malformed, UnicodeDecodeError) as error:
        _stop(f"{path}: {error}")
    except OSError as error:
        _stop(f"{path}: cannot be read ({error.strerror}); check the path")
    raise AssertionError("unreachable")


def _opened(slug: str) -> AbstractContextManager[Territory]:
    """Start database and Django and open the scope of one territory."""
    _open_database()
    from tavolo.common.models import Territory
    from tavolo.common.territory import in_territory

    found = list(Territory.objects.filter(slug=slug) if slug else Territory.objects.all()[:2])
    if len(found) != 1:
        known = ", ".join(sorted(Territory.objects.values_list("slug", flat=True))) or "none"
        _stop(f"name one territory with --territory (there are: {known})")
    return in_territory(found[0])


def _open_database() -> None:
    import django

    from tavolo.common.database.server import ensure_running

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tavolo.site.settings")
    try:
        ensure_running()
    except Problem as problem:
        _stop(str(problem))
    django.setup()


def _write(path: Path, data: bytes) -> None:
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(data)
    partial.rename(path)


def _stop(sentence: str) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(UNREADABLE)
