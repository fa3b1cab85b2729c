"""Dates, places, quantities and kinds of many offers at once, against one need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tavolo.network.matching.sheets import EARTH_RADIUS_KM, NEIGHBOURS, Kind, Sheet, Slot

_PARTS = {"am": 0, "pm": 1, "night": 2}
_KINDS = {kind: number for number, kind in enumerate(Kind)}
_FAR_PAST, _FAR_FUTURE = date.min.toordinal(), date.max.toordinal()

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]


class OfferTerms:
    """The hard facts of offers as arrays, so that one need meets thirty thousand in a few milliseconds."""

    def __init__(self, offers: Sequence[Sheet]) -> None:
        self.size = len(offers)
        self._firms = np.array([offer.firm for offer in offers], dtype=object)
        self._kinds = np.array([_kind_code(offer) for offer in offers], dtype=np.int64)
        self._starts = np.array([_start(offer) for offer in offers], dtype=np.int64)
        self._ends = np.array([_end(offer) for offer in offers], dtype=np.int64)
        self._slots = np.array([slot_bits(offer.slots) for offer in offers], dtype=np.int64)
        self._latitudes = np.radians([_degrees(offer, "latitude") for offer in offers])
        self._longitudes = np.radians([_degrees(offer, "longitude") for offer in offers])
        self._radii = np.array([_or_infinite(offer.radius_km) for offer in offers])
        self._quantities = np.array([_or_infinite(offer.quantity) for offer in offers])
        self._units = np.array([offer.unit for offer in offers], dtype=object)
        table = [[one == other or frozenset((one, other)) in NEIGHBOURS for other in Kind] for one in Kind]
        self._akin = np.array([[*row, True] for row in table] + [[True] * (len(_KINDS) + 1)])

    def distances(self, need: Sheet, chosen: NDArray[np.int64] | None = None) -> Numbers:
        """Return km from the need to each offer (haversine); NaN where a place is not known."""
        at = slice(None) if chosen is None else chosen
        latitude = np.radians(_degrees(need, "latitude"))
        longitude = np.radians(_degrees(need, "longitude"))
        half_lat = np.sin((self._latitudes[at] - latitude) / 2) ** 2
        half_lon = np.sin((self._longitudes[at] - longitude) / 2) ** 2
        chord = half_lat + np.cos(latitude) * np.cos(self._latitudes[at]) * half_lon
        km: Numbers = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
        return km

    def days_apart(self, need: Sheet, chosen: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Return the days between the need's period and each offer's: 0 where they share a day."""
        at = slice(None) if chosen is None else chosen
        apart = np.maximum(_start(need) - self._ends[at], self._starts[at] - _end(need))
        return np.asarray(np.maximum(apart, 0), dtype=np.int64)

    def no_shared_slot(self, need: Sheet, chosen: NDArray[np.int64] | None = None) -> Mask:
        """Return where both recur and never on the same half-day."""
        slots = self._slots[slice(None) if chosen is None else chosen]
        bits = slot_bits(need.slots)
        return np.asarray((slots != 0) & (bits != 0) & ((slots & bits) == 0))

    def kind_agreement(self, need: Sheet) -> Numbers:
        """Return 1 where the kinds are the same, 0 where one is missing or they are akin, -1 otherwise."""
        code = _kind_code(need)
        same = (self._kinds == code) & (code < len(_KINDS))
        return np.where(same, 1.0, np.where(self._akin[code, self._kinds], 0.0, -1.0))

    def compatible(self, need: Sheet, chosen: NDArray[np.int64], tolerance_days: int = 0) -> Mask:
        """Return which of the `chosen` offers could serve `need`; the same rules as `sheets.refusal`."""
        fine = self._akin[_kind_code(need), self._kinds[chosen]]
        if need.firm:
            fine = fine & (self._firms[chosen] != need.firm)
        fine = fine & (self.days_apart(need, chosen) <= tolerance_days) & ~self.no_shared_slot(need, chosen)
        reach = np.minimum(self._radii[chosen], _or_infinite(need.radius_km))
        fine = fine & ~(self.distances(need, chosen) > reach)
        if need.quantity is not None:
            counted = np.isfinite(self._quantities[chosen])
            units = self._units[chosen]
            agree = (units == need.unit) | (units == "") if need.unit else np.ones(len(chosen), dtype=bool)
            enough = need.divisible | (self._quantities[chosen] >= need.quantity)
            fine = fine & (~counted | (agree & enough))
        return np.asarray(fine, dtype=bool)


def slot_bits(slots: frozenset[Slot]) -> int:
    """Return recurring half-days as bits, three to a weekday; 0 for none."""
    return sum(1 << (slot.weekday * 3 + _PARTS[slot.part]) for slot in slots)


def _kind_code(sheet: Sheet) -> int:
    return _KINDS[sheet.kind] if sheet.kind else len(_KINDS)


def _start(sheet: Sheet) -> int:
    return sheet.start.toordinal() if sheet.start else _FAR_PAST


def _end(sheet: Sheet) -> int:
    return sheet.end.toordinal() if sheet.end else _FAR_FUTURE


def _degrees(sheet: Sheet, name: str) -> float:
    value = getattr(sheet.place, name) if sheet.place else None
    return float("nan") if value is None else float(value)


def _or_infinite(value: float | None) -> float:
    return float("inf") if value is None else float(value)
