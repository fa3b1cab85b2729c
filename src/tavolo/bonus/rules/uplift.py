"""The firm's uplift on conversion: a rate, or a table of amounts written in the agreement."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tavolo.bonus.rules.errors import RuleError


def uplift_from_table(cash: Decimal, table: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """What the firm adds when `cash` euro are converted, from rows (cash, welfare received).

    A table gives amounts only for the cash it prints; another amount is an error, because an agreement
    that prints a table does not say what lies between its rows.
    """
    for row, welfare in table:
        if row == cash:
            return welfare - cash
    known = ", ".join(f"{row}" for row, _ in table)
    raise RuleError(f"the uplift table has no row for {cash}; its rows are {known}")
