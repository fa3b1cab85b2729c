"""Worker of the bonus benchmark, run in OpenFisca's own environment. Usage: INPUT.npz OUTPUT.npz ROUNDS.

The same law as OpenFisca variables with formulas, each line rounded half up to the cent, in its own float32,
with dated parameters and a marginal scale as its country packages have them. Only what the net needs is
computed.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks._bonus_population import LAW

PERSON = build_entity(key="person", plural="persons", label="Worker", is_person=True)
START = "2016-01-01"


def dated(value):
    return {"values": {START: {"value": value}}}


def tree():
    """The law as OpenFisca parameters."""
    brackets = [
        {"threshold": {START: {"value": start / 100}}, "rate": {START: {"value": rate}}}
        for start, rate in LAW["bands"]
    ]
    single = {name: dated(LAW[name] / 100) for name in ("cap", "income_limit", "relief")}
    single |= {name: dated(LAW[name]) for name in ("rate", "surtax")}
    return ParameterNode("", data={"bonus": {**single, "bands": {"brackets": brackets}}})


def cents(amount):
    return np.floor(amount * 100 + 0.5) / 100


def variable(name, formula=None, kind=float):
    body = {"value_type": kind, "entity": PERSON, "definition_period": DateUnit.YEAR, "label": name}
    if formula:
        body["formula"] = formula
    return type(name, (Variable,), body)


def favoured(p, t, law):
    return (p("prior_income", t) <= law(t).bonus.income_limit) * (1 - p("renounced", t))


def room(p, t, law):
    return np.maximum(law(t).bonus.cap - p("cap_used", t), 0)


def converted(p, t, law):
    return np.minimum(p("welfare", t), p("favoured", t) * np.minimum(p("gross", t), p("room", t)))


def cash(p, t, _):
    return p("gross", t) - p("converted", t)


def relieved(p, t, law):
    within = p("prior_income", t) <= law(t).bonus.income_limit
    return np.minimum(p("cash", t), law(t).bonus.relief) * within


def contributions(p, t, _):
    return cents((p("cash", t) - p("relieved", t)) * p("rate", t))


def flat_base(p, t, _):
    left = p("room", t) - p("converted", t)
    return np.minimum(p("cash", t) - p("contributions", t), left) * p("favoured", t)


def flat_tax(p, t, law):
    return cents(p("flat_base", t) * law(t).bonus.rate)


def ordinary(p, t, _):
    return p("cash", t) - p("contributions", t) - p("flat_base", t)


def deduction(income):
    pieces = [
        fixed / 100 + share / 100 * (until / 100 - income) / (width / 100)
        for _, fixed, share, until, width in LAW["deduction"]
    ]
    return np.select([income <= start / 100 for start, *_ in LAW["deduction"][1:]], pieces[:-1], pieces[-1])


def ordinary_tax(p, t, law):
    income, before = p("ordinary", t), p("taxable_income", t)
    bands = law(t).bonus.bands
    years = (before, before + income)
    taxes = [bands.calc(year) for year in years]
    deductions = [cents(deduction(year)) for year in years]
    tax, lost = cents(taxes[1] - taxes[0]), deductions[0] - deductions[1]
    owed = [cents(gross) - less for gross, less in zip(taxes, deductions, strict=True)]
    short = np.minimum(*owed) < 0
    added = np.maximum(owed[1], 0) - np.maximum(owed[0], 0)
    surtax = cents(income * law(t).bonus.surtax) * ~(short & (owed[1] <= 0))
    return np.where(short, added, tax + lost) + surtax


def net(p, t, _):
    return p("cash", t) - p("contributions", t) - p("flat_tax", t) - p("ordinary_tax", t)


FORMULAS = [
    favoured,
    room,
    converted,
    cash,
    relieved,
    contributions,
    flat_base,
    flat_tax,
    ordinary,
    ordinary_tax,
    net,
]
MONEY = ("gross", "prior_income", "cap_used", "taxable_income", "welfare")


def system() -> TaxBenefitSystem:
    """A tax and benefit system with the bonus only."""
    found = TaxBenefitSystem([PERSON])
    found.parameters = tree()
    for name in (*MONEY, "rate"):
        found.add_variable(variable(name))
    found.add_variable(variable("renounced", kind=bool))
    for formula in FORMULAS:
        found.add_variable(variable(formula.__name__, formula))
    return found


def main(arguments: list[str]) -> None:
    """Compute ROUNDS times; print times and memory as JSON; write the lines compared, in cents."""
    data = dict(np.load(arguments[0]))
    euro = {name: data[name] / 100 for name in MONEY}
    euro["rate"], euro["renounced"] = data["rate"] / 1_000_000, data["renounced"]
    laws, whole, seconds, processor = system(), [], [], []
    for _ in range(int(arguments[2])):
        begin = time.process_time()
        simulation = SimulationBuilder().build_default_simulation(laws, count=len(data["gross"]))
        for name, values in euro.items():
            simulation.set_input(name, "2026", values)
        start, used = time.perf_counter(), time.process_time()
        result = simulation.calculate("net", "2026")
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
        whole.append(time.process_time() - begin)
    lines = {name: simulation.calculate(name, "2026") for name in ("flat_tax", "contributions")}
    rounded = {
        name: np.rint(values.astype(np.float64) * 100).astype(np.int64) for name, values in lines.items()
    }
    np.savez(arguments[1], net=np.rint(result.astype(np.float64) * 100).astype(np.int64), **rounded)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "whole": whole, "processor": processor, "peak_mb": peak / 1024}))


if __name__ == "__main__":
    main(sys.argv[1:])
