"""Data that travels with the package: example plans, the indicator catalogue, published tables."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from tavolo.bonus.yaml_text import read_yaml

PLANS = Path(__file__).resolve().parent / "plans"


@dataclass(frozen=True)
class UpliftTable:
    """A published table of conversion amounts: rows (cash, welfare received)."""

    agreement: str
    source: str
    rows: tuple[tuple[Decimal, Decimal], ...]


@dataclass(frozen=True)
class MinistryIndicator:
    """One indicator of the ministry's deposit form, explained."""

    number: int
    name: str
    explanation: str
    unit: str
    direction: str
    example: str
    warning: str


@cache
def published_tables() -> tuple[UpliftTable, ...]:
    """Conversion tables printed by published agreements."""
    raw = read_yaml(PLANS / "published_tables.yaml")
    return tuple(
        UpliftTable(row["agreement"], row["source"], tuple((Decimal(a), Decimal(b)) for a, b in row["rows"]))
        for row in raw["uplift_tables"]
    )


def published_uplift(source_name: str) -> UpliftTable | None:
    """The table of the agreement a source names, if it is published."""
    return next((table for table in published_tables() if table.agreement in source_name), None)


@cache
def ministry_indicators() -> tuple[MinistryIndicator, ...]:
    """The indicators of section 6 of the ministry's form, in its order."""
    raw: list[dict[str, Any]] = read_yaml(PLANS / "indicators.yaml")["indicators"]
    return tuple(
        MinistryIndicator(
            int(row["number"]), row["name"], row["explanation"], row["unit"], row["direction"],
            row["example"],
            row.get("warning") or "",
        )
        for row in raw
    )  # fmt: skip


def example_plans() -> list[Path]:
    """Folders of the example plans, each with plan.yaml, workers.csv and results.csv."""
    return sorted(path.parent for path in PLANS.glob("*/plan.yaml"))
