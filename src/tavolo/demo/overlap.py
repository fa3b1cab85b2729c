"""Two blind overlaps of the demonstration table: one shown to its end, one ready to look at."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta

from tavolo.demo.dialogue import SEATS, Seated
from tavolo.demo.society import Society
from tavolo.dialogue import standing
from tavolo.dialogue.overlap.models import Exercise
from tavolo.dialogue.overlap.services import asking, listing, lodging, looking

# What each party lodges: for every option "-" not acceptable, else how much it is liked (0, 1, 2).
FIRST = (
    ("Ore di formazione l'anno", ("16 ore", "24 ore", "32 ore", "40 ore")),
    ("Quando si fa la formazione", ("Tutta in orario di lavoro", "Due terzi in orario", "Metà in orario")),
    ("Lavoro da casa", ("Un giorno a settimana", "Due giorni a settimana", "Tre giorni a settimana")),
    ("Preavviso per i turni", ("Tre giorni", "Una settimana", "Due settimane")),
    ("Indennità di reperibilità", ("10 euro al giorno", "15 euro al giorno", "20 euro al giorno")),
)
FIRST_LODGED = {
    "employers": (("2", "1", "0", "-"), ("-", "1", "2"), ("2", "0", "-"), ("2", "1", "-"), ("2", "-", "-")),
    "cgil": (("-", "0", "1", "2"), ("2", "1", "0"), ("0", "2", "2"), ("-", "1", "2"), ("-", "1", "2")),
    "cisl": (("0", "1", "2", "2"), ("2", "1", "0"), ("1", "2", "0"), ("0", "2", "2"), ("0", "1", "2")),
    "uil": (("-", "0", "2", "2"), ("2", "2", "0"), ("2", "1", "0"), ("-", "2", "2"), ("0", "1", "2")),
}
FIRST_WEIGHTS = {
    "employers": (1, 2, 1, 4, 1), "cgil": (4, 2, 1, 2, 2), "cisl": (2, 1, 4, 2, 1), "uil": (2, 2, 1, 1, 4),
}  # fmt: skip
SECOND = (
    ("Premio di risultato: quota per tutti", ("Metà uguale per tutti", "Due terzi uguali", "Tutta uguale")),
    ("Indicatori del premio", ("Solo produttività", "Produttività e qualità", "Anche sicurezza e ambiente")),
    ("Conversione in welfare", ("A scelta di chi lavora", "Con maggiorazione del 10%", "Non prevista")),
    ("Informazione sui sistemi di IA", ("Prima dell'acquisto", "Prima dell'uso", "Una volta l'anno")),
)
SECOND_LODGED = {
    "employers": (("2", "1", "-"), ("2", "2", "0"), ("1", "2", "0"), ("-", "1", "2")),
    "cgil": (("-", "1", "2"), ("-", "1", "2"), ("2", "1", "0"), ("2", "1", "-")),
    "cisl": (("0", "2", "1"), ("0", "2", "1"), ("1", "2", "-"), ("2", "2", "-")),
    "uil": (("-", "2", "2"), ("-", "1", "2"), ("1", "2", "-"), ("2", "0", "-")),
}
SECOND_WEIGHTS = {
    "employers": (2, 2, 1, 1), "cgil": (2, 1, 1, 4), "cisl": (1, 1, 2, 1), "uil": (4, 1, 1, 1),
}  # fmt: skip
Lists = tuple[tuple[str, tuple[str, ...]], ...]


def build(seated: Seated, society: Society, step: Callable[[str], None]) -> None:
    """Hold one exercise to its end, and bring a second one to where only the parties' yes is missing."""
    step("blind overlap: one shown, one ready to look at")
    first = _lodged(seated, society, "Formazione e tempi di lavoro", FIRST, FIRST_LODGED, FIRST_WEIGHTS)
    for key in SEATS:
        looking.agree_to_look(first, actor_id=_delegate(society, key))
    for key in SEATS:
        looking.agree_to_packages(first, actor_id=_delegate(society, key), paced=False)
    _lodged(seated, society, "Premio e tecnologia", SECOND, SECOND_LODGED, SECOND_WEIGHTS)


def _delegate(society: Society, key: str) -> uuid.UUID:
    return society.people[SEATS[key][1]]


def _lodged(
    seated: Seated, society: Society, title: str, lines: Lists,
    answers: Mapping[str, tuple[tuple[str, ...], ...]], weights: Mapping[str, tuple[int, ...]],
) -> Exercise:  # fmt: skip
    """Ask, list, agree and lodge, each through the person whose task it is."""
    keys = list(SEATS)
    exercise = asking.ask(seated.table, title=title, actor_id=_delegate(society, keys[0]))
    for key in keys[1:]:
        asking.join(exercise, actor_id=_delegate(society, key))
    version = listing.write_list(
        exercise, lines, closes_on=standing.today() + timedelta(days=21),
        actor_id=society.people["secretary_a"],
    )  # fmt: skip
    for key in keys:
        listing.consent_to_list(exercise, version=version, actor_id=_delegate(society, key))
    for key in keys:
        lodging.lodge(
            exercise,
            accepts=[[cell != "-" for cell in row] for row in answers[key]],
            points=[[0 if cell == "-" else int(cell) for cell in row] for row in answers[key]],
            weights=weights[key],
            actor_id=_delegate(society, key),
        )
    exercise.refresh_from_db()
    return exercise
