# mypy: disable-error-code="attr-defined"
"""Older agreements made elsewhere, as officers brought them to the archive. All of them are invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import resources
from typing import Any

import yaml

from tavolo.agreements.archive import adding
from tavolo.demo.dialogue import Seated
from tavolo.demo.society import Society
from tavolo.people.models import Account

# Who brings agreements: person and body of the society.
OFFICERS = {
    "api": "api_officer", "assolombarda": "association_officer", "cgil": "cgil_officer",
    "cisl": "cisl_officer", "uil": "uil_officer", "city": "city_officer",
}  # fmt: skip


def build(seated: Seated, society: Society, step: Callable[[str], None]) -> None:
    """Add a dozen agreements of several sectors and years, and correct one of them."""
    step("archive: agreements made elsewhere")
    rows = yaml.safe_load(resources.files("tavolo.demo").joinpath("archive_it.yaml").read_text("utf-8"))
    people = Account.objects.in_bulk(set(society.people.values()))
    made: dict[str, Any] = {}
    for row in rows:
        body = row["by"]
        made[row["title"]] = adding.add(
            brought(row), actor=people[society.people[OFFICERS[body]]],
            organisation_id=society.bodies[body], corrects=made.get(row.get("corrects", "")),
            reason=row.get("reason", ""),
        )  # fmt: skip


def brought(row: dict[str, Any]) -> adding.Brought:
    """Return one row of the list as an officer would type it."""
    return adding.Brought(
        title=row["title"], text=row["text"], parties=adding.parse_parties("\n".join(row["parties"])),
        signed_on=_day(row["signed_on"]), source=row["source"], level=row.get("level", "territorial"),
        topics=tuple(row["topics"]), municipality=row.get("municipality", ""), sector=row.get("sector", ""),
        starts_on=row.get("starts_on"), ends_on=row.get("ends_on"), ended=row.get("ended", False),
    )  # fmt: skip


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
