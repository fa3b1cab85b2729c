"""Invent a territory: firms with plausible sizes, trades and places, and the people who work there.

Pure and seeded. Tax numbers are formally valid but lie in a range that has not been given out, so
that no real firm is named by chance; e-mail addresses end in `.example`, which cannot exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from stdnum import luhn

# Firms of 99nnnnn registered in Milan's office: numbering has not come near.
FIRST_TAX_NUMBER = 9_900_001
SMALL_FIRM = 37


@dataclass(frozen=True)
class Firm:
    """One invented firm."""

    name: str
    partita_iva: str
    ateco: str
    municipality: str
    employees: int


@dataclass(frozen=True)
class Population:
    """The invented territory: firms, and for each worker the firm, the name and the union if any."""

    firms: list[Firm]
    worker_firm: NDArray[np.int64]
    worker_name: list[str]
    worker_union: NDArray[np.int64]
    """0 for no union, else 1 CGIL, 2 CISL, 3 UIL."""
    owner_name: list[str]


def words() -> dict[str, Any]:
    """Read the words names are made of."""
    text = resources.files("tavolo.demo").joinpath("data/names.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def tax_number(index: int) -> str:
    """Return the partita IVA of the `index`-th invented firm."""
    if not 0 <= index < 99_999:
        raise ValueError("at most 99,999 firms can be invented")
    body = f"{FIRST_TAX_NUMBER + index:07d}015"
    return body + luhn.calc_check_digit(body)


def sizes(firms: int, workers: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Share `workers` among `firms`: log-normal, at least one each, summing exactly."""
    if workers < firms:
        raise ValueError("there must be at least one worker per firm")
    raw = random.lognormal(mean=0.0, sigma=1.15, size=firms)
    spare = workers - firms
    exact = raw / raw.sum() * spare
    extra = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - extra), kind="stable")
    extra[order[: spare - int(extra.sum())]] += 1
    return extra + 1


def people_names(count: int, random: np.random.Generator, known: dict[str, Any]) -> list[str]:
    """Return `count` invented names."""
    given = np.array(known["women"] + known["men"])
    family = np.array(known["surnames"])
    first = given[random.integers(len(given), size=count)]
    last = family[random.integers(len(family), size=count)]
    return [f"{a} {b}" for a, b in zip(first, last, strict=True)]


def firms_of(count: int, employees: NDArray[np.int64], random: np.random.Generator) -> list[Firm]:
    """Return `count` invented firms with the given numbers of employees."""
    known = words()
    trades, places = known["trades"], known["municipalities"]
    weights = np.array([trade["weight"] for trade in trades], dtype=float)
    trade_of = random.choice(len(trades), size=count, p=weights / weights.sum())
    crowd = np.array(list(places.values()), dtype=float)
    place_of = random.choice(list(places), size=count, p=crowd / crowd.sum())
    family = random.integers(len(known["surnames"]), size=count)
    form = random.integers(len(known["forms"]), size=count)
    firms, seen = [], set()
    for index in range(count):
        trade = trades[trade_of[index]]
        base = f"{trade['word']} {known['surnames'][family[index]]}"
        name = f"{base} {known['forms'][form[index]]}"
        if name in seen:
            name = f"{base} {place_of[index]} {index + 1} {known['forms'][form[index]]}"
        seen.add(name)
        firms.append(
            Firm(name, tax_number(index), trade["ateco"], str(place_of[index]), int(employees[index]))
        )
    return firms


def invent(firms: int = 3_000, workers: int = 70_000, seed: int = 20260413) -> Population:
    """Invent a territory with `firms` firms and `workers` workers; the same seed gives the same one.

    About three workers in ten belong to a union (CGIL, CISL and UIL in the ratio 45:33:22), fewer in
    small firms. The first firm has exactly 37 employees where the numbers allow it.
    """
    random = np.random.default_rng(seed)
    employees = sizes(firms, workers, random)
    nearest = int(np.argmin(np.abs(employees - SMALL_FIRM)))
    employees[[0, nearest]] = employees[[nearest, 0]]
    biggest = int(np.argmax(employees))
    if biggest != 0:
        employees[biggest] += employees[0] - SMALL_FIRM
        employees[0] = SMALL_FIRM
        if employees[biggest] < 1:
            employees[0] += employees[biggest] - 1
            employees[biggest] = 1
    worker_firm = np.repeat(np.arange(firms), employees)
    known = words()
    in_union = random.random(workers) < np.clip(0.12 + 0.05 * np.log(employees[worker_firm]), 0.05, 0.55)
    union = np.where(in_union, random.choice([1, 2, 3], size=workers, p=[0.45, 0.33, 0.22]), 0)
    return Population(
        firms=firms_of(firms, employees, random),
        worker_firm=worker_firm,
        worker_name=people_names(workers, random, known),
        worker_union=union.astype(np.int64),
        owner_name=people_names(firms, random, known),
    )
