"""`tavolo demo`: build the demonstration territory once, then open it."""

from __future__ import annotations

import os
import time
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from tavolo.common import paths
from tavolo.common.errors import Problem

demo = typer.Typer(add_completion=False)


def demo_home() -> Path:
    """Return the demonstration's own data folder: never the one of a real installation."""
    chosen = os.environ.get("TAVOLO_DEMO_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    home = paths.home()
    return home.with_name(home.name + "-demo")


@demo.command()
def main(
    firms: Annotated[int, typer.Option(min=40, max=90_000, help="Number of firms.")] = 3_000,
    workers: Annotated[int, typer.Option(min=600, help="Number of workers.")] = 70_000,
    voters: Annotated[int, typer.Option(min=200, help="People who vote in the first consultation.")] = 6_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same territory.")] = 20260413,
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
    rebuild: Annotated[bool, typer.Option(help="Throw the present demonstration away first.")] = False,
    build_only: Annotated[bool, typer.Option(help="Build, but do not start the server.")] = False,
) -> None:
    """Build the demonstration territory and open it in the browser."""
    if workers < firms:
        raise typer.BadParameter(
            "there must be at least one worker per firm: raise --workers or lower --firms"
        )
    os.environ["TAVOLO_HOME"] = str(demo_home())
    os.environ["TAVOLO_MODE"] = "demo"
    os.environ["TAVOLO_DATABASE_ROLE"] = "owner"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tavolo.site.settings"
    # What is printed on sheets and signed files leads here.
    os.environ.setdefault("TAVOLO_URL", f"http://127.0.0.1:{port}")
    from tavolo.common.database.server import ensure_running
    from tavolo.site import cli as site
    from tavolo.site.prepare import prepare_here

    began = time.perf_counter()
    try:
        if rebuild:
            throw_away()
        typer.echo("Tavolo: starting the database ...")
        ensure_running(typer.echo)
        prepare_here()
        built = build({"firms": firms, "workers": workers, "voters": voters, "seed": seed})
    except Problem as problem:
        typer.echo(f"Tavolo: {problem}", err=True)
        raise typer.Exit(2) from problem
    typer.echo(f"Tavolo: ready in {time.perf_counter() - began:.0f} s" + (" (built)" if built else ""))
    if build_only:
        return
    address = f"http://127.0.0.1:{port}/"
    typer.echo(f"Tavolo: {address}   (Ctrl-C stops the pages; the database goes on: tavolo db stop)")
    if open_browser:
        webbrowser.open(address + "persone/")
    raise typer.Exit(site.supervise([site.web_command("127.0.0.1", port, 2), site.worker_command()]))


def throw_away() -> None:
    """Remove the demonstration's own embedded database and files; never anything of a real server."""
    import shutil

    from tavolo.common.database import server
    from tavolo.common.database.layout import find_layout
    from tavolo.common.database.settings import uses_external_server

    if uses_external_server():
        raise Problem("--rebuild would empty the server in DATABASE_URL; drop that database yourself first")
    server.stop()
    server.remove(find_layout())
    shutil.rmtree(paths.home(), ignore_errors=True)


def build(wanted: dict[str, int]) -> bool:
    """Build the demonstration unless it stands; return whether it was built now.

    Raises Problem where one of another size stands.
    """
    import json

    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from tavolo.demo.build import Size, stands
    from tavolo.demo.build import build as build_all

    # `main` has made the demonstration's folder the home of everything that follows.
    note = paths.home() / "demo.json"
    if stands():
        known = json.loads(note.read_text(encoding="utf-8")) if note.exists() else wanted
        if known != wanted:
            shown = ", ".join(f"{name} {value}" for name, value in known.items())
            raise Problem(f"the demonstration that stands has {shown}; add --rebuild to replace it")
        return False
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, transient=True) as progress:
        task = progress.add_task("inventing firms and people", total=None)

        def step(text: str) -> None:
            progress.console.print(f"  · {text}")
            progress.update(task, description=text)

        build_all(Size(**wanted), step)
    note.write_text(json.dumps(wanted), encoding="utf-8")
    return True
