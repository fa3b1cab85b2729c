"""Who owes how much to whom, in integer cents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]
Cents = NDArray[np.int64]

# Sums of cents must stay exact in 64 bits with room for the solver's own arithmetic.
MAX_TOTAL_CENTS = 10**15


@dataclass(frozen=True)
class Obligations:
    """Obligations between firms, one line a pair, sorted by debtor and creditor.

    `debtor` and `creditor` are positions in `firms` (sorted names); `cents` are positive integers. The
    order in which obligations came means nothing: equal content gives equal arrays.
    """

    firms: tuple[str, ...]
    debtor: Indices
    creditor: Indices
    cents: Cents

    def __len__(self) -> int:
        return len(self.cents)

    @property
    def total(self) -> int:
        """The sum of all obligations, in cents."""
        return int(self.cents.sum())

    def net(self, cents: Cents | None = None) -> Cents:
        """Return what each firm is owed less what it owes, in cents, shape (firms,)."""
        amounts = self.cents if cents is None else cents
        position = np.zeros(len(self.firms), dtype=np.int64)
        np.add.at(position, self.creditor, amounts)
        np.subtract.at(position, self.debtor, amounts)
        return position


def obligations_from(rows: Iterable[tuple[str, str, int]]) -> Obligations:
    """Return obligations from (debtor, creditor, cents); lines of the same pair are added up.

    Raises ValueError for a firm that owes itself and for amounts that are not positive.
    """
    debtors, creditors, amounts = [], [], []
    for debtor, creditor, cents in rows:
        if debtor == creditor:
            raise ValueError(f"{debtor} cannot owe itself")
        if cents <= 0:
            raise ValueError(f"the obligation of {debtor} to {creditor} must be above zero, not {cents}")
        debtors.append(debtor)
        creditors.append(creditor)
        amounts.append(cents)
    firms = sorted(set(debtors) | set(creditors))
    place = {firm: number for number, firm in enumerate(firms)}
    return merged(
        tuple(firms),
        np.array([place[firm] for firm in debtors], dtype=np.int64),
        np.array([place[firm] for firm in creditors], dtype=np.int64),
        np.array(amounts, dtype=np.int64),
    )


def merged(firms: tuple[str, ...], debtor: Indices, creditor: Indices, cents: Cents) -> Obligations:
    """Return obligations with the lines of the same pair added up; `firms` must be sorted.

    Raises ValueError if all amounts together exceed ten thousand billion euro.
    """
    if len(cents) and float(cents.sum(dtype=np.float64)) > MAX_TOTAL_CENTS:
        raise ValueError("the obligations add up to more than 10,000 billion euro: check the amounts")
    key = debtor * max(1, len(firms)) + creditor
    pairs, where = np.unique(key, return_inverse=True)
    sums = np.zeros(len(pairs), dtype=np.int64)
    np.add.at(sums, where, cents)
    count = max(1, len(firms))
    return Obligations(firms, pairs // count, pairs % count, sums)


def credit_limits(firms: tuple[str, ...], limits: Mapping[str, tuple[int, int]]) -> tuple[Cents, Cents]:
    """Return arrays (may owe, may be owed) in cents by firm, from name -> (owe, owed); others have none."""
    owe = np.array([limits.get(firm, (0, 0))[0] for firm in firms], dtype=np.int64)
    owed = np.array([limits.get(firm, (0, 0))[1] for firm in firms], dtype=np.int64)
    if (owe < 0).any() or (owed < 0).any():
        raise ValueError("a credit limit cannot be negative")
    return owe, owed
