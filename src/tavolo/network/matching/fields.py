"""One line of a spreadsheet, or one JSON object, turned into a sheet."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from tavolo.language.folding import fold
from tavolo.network.matching.activity import canonical
from tavolo.network.matching.errors import InputError
from tavolo.network.matching.places import gazetteer
from tavolo.network.matching.sheets import Kind, Place, Role, Sheet, Slot

_NAMES = {
    "id": "id codice identificativo n numero rif riferimento",
    "role": "role ruolo lato bisogno_o_offerta bisogno/offerta domanda_offerta domanda/offerta cerco/offro",
    "text": "text testo descrizione description titolo title oggetto cosa",
    "firm": "firm impresa azienda ditta societa socio ragione_sociale firm_id",
    "kind": "kind genere tipo categoria",
    "quantity": "quantity quantita qta",
    "unit": "unit unita unita_di_misura um",
    "divisible": "divisible divisibile frazionabile",
    "start": "start from dal da_data inizio disponibile_dal data_inizio",
    "end": "end to until al a_data fine entro fino_al data_fine scadenza",
    "slots": "slots ricorrenza orari giorni recurrence",
    "place": "place luogo comune citta localita sede",
    "latitude": "latitude lat latitudine",
    "longitude": "longitude lon lng longitudine",
    "radius_km": "radius_km raggio raggio_km distanza distanza_max_km distance_km",
    "conditions": "conditions condizioni note",
    "activity": "activity ateco codice_ateco attivita",
}
COLUMNS = {alias: name for name, aliases in _NAMES.items() for alias in aliases.split()}
KNOWN_TEXT = frozenset(_NAMES["text"].split())

ROLES = {
    "need": Role.NEED,
    "needs": Role.NEED,
    "bisogno": Role.NEED,
    "bisogni": Role.NEED,
    "domanda": Role.NEED,
    "richiesta": Role.NEED,
    "richieste": Role.NEED,
    "domande": Role.NEED,
    **dict.fromkeys(("cerco", "cerca", "cerchiamo", "cercasi"), Role.NEED),
    "offer": Role.OFFER,
    "offers": Role.OFFER,
    "offerta": Role.OFFER,
    "offerte": Role.OFFER,
    **dict.fromkeys(("offro", "offre", "offriamo", "offresi"), Role.OFFER),
}
KINDS = {
    "competenza": Kind.SKILL,
    "competenze": Kind.SKILL,
    "spazio": Kind.SPACE,
    "spazi": Kind.SPACE,
    "macchina": Kind.MACHINE,
    "macchinario": Kind.MACHINE,
    "macchine": Kind.MACHINE,
    "servizio": Kind.SERVICE,
    "servizi": Kind.SERVICE,
    "materiale": Kind.MATERIAL,
    "materiali": Kind.MATERIAL,
    "progetto": Kind.PROJECT,
    "progetti": Kind.PROJECT,
    "idea": Kind.IDEA,
    "idee": Kind.IDEA,
    "posto welfare": Kind.WELFARE,
    **{kind.value: kind for kind in Kind},
}
# What sheets are called in a table without a column of identifiers, with the line they stand on.
_CALLED = {Role.NEED: "bisogno", Role.OFFER: "offerta"}
_DAYS = ("lun", "mar", "mer", "gio", "ven", "sab", "dom")
_PARTS = {
    "mattina": "am",
    "mattino": "am",
    "am": "am",
    "pomeriggio": "pm",
    "pm": "pm",
    "notte": "night",
    "sera": "night",
}
_PARTS["night"] = "night"
# Columns that tell one thing in two parts: a title and a description, terms and notes.
_JOINED = frozenset({"text", "conditions"})
_THOUSANDS = re.compile(r"\d{1,3}([.' ]\d{3})+(,\d+)?$")
_WITH_UNIT = re.compile(r"(\d[\d.,' ]*)\s*([^\W\d_][^\d]*)$")
_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})$")


def named(cells: dict[str, Any]) -> dict[str, Any]:
    """Return cells by field: title and description joined, of other columns of one field the first filled.

    >>> named({"titolo": "Tornio", "descrizione": "ottone, 200 pezzi", "ditta": "A"})
    {'text': 'Tornio. ottone, 200 pezzi', 'firm': 'A'}
    """
    found: dict[str, Any] = {}
    for heading, cell in cells.items():
        name = COLUMNS.get(heading, heading)
        if name not in found:
            found[name] = cell
        elif name in _JOINED and str(cell) not in str(found[name]):
            found[name] = f"{str(found[name]).rstrip(' .')}. {cell}"
    return found


class Fields:
    """Reads the cells of one line, gathering errors instead of stopping at the first."""

    def __init__(self, cells: dict[str, Any], file: str, number: int, counted: str = "riga") -> None:
        self._cells = named(cells)
        self._file, self._number, self._counted = file, number, counted
        self._unit_told = ""
        self.errors: list[InputError] = []
        self.warnings: list[str] = []

    def sheet(self, role: Role) -> Sheet | None:
        """Return the sheet, or None if any field is wrong (see `errors`)."""
        identity = self._word("id") if "id" in self._cells else f"{_CALLED[role]} {self._number}"
        text = self._word("text")
        if not identity:
            self._wrong("id", "manca l'identificativo della scheda")
        if not text:
            self._wrong("text", "manca il testo della scheda")
        start, end = self._date("start"), self._date("end")
        if start and end and start > end:
            self._wrong("end", f"la fine ({end:%d/%m/%Y}) viene prima dell'inizio ({start:%d/%m/%Y})")
        quantity = self._number_of("quantity", whole=True)
        radius = self._number_of("radius_km", whole=False)
        sheet = Sheet(
            id=identity,
            role=role,
            text=text,
            firm=self._word("firm"),
            kind=self._kind(),
            quantity=None if quantity is None else int(quantity),
            unit=fold(self._word("unit")) or self._unit_told,
            divisible=self._yes("divisible"),
            start=start,
            end=end,
            slots=self._slots(),
            place=self._place(),
            radius_km=radius,
            conditions=self._word("conditions"),
            activity=self._activity(),
        )
        return None if self.errors else sheet

    def _wrong(self, column: str, message: str) -> None:
        self.errors.append(InputError(message, self._file, self._number, column, self._counted))

    def _word(self, name: str) -> str:
        value = self._cells.get(name, "")
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, dict | list):
            self._wrong(name, "serve un testo semplice, non un elenco o un oggetto")
            return ""
        return " ".join(str(value).split())

    def _kind(self) -> Kind | None:
        told = fold(self._word("kind"))
        if not told:
            return None
        kind = KINDS.get(told)
        if kind is None:
            self._wrong("kind", f"«{told}» non è un genere: usare uno fra {', '.join(_KIND_NAMES)}")
        return kind

    def _number_of(self, name: str, whole: bool) -> float | None:
        value = self._cells.get(name)
        if value is None:
            return None
        told = str(value).strip()
        with_unit = _WITH_UNIT.match(told) if whole and isinstance(value, str) else None
        if with_unit:
            told, self._unit_told = with_unit.group(1).strip(), fold(with_unit.group(2))
        # A point in a whole number cannot be a decimal one: "1.000" are a thousand.
        if whole and isinstance(value, str) and _THOUSANDS.match(told):
            told = re.sub(r"[.' ]", "", told)
        try:
            number = Decimal(told.replace(",", "."))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or number <= 0 or number > 10**9 or (whole and number != int(number)):
            self._wrong(
                name,
                f"«{value}» non è un numero {'intero ' if whole else ''}maggiore di zero"
                + (
                    ": per una frazione usare un'unità più piccola"
                    if whole and number.is_finite() and number > 0
                    else ""
                ),
            )
            return None
        return float(number)

    def _yes(self, name: str) -> bool:
        value = self._cells.get(name, False)
        if isinstance(value, bool):
            return value
        told = fold(str(value))
        if told not in ("si", "s", "yes", "true", "1", "vero", "x", "no", "n", "false", "0", "falso"):
            self._wrong(name, f"«{value}» non è né sì né no")
        return told in ("si", "s", "yes", "true", "1", "vero", "x")

    def _date(self, name: str) -> date | None:
        value = self._cells.get(name)
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        told = str(value).strip()
        match = _DATE.match(told)
        try:
            if match:
                return date(int(match.group(3)), int(match.group(2)), int(match.group(1)))
            return date.fromisoformat(told)
        except ValueError:
            self._wrong(name, f"«{told}» non è una data: scriverla come 31/12/2026 o 2026-12-31")
            return None

    def _slots(self) -> frozenset[Slot]:
        value = self._cells.get("slots")
        if value is None:
            return frozenset()
        told = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
        found: set[Slot] = set()
        for piece in re.split(r"[;,|]", fold(told)):
            tokens = piece.split()
            days = [_DAYS.index(token[:3]) for token in tokens if token[:3] in _DAYS]
            parts = [_PARTS[token] for token in tokens if token in _PARTS] or ["am", "pm"]
            if tokens and not days:
                self._wrong(
                    "slots",
                    f"«{piece.strip()}» non è una ricorrenza: scrivere per esempio «lun mattina; gio»",
                )
            found |= {Slot(day, part) for day in days for part in parts}
        return frozenset(found)

    def _place(self) -> Place | None:
        name = self._word("place")
        latitude, longitude = self._coordinate("latitude", 90), self._coordinate("longitude", 180)
        if latitude is not None and longitude is not None:
            return Place(name, latitude, longitude)
        if not name:
            return None
        known = gazetteer().find(name)
        if known is None:
            hint = gazetteer().suggestion(name)
            meant = f" (forse {hint}?)" if hint else ""
            where = f"{self._counted} {self._number}"
            self.warnings.append(
                f"{where}: il luogo «{name}» non è fra quelli noti{meant}; la distanza non conta"
            )
            return Place(name)
        return known

    def _coordinate(self, name: str, limit: int) -> float | None:
        value = self._cells.get(name)
        if value is None:
            return None
        try:
            degrees = float(str(value).replace(",", "."))
        except ValueError:
            degrees = math.nan
        if not abs(degrees) <= limit:
            self._wrong(name, f"«{value}» non è una coordinata in gradi")
            return None
        return degrees

    def _activity(self) -> str:
        told = self._word("activity")
        if not told:
            return ""
        code = canonical(told)
        if code is None:
            self._wrong(
                "activity", f"«{told}» non è un codice ATECO: scriverlo come 25.53.00, o lasciare vuoto"
            )
            return ""
        return code


_KIND_NAMES = ("competenza", "spazio", "macchina", "servizio", "materiale", "progetto", "idea", "welfare")
