"""Exchange graphs in the `.input` format of the kidney-exchange literature: one offer, one need a vertex."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tavolo.network.matching.errors import InputError
from tavolo.network.matching.rings import Gifts

_MAX_ARCS = 20_000_000


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
    with path.open(encoding="utf-8", errors="replace") as handle:
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
    if not ended:
        raise InputError("manca la riga finale -1 -1 -1: il file è incompleto", path.name)
    if len(rows) != size[1]:
        raise InputError(f"annuncia {size[1]} archi e ne ha {len(rows)}", path.name, 1)
    table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
    once = np.ones(size[0], dtype=np.int64)
    source, target, weight = table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy()
    return Gifts(source, target, source, target, weight, size[0], once, once, rings_per_firm=1)


def _size(parts: list[str], name: str, number: int) -> tuple[int, int]:
    if len(parts) != 2 or not all(part.isdigit() for part in parts) or int(parts[1]) > _MAX_ARCS:
        raise InputError("la prima riga deve dire «vertici archi», per esempio «100 1728»", name, number)
    return int(parts[0]), int(parts[1])


def _arc(parts: list[str], vertices: int, name: str, number: int) -> tuple[int, int, int]:
    try:
        source, target = int(parts[0]), int(parts[1])
        weight = float(parts[2]) if len(parts) > 2 else 1.0
    except ValueError as error:
        raise InputError("la riga deve essere «origine destinazione peso»", name, number) from error
    if not (0 <= source < vertices and 0 <= target < vertices):
        raise InputError(f"i vertici vanno da 0 a {vertices - 1}", name, number)
    if weight != int(weight) or not 0 < weight <= 10**9:
        raise InputError("il peso deve essere un numero intero maggiore di zero", name, number)
    return source, target, int(weight)
