"""Why a worker gets this amount: every line with its inputs, its clause and its law, made when asked for.

`Explainer` prepares once what is the same for everybody; `explain(i)` then writes one worker's lines in well
under a millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from tavolo.bonus.rules.amount import Reading, Scored
from tavolo.bonus.rules.distribution import coefficients
from tavolo.bonus.rules.explain_slip import slip_lines
from tavolo.bonus.rules.lines import Line, Section
from tavolo.bonus.rules.money import (
    ROUNDING_POLICIES,
    format_euro,
    format_number,
    format_percent,
    from_fraction,
    round_to,
)
from tavolo.bonus.rules.parameters import value_text
from tavolo.bonus.rules.run import Run
from tavolo.bonus.rules.texts import LANGUAGES, text
from tavolo.bonus.rules.workers import FULL, equivalent_hours


@dataclass(frozen=True)
class Explanation:
    """The explanation of one worker: sections of lines. `gross`, `net`, `welfare` in cents."""

    worker: str
    title: str
    sections: tuple[Section, ...]
    gross: int
    net: int
    welfare: int

    def as_text(self, lang: str) -> str:
        """Plain text, amounts in a column, clause and law after each line."""
        out = [self.title, ""]
        for section in self.sections:
            out.append(section.title)
            for line in section.lines:
                amount = "" if line.cents is None else format_euro(line.cents, lang)
                source = "; ".join(part for part in (line.clause, line.law) if part)
                out.append(f"  {amount:>14}  {line.text}" + (f"  [{source}]" if source else ""))
            out.append("")
        return "\n".join(out)


class Explainer:
    """Explains the workers of one run in one language."""

    def __init__(self, run: Run, lang: str = "it") -> None:
        if lang not in LANGUAGES:
            raise ValueError(f"language '{lang}' is unknown; use one of {', '.join(LANGUAGES)}")
        self.run, self.lang = run, lang
        self.common = self._amount_lines()
        self.eligibility = self._eligibility()
        self.notes = self._notes()
        self.hours = self._hours()
        self.coefficients = coefficients(run.plan, run.workers) if run.plan.individual is not None else None
        self.total_weight = 0 if run.due.weights is None else int(np.sum(run.due.weights.astype(object)))
        self.gross, self.net = run.due.gross, run.total("net")
        self.welfare = run.total("welfare") + run.total("uplift")

    def explain(self, position: int) -> Explanation:
        """The explanation of the worker at `position`."""
        run, lang = self.run, self.lang
        worker = str(run.workers.ids[position])
        amount = Section(text("section_amount", lang), (*self.common, *self._own_lines(position)))
        sections = [amount, self.eligibility]
        for payment in run.payments:
            sections.append(slip_lines(run, payment, position, lang))
        sections.append(self.notes)
        return Explanation(
            worker, text("title", lang, worker=worker, plan=run.plan.title), tuple(sections),
            int(self.gross[position]), int(self.net[position]), int(self.welfare[position]),
        )  # fmt: skip

    def _number(self, value: Fraction | None, digits: int = 4) -> str:
        if value is None:
            return "?"
        return format_number(round_to(from_fraction(value), Decimal(1).scaleb(-digits)), self.lang)

    def _hours(self) -> np.ndarray | None:
        run = self.run
        rule = run.plan.distribution
        if rule.key != "hours" and "hours" not in rule.blend and rule.presence != "hours":
            return None
        return equivalent_hours(run.workers, tuple(leave.kind for leave in run.protected))

    def _amount_lines(self) -> list[Line]:
        run, lang = self.run, self.lang
        amount = run.amount
        lines = [self._scored(item) for item in amount.scored]
        if amount.conditions and run.plan.gate:
            met = sum(1 for _, ok in amount.conditions if ok)
            key = "gate_open" if amount.gate_open else "gate_closed"
            lines.append(
                Line(
                    text(key, lang, met=str(met), count=str(len(amount.conditions))),
                    None,
                    run.plan.gate.clause,
                )
            )
        if amount.scored:
            lines.append(
                Line(
                    text("score", lang, score=self._number(amount.score)), None, amount.scored[0].score.clause
                )
            )
        clause = run.plan.clause_of.get("pool", "")
        for name, value in amount.pool_lines:
            digits = 4 if name == "ratio" else 2
            lines.append(Line(text(f"pool_{name}", lang, value=self._number(value, digits)), None, clause))
        if run.due.pool is not None:
            lines.append(Line(text("pool", lang), run.due.pool, clause))
        if run.due.rest:
            lines.append(Line(text("pool_rest", lang), run.due.rest, run.plan.distribution.clause))
        return lines

    def _scored(self, item: Scored) -> Line:
        reading: Reading = self.run.amount.readings[item.score.indicator]
        figures = {
            "name": reading.indicator.name, "measured": self._number(reading.measured),
            "unit": reading.indicator.unit,
            "x": self._number(item.x), "payout": self._number(item.payout),
            "weight": self._number(item.score.weight),
        }  # fmt: skip
        if reading.base is None:
            return Line(text("indicator_alone", self.lang, **figures), None, item.score.clause)
        return Line(
            text("indicator", self.lang, base=self._number(reading.base), **figures), None, item.score.clause
        )

    def _eligibility(self) -> Section:
        run, lang = self.run, self.lang
        found = run.eligibility
        why = found.sentence(lang)
        clause = run.plan.eligibility.clause if run.plan.eligibility else ""
        lines = [Line(text("eligible" if found.eligible else "not_eligible", lang, why=why), None, clause)]
        for item in found.comparisons:
            reading = run.amount.readings[item.indicator]
            key = "comparison_up" if item.incremental else "comparison_not"
            figures = {
                "name": reading.indicator.name, "base": self._number(item.base),
                "measured": self._number(item.measured),
                "unit": reading.indicator.unit, "document": item.document or reading.indicator.document,
            }  # fmt: skip
            lines.append(Line(text(key, lang, **figures), None, reading.indicator.clause))
        return Section(text("section_eligibility", lang), tuple(lines))

    def _own_lines(self, position: int) -> list[Line]:
        run, lang = self.run, self.lang
        clause = run.plan.distribution.clause
        lines = []
        if self.hours is not None:
            worked = int(run.workers.worked_hours[position]) if run.workers.worked_hours is not None else 0
            total = int(self.hours[position])
            figures = {
                "hours": self._hundredths(total),
                "worked": self._hundredths(worked),
                "leave": self._hundredths(total - worked),
            }
            lines.append(Line(text("hours", lang, **figures), None, clause))
        if run.due.weights is not None:
            weight = format_number(Decimal(int(run.due.weights[position])), lang)
            total_text = format_number(Decimal(self.total_weight), lang)
            lines.append(Line(text("share", lang, weight=weight, total=total_text), None, clause))
            rule = run.plan.distribution
            if rule.floor is not None or rule.cap is not None:
                floor = "-" if rule.floor is None else format_euro(int(rule.floor * 100), lang)
                cap = "-" if rule.cap is None else format_euro(int(rule.cap * 100), lang)
                lines.append(Line(text("floor_cap", lang, floor=floor, cap=cap), None, clause))
        for name, values in run.due.steps.items():
            lines.append(self._step(name, int(values[position]), position))
        lines.append(Line(text("due", lang), int(run.due.gross[position]), clause))
        return lines

    def _hundredths(self, value: int) -> str:
        return format_number(Decimal(value).scaleb(-2), self.lang)

    def _step(self, name: str, cents: int, position: int) -> Line:
        run, lang = self.run, self.lang
        workers, plan = run.workers, run.plan
        clause = plan.distribution.clause
        if name == "nominal":
            level = workers.level_names[int(workers.level[position])]
            return Line(text("step_nominal", lang, level=level), cents, plan.clause_of.get("pool", clause))
        if name == "presence":
            due = int(workers.contract_hours[position]) if workers.contract_hours is not None else 0
            hours = int(self.hours[position]) if self.hours is not None else 0
            return Line(
                text("step_presence", lang, hours=self._hundredths(hours), due=self._hundredths(due)),
                cents,
                clause,
            )
        if name == "days":
            days, total = str(int(run.due.days[position])), str(run.due.period_days)
            return Line(text("step_days", lang, days=days, total=total), cents, plan.membership.clause)
        if name == "part_time":
            share = int(workers.part_time[position]) if workers.part_time is not None else FULL
            return Line(
                text("step_part_time", lang, share=format_percent(Decimal(share).scaleb(-4), lang)),
                cents,
                clause,
            )
        value = int(self.coefficients[position]) if self.coefficients is not None else FULL
        shown = format_number(Decimal(value).scaleb(-4), lang)
        return Line(
            text("step_coefficient", lang, share=shown), cents, plan.clause_of.get("individual", clause)
        )

    def _described(self, key: str) -> str:
        return self.run.descriptions[key][self.lang]

    def _notes(self) -> Section:
        run, lang = self.run, self.lang
        lines = [Line(it if lang == "it" else en, None) for it, en in run.warnings]
        for value in run.from_memory():
            figures = {
                "key": self._described(value.key),
                "value": _brief(value.value),
                "act": value.reference.short(),
            }
            if value.key != "protected_leave":
                lines.append(Line(text("from_memory", lang, **figures), None, "", value.reference.short()))
        for value in run.in_conflict():
            for other in value.conflicts:
                figures = {
                    "key": self._described(value.key),
                    "value": value_text(value.value),
                    "other": value_text(other.value),
                    "note": other.note,
                }
                lines.append(Line(text("conflict", lang, **figures), None, "", other.reference.short()))
        if self._hours() is not None:
            for leave in run.protected:
                kind = leave.italian if lang == "it" else leave.english
                status = (
                    ""
                    if leave.status == "verified"
                    else (" - da confermare" if lang == "it" else " - to confirm")
                )
                lines.append(Line(text("leave_source", lang, kind=kind, act=leave.act + status), None))
        if run.eligibility.eligible:
            lines.append(Line(text("isee", lang), None))
        policy = ROUNDING_POLICIES[run.plan.rounding][0 if lang == "it" else 1]
        lines.append(Line(text("rounding", lang, policy=policy), None))
        lines.append(Line(text("law_version", lang, version=run.law_version[:16]), None))
        return Section(text("section_notes", lang), tuple(lines))


def _brief(value: object) -> str:
    """A law value for a sentence; a table is only named."""
    shown = value_text(value)
    return shown if len(shown) <= 40 else "…"
