"""A believable Italian network of small firms, for tests, the demonstration and benchmarks.

Firms lie around Milan (standard deviation 12 km) in real municipalities; what they need and offer comes from
the catalogue of subjects, a few of which are in great demand; obligations are half among neighbours, with
log-normal amounts and a few firms in most of them. All is invented and follows from the seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from tavolo.network.matching.obligations import Obligations, merged
from tavolo.network.matching.places import gazetteer
from tavolo.network.matching.sheets import Kind, Place, Role, Sheet, Slot

MILAN = (45.4643, 9.1895)
KM_PER_DEGREE = 111.2
SPREAD_KM = 12.0

_FOUNDERS = (
    "Brambilla Colombo Fumagalli Galbiati Riva Villa Sala Mauri Crippa Ronchi Cattaneo Beretta Castelli "
    "Motta Ferrario Pozzi Redaelli Carminati Locatelli Corti Pirovano Viganò "
    "Radaelli Meroni Monti Bonfanti Sironi Maggioni Casati Perego"
)
_FORMS = (
    "Officine {}|{} Meccanica|{} & Figli|Fratelli {}|{} Service|Studio {}|{} Italia|Nuova {}|{} Lab|Gruppo {}"
    "|Tecno{}|{} Impianti|Manifattura {}|{} Sistemi|Artigiana {}"
)
# What people add to a sheet; it says nothing about the subject.
TAILS = {
    Role.NEED: (
        "entro fine mese",
        "anche solo per una prova",
        "possibilmente vicino a noi",
        "con una certa urgenza",
        "per il reparto nuovo",
        "per un cliente importante",
        "meglio se con referenze",
        "almeno fino a dicembre",
    ),
    Role.OFFER: (
        "da concordare",
        "tariffe per associati",
        "anche per brevi periodi",
        "con preavviso di una settimana",
        "referenze su richiesta",
        "sopralluogo gratuito",
        "risposta in giornata",
        "minimo mezza giornata",
    ),
}
# The customer's trade narrows a subject: eight variants of each make some 570 categories.
SECTORS = (
    "alimentare",
    "moda",
    "arredo",
    "medicale",
    "automobile",
    "edilizia",
    "cosmetica",
    "macchine utensili",
)


@dataclass(frozen=True)
class Subject:
    """One subject of the catalogue: what it is, how it is asked for, how it is offered, what it is not."""

    name: str
    kind: Kind
    activity: str
    unit: str
    needs: tuple[str, ...]
    offers: tuple[str, ...]
    decoys: tuple[str, ...]


@dataclass(frozen=True)
class Firm:
    """An invented firm with a real municipality and its own coordinates."""

    id: str
    name: str
    place: Place
    activity: str


@dataclass(frozen=True)
class Network:
    """Firms with their needs, offers and obligations; categories pair each sheet with subject and sector."""

    firms: tuple[Firm, ...]
    needs: tuple[Sheet, ...]
    offers: tuple[Sheet, ...]
    need_categories: NDArray[np.int64]
    offer_categories: NDArray[np.int64]
    obligations: Obligations


@lru_cache(maxsize=1)
def catalogue() -> tuple[Subject, ...]:
    """Return the subjects of exchange written for the project."""
    source = resources.files("tavolo.network").joinpath("catalogue_it.yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    rows = yaml.load(source.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    return tuple(
        Subject(name, Kind(kind), code, unit, tuple(needs), tuple(offers), tuple(decoys))
        for name, kind, code, unit, needs, offers, decoys in rows
    )


def generate(
    firms: int = 3000,
    needs: int = 30_000,
    offers: int = 30_000,
    obligations: int = 90_000,
    seed: int = 2026,
    start: date = date(2026, 9, 1),
) -> Network:
    """Return a network of the given size; the same numbers give the same network.

    `start` is the first day on which anything is needed or offered. Raises ValueError for less than two
    firms or a negative size.
    """
    if firms < 2 or min(needs, offers, obligations) < 0:
        raise ValueError("a network needs at least two firms and no negative sizes")
    random = np.random.default_rng(seed)
    made = _firms(firms, random)
    skills = random.integers(0, len(catalogue()), (firms, 3))
    asked, need_categories = _sheets(Role.NEED, needs, made, skills, random, start)
    given, offer_categories = _sheets(Role.OFFER, offers, made, skills, random, start)
    owed = generate_obligations(tuple(sorted(firm.name for firm in made)), obligations, random)
    return Network(made, asked, given, need_categories, offer_categories, owed)


def _firms(count: int, random: np.random.Generator) -> tuple[Firm, ...]:
    towns = [place for place in gazetteer().by_name.values() if place.known]
    town_lat = np.array([place.latitude for place in towns])
    town_lon = np.array([place.longitude for place in towns])
    stretch = np.cos(np.radians(MILAN[0]))
    latitude = MILAN[0] + random.normal(0, SPREAD_KM / KM_PER_DEGREE, count)
    longitude = MILAN[1] + random.normal(0, SPREAD_KM / KM_PER_DEGREE / stretch, count)
    founders, forms = _FOUNDERS.split(), _FORMS.split("|")
    found = []
    for number in range(count):
        apart = (town_lat - latitude[number]) ** 2 + ((town_lon - longitude[number]) * stretch) ** 2
        town = towns[int(np.argmin(apart))].name
        name = forms[int(random.integers(len(forms)))].format(founders[int(random.integers(len(founders)))])
        place = Place(town, round(float(latitude[number]), 5), round(float(longitude[number]), 5))
        activity = catalogue()[int(random.integers(len(catalogue())))].activity
        found.append(Firm(f"F{number + 1:06d}", f"{name} {number + 1}", place, activity))
    return tuple(found)


def _sheets(
    role: Role,
    count: int,
    firms: tuple[Firm, ...],
    skills: NDArray[np.int64],
    random: np.random.Generator,
    start: date,
) -> tuple[tuple[Sheet, ...], NDArray[np.int64]]:
    subjects = catalogue()
    demand = 1 / np.arange(1, len(subjects) + 1) ** 0.6
    subject = random.choice(len(subjects), count, p=demand / demand.sum())
    firm = random.integers(0, len(firms), count)
    if role is Role.OFFER:
        # Firms offer mostly what they are good at.
        own = random.random(count) < 0.6
        subject = np.where(own, skills[firm, random.integers(0, skills.shape[1], count)], subject)
    sector = random.integers(0, len(SECTORS), count)
    sheets = [
        _sheet(
            role,
            number,
            firms[firm[number]],
            subjects[subject[number]],
            SECTORS[sector[number]],
            random,
            start,
        )
        for number in range(count)
    ]
    return tuple(sheets), (subject * len(SECTORS) + sector).astype(np.int64)


def _sheet(
    role: Role,
    number: int,
    firm: Firm,
    subject: Subject,
    sector: str,
    random: np.random.Generator,
    start: date,
) -> Sheet:
    phrases = subject.needs if role is Role.NEED else subject.offers
    drawn: list[int] = random.integers(0, 1_000_000, 8).tolist()
    first = start + timedelta(days=drawn[0] % 240)
    length = 20 + drawn[1] % 200 if role is Role.OFFER else 5 + drawn[1] % 90
    counted = bool(subject.unit) and drawn[2] % 3 > 0
    quantity = (1 + drawn[3] % 20) * (2 if role is Role.OFFER else 1) if counted else None
    slots = frozenset({Slot(drawn[4] % 5, ("am", "pm")[drawn[5] % 2])}) if drawn[4] % 12 == 0 else frozenset()
    return Sheet(
        id=f"{'B' if role is Role.NEED else 'O'}{number + 1:06d}",
        role=role,
        text=_text(phrases[drawn[6] % len(phrases)], TAILS[role], drawn[6]),
        firm=firm.name,
        kind=subject.kind,
        quantity=quantity,
        unit=subject.unit if counted else "",
        divisible=counted and role is Role.NEED and drawn[7] % 5 == 0,
        start=first,
        end=first + timedelta(days=length),
        slots=slots,
        place=firm.place,
        radius_km=float(20 + drawn[5] % 60) if drawn[2] % 2 else None,
        conditions=f"settore {sector}",
        activity=subject.activity if drawn[7] % 2 else "",
    )


def _text(phrase: str, tails: tuple[str, ...], drawn: int) -> str:
    """Return the phrase, half of the times with something people add."""
    choice = drawn // 97 % (2 * len(tails))
    if choice >= len(tails):
        return phrase
    return f"{phrase} {tails[choice]}" if phrase.endswith("?") else f"{phrase}, {tails[choice]}"


def generate_obligations(firms: tuple[str, ...], count: int, random: np.random.Generator) -> Obligations:
    """Return about `count` obligations between `firms` (sorted), less those that fall on the same pair.

    Half go to one of the 50 next firms, a local cluster; the rest by popularity, Pareto with exponent
    1.5. Amounts are log-normal around 1,800 euro.
    """
    size = len(firms)
    popular = np.cumsum(random.pareto(1.5, size) + 1)
    popular /= popular[-1]
    debtor = np.minimum(np.searchsorted(popular, random.random(count)), size - 1)
    far = np.minimum(np.searchsorted(popular, random.random(count)), size - 1)
    near = (debtor + random.integers(1, min(50, size - 1) + 1, count)) % size
    creditor = np.where(random.random(count) < 0.5, near, far)
    kept = debtor != creditor
    cents = np.maximum(1, np.round(np.exp(random.normal(7.5, 1.3, count)) * 100)).astype(np.int64)
    return merged(firms, debtor[kept].astype(np.int64), creditor[kept].astype(np.int64), cents[kept])


def as_json(network: Network) -> dict[str, Any]:
    """Return needs and offers as the object that `tavolo network` reads."""
    return {
        "name": "Rete sintetica",
        "synthetic": True,
        "needs": [_plain(sheet) for sheet in network.needs],
        "offers": [_plain(sheet) for sheet in network.offers],
    }


def _plain(sheet: Sheet) -> dict[str, Any]:
    days, parts = ("lun", "mar", "mer", "gio", "ven", "sab", "dom"), {"am": "mattina", "pm": "pomeriggio"}
    place = sheet.place
    plain = {
        "id": sheet.id,
        "text": sheet.text,
        "firm": sheet.firm,
        "kind": sheet.kind.value if sheet.kind else None,
        "quantity": sheet.quantity,
        "unit": sheet.unit,
        "divisible": sheet.divisible or None,
        "start": sheet.start.isoformat() if sheet.start else None,
        "end": sheet.end.isoformat() if sheet.end else None,
        "slots": [f"{days[slot.weekday]} {parts.get(slot.part, 'notte')}" for slot in sheet.slots],
        "conditions": sheet.conditions,
        "place": place.name if place else None,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "radius_km": sheet.radius_km,
        "activity": sheet.activity,
    }
    return {name: value for name, value in plain.items() if value not in (None, "", [])}
