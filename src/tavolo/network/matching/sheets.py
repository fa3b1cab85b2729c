"""Needs and offers of firms as plain records, in the words of the field."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a sheet is about."""

    SKILL = "skill"
    SPACE = "space"
    MACHINE = "machine"
    SERVICE = "service"
    MATERIAL = "material"
    PROJECT = "project"
    IDEA = "idea"
    WELFARE = "welfare"


class Role(StrEnum):
    """Whether the firm lacks the thing or has it."""

    NEED = "need"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class Slot:
    """A recurring half-day: weekday 0 (Monday) to 6, part "am", "pm" or "night"."""

    weekday: int
    part: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place as named, with coordinates in degrees (WGS 84) where they are known."""

    name: str
    latitude: float | None = None
    longitude: float | None = None

    @property
    def known(self) -> bool:
        return self.latitude is not None and self.longitude is not None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One need or one offer of one firm.

    `quantity` is a whole number of `unit` (None: one gift, not counted). A need that is `divisible` may be
    answered by several firms. `start` and `end` bound the useful days, both included; `slots` are
    recurring half-days, empty for any. `radius_km` is how far from `place` the firm is willing to go (a
    need) or to serve (an offer). `activity` is an ATECO 2025 code, dotted.
    """

    id: str
    role: Role
    text: str
    firm: str = ""
    kind: Kind | None = None
    quantity: int | None = None
    unit: str = ""
    divisible: bool = False
    start: date | None = None
    end: date | None = None
    slots: frozenset[Slot] = field(default_factory=frozenset)
    place: Place | None = None
    radius_km: float | None = None
    conditions: str = ""
    activity: str = ""

    @property
    def giver(self) -> str:
        """The firm, or the sheet itself where no firm is named: each sheet then stands alone."""
        return self.firm or f"\x00{self.id}"


EARTH_RADIUS_KM = 6371.0088


def distance_km(one: Place | None, other: Place | None) -> float | None:
    """Return the great-circle distance in km (haversine), or None where a place is not known.

    >>> round(distance_km(Place("Milano", 45.4643, 9.1895), Place("Monza", 45.5845, 9.2744)))
    15
    """
    if one is None or other is None:
        return None
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    lat1, lat2 = math.radians(one.latitude), math.radians(other.latitude)
    half_lat, half_lon = (lat2 - lat1) / 2, math.radians(other.longitude - one.longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


def days_between(one: Sheet, other: Sheet) -> int:
    """Return the days that separate two periods: 0 if they share a day or a bound is missing."""
    if one.start and other.end and one.start > other.end:
        return (one.start - other.end).days
    if other.start and one.end and other.start > one.end:
        return (other.start - one.end).days
    return 0


def shared_slots(need: Sheet, offer: Sheet) -> frozenset[Slot] | None:
    """Return the recurring half-days both have, or None where one of the two is free at any time."""
    if not need.slots or not offer.slots:
        return None
    return need.slots & offer.slots


def units_agree(need: Sheet, offer: Sheet) -> bool:
    """Return whether two quantities can be compared: same unit, or one of the two has none."""
    return not need.unit or not offer.unit or need.unit == offer.unit


def refusal(need: Sheet, offer: Sheet, tolerance_days: int = 0) -> str | None:
    """Return why `offer` cannot serve `need` at all, or None.

    Codes: "same_firm", "kind", "dates", "slots", "distance", "unit", "quantity". These are hard rules;
    how well the two suit each other is the relevance's job.
    """
    if need.firm and need.firm == offer.firm:
        return "same_firm"
    if need.kind and offer.kind and need.kind != offer.kind and not _akin(need.kind, offer.kind):
        return "kind"
    if days_between(need, offer) > tolerance_days:
        return "dates"
    shared = shared_slots(need, offer)
    if shared is not None and not shared:
        return "slots"
    km = distance_km(need.place, offer.place)
    reach = [radius for radius in (need.radius_km, offer.radius_km) if radius is not None]
    if km is not None and reach and km > min(reach):
        return "distance"
    if need.quantity is not None and offer.quantity is not None:
        if not units_agree(need, offer):
            return "unit"
        if not need.divisible and offer.quantity < need.quantity:
            return "quantity"
    return None


# Kinds that people mix up when they fill in a sheet, and that do answer each other.
NEIGHBOURS = frozenset(
    frozenset(pair)
    for pair in (
        (Kind.SKILL, Kind.SERVICE),
        (Kind.MACHINE, Kind.SERVICE),
        (Kind.PROJECT, Kind.IDEA),
        (Kind.PROJECT, Kind.SKILL),
        (Kind.IDEA, Kind.SKILL),
        (Kind.MATERIAL, Kind.SERVICE),
        (Kind.WELFARE, Kind.SERVICE),
        (Kind.WELFARE, Kind.SPACE),
        (Kind.SPACE, Kind.SERVICE),
        (Kind.PROJECT, Kind.SERVICE),
        (Kind.MACHINE, Kind.SPACE),
        (Kind.SKILL, Kind.MACHINE),
    )
)


def _akin(one: Kind, other: Kind) -> bool:
    return frozenset((one, other)) in NEIGHBOURS
