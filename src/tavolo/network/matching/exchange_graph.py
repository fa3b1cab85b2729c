"""Exchange graphs in the `.input` format of the kidney-exchange literature: one offer, one need a vertex."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from tavolo.network.matching.errors import InputError
from tavolo.network.matching.rings import Gifts, Indices, Rings

_MAX_ARCS = _MAX_VERTICES = 20_000_000


def read_exchange_graph(path: Path) -> Gifts:
    """Read "vertices arcs", then "source target weight" a line, then "-1 -1 -1".

    A vertex stands for a firm with one offer and one need, so it takes part in one ring at most; an arc's
    value is its weight, a positive whole number. Raises InputError with the row that is wrong.
    """
    if not path.is_file():
        raise InputError("il file non esiste: controllare il percorso", str(path))
    rows: list[tuple[int, int, int]] = []
    size = (-1, 0)
    ended = False
    with path.open(encoding="utf-8-sig", errors="replace") as handle:
        for number, line in enumerate(handle, start=1):
            parts = line.split()
            if not parts:
                continue
            if ended:
                raise InputError("c'è altro dopo la riga finale -1 -1 -1", path.name, number)
            if size[0] < 0:
                size = _size(parts, path.name, number)
            elif parts[:2] == ["-1", "-1"]:
                ended = True
            else:
                rows.append(_arc(parts, size[0], path.name, number))
    if size[0] < 0:
        raise InputError("è vuoto: la prima riga deve dire «vertici archi»", path.name)
    if not ended:
        raise InputError("manca la riga finale -1 -1 -1: il file è incompleto", path.name)
    if len(rows) != size[1]:
        raise InputError(f"annuncia {size[1]} archi e ne ha {len(rows)}", path.name, 1)
    table = _best_of_parallel(np.array(sorted(rows), dtype=np.int64).reshape(-1, 3))
    once = np.ones(size[0], dtype=np.int64)
    source, target, weight = table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy()
    return Gifts(source, target, source, target, weight, size[0], once, once, rings_per_firm=1)


def _best_of_parallel(table: Indices) -> Indices:
    """Return one row for each pair of vertices, its heaviest: no packing uses two arcs of one pair."""
    last = np.ones(len(table), dtype=bool)
    last[:-1] = (table[1:, :2] != table[:-1, :2]).any(axis=1)
    return table[last]


def ring_name(vertices: Sequence[int | str]) -> str:
    """Return the name of a ring: its vertices in order, from the smallest.

    >>> ring_name([7, 0, 4])
    '0-4-7'
    """
    try:
        ring = [int(vertex) for vertex in vertices]
    except ValueError as error:
        raise InputError(f"«{'-'.join(map(str, vertices))}» non è un anello: scriverlo come 0-4-7") from error
    start = ring.index(min(ring))
    return "-".join(map(str, ring[start:] + ring[:start]))


def rings_named(graph: Gifts, rings: Rings, names: Collection[str]) -> list[int]:
    """Return the positions of the rings with these names. Raises InputError for a name that is no ring."""
    if not names:
        return []
    wanted, base = dict.fromkeys(names, -1), 0
    for rows in rings.by_length:
        lengths = {name for name in wanted if name.count("-") + 1 == rows.shape[1]}
        for at, ring in enumerate(graph.giver[rows].tolist() if lengths else ()):
            name = "-".join(map(str, ring))
            if name in lengths:
                wanted[name] = base + at
        base += len(rows)
    unknown = sorted(name for name, at in wanted.items() if at < 0)
    if unknown:
        raise InputError(f"l'anello «{unknown[0]}» non esiste in questo grafo: controllare il nome")
    return sorted(wanted.values())


def _size(parts: list[str], name: str, number: int) -> tuple[int, int]:
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        raise InputError("la prima riga deve dire «vertici archi», per esempio «100 1728»", name, number)
    vertices, arcs = int(parts[0]), int(parts[1])
    if vertices > _MAX_VERTICES or arcs > _MAX_ARCS:
        raise InputError("il grafo supera 20 milioni di vertici o di archi", name, number)
    return vertices, arcs


def _arc(parts: list[str], vertices: int, name: str, number: int) -> tuple[int, int, int]:
    try:
        source, target = int(parts[0]), int(parts[1])
        weight = float(parts[2]) if len(parts) > 2 else 1.0
    except ValueError as error:
        raise InputError("la riga deve essere «origine destinazione peso»", name, number) from error
    if not (0 <= source < vertices and 0 <= target < vertices):
        raise InputError(f"i vertici vanno da 0 a {vertices - 1}", name, number)
    if not 0 < weight <= 10**9 or weight != int(weight):
        raise InputError("il peso deve essere un numero intero maggiore di zero", name, number)
    return source, target, int(weight)
