"""Errors of the bonus rules: every one is a sentence a person can act on."""

from __future__ import annotations


class RuleError(ValueError):
    """A plan, a law value or an input does not allow the computation; the text says what to do."""


class MissingLawValue(RuleError):
    """The law tree holds no value for a key on the governing date: the computation stops."""


class WorkersError(RuleError):
    """Something of some workers is missing. `positions` are their rows, `what` the sentence without them."""

    def __init__(self, positions: list[int], what: str, payment: str = "") -> None:
        self.positions, self.what = positions, what
        where = f"payment '{payment}': " if payment else ""
        super().__init__(f"{where}worker at position {positions[0]}: {what}")


class PlanError(RuleError):
    """The plan file is not well formed. `problems` lists every sentence found."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))
