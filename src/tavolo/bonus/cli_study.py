"""Commands that study a plan before it is signed: solve, what-if, compare, fairness."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tavolo.bonus.cli_common import (
    Choice,
    Lang,
    PaidOn,
    PlanFile,
    ResultsFile,
    WorkersFile,
    choices_of,
    day_of,
    lang_of,
    says_problems,
)

if TYPE_CHECKING:
    from tavolo.bonus.rules.fairness import Fairness
    from tavolo.bonus.rules.solve import Solutions

study = typer.Typer()


def _amount(text: str, what: str) -> Fraction:
    from tavolo.bonus.cells import CellError, read_number

    try:
        value = read_number(text, None)
    except CellError as error:
        sentence = f"{what}: '{text}' {error}"
        raise typer.BadParameter(sentence) from None
    if value is None:
        raise typer.BadParameter(f"{what}: '{text}' is not a number; write 1500.00 or 1.500,00")
    return Fraction(value)


def _cents(text: str) -> int:
    value = _amount(text, "--target") * 100
    if value.denominator != 1:
        raise typer.BadParameter("--target has more than two decimals")
    return int(value)


@study.command()
@says_problems
def solve(
    plan: PlanFile, workers: WorkersFile, results: ResultsFile, paid_on: PaidOn,
    unknown: Annotated[str, typer.Option("--unknown", help="gross, pool, or the id of an indicator.")],
    target: Annotated[str, typer.Option("--target", help="The wanted amount in euro.")],
    wanted: Annotated[str, typer.Option("--wanted", help="net, take_home (net and welfare), gross or "
        "cost.")] = "net",
    worker: Annotated[str | None, typer.Option("--worker", help="One worker; the whole firm when "
        "absent.")] = None,
    low: Annotated[str, typer.Option("--low", help="Lowest value tried for an indicator.")] = "0",
    high: Annotated[str | None, typer.Option("--high", help="Highest value tried.")] = None,
    step: Annotated[str, typer.Option("--step", help="Step between values tried for an indicator.")] = "0.1",
    choice: Choice = None, lang: Lang = "it",
) -> None:  # fmt: skip
    """Which gross, pool or indicator gives a wanted figure: all answers, or none, said clearly."""
    from tavolo.bonus.io import run_files
    from tavolo.bonus.rules.solve import solve_gross, solve_indicator, solve_pool

    run = run_files(plan, workers, results, day_of(paid_on), choices_of(choice)).run
    position = None if worker is None else run.workers.position(worker)
    cents = _cents(target)
    if unknown == "gross":
        if position is None:
            raise typer.BadParameter("--unknown gross needs --worker: the net depends on the person")
        most = 2_000_000 if high is None else int(_amount(high, "--high") * 100)
        found = solve_gross(
            run.payments[0], run.eligibility.eligible, position, cents, wanted, run.plan.rounding, most
        )
    elif unknown == "pool":
        most = 4 * max(run.due.pool or 0, 100_000) if high is None else int(_amount(high, "--high") * 100)
        found = solve_pool(run, cents, wanted, position, most)
    else:
        if high is None:
            raise typer.BadParameter("--unknown with an indicator needs --high, the highest value to try")
        bounds = (_amount(low, "--low"), _amount(high, "--high"), _amount(step, "--step"))
        found = solve_indicator(run, unknown, cents, wanted, position, *bounds)
    for line in _solutions(found, lang_of(lang)):
        typer.echo(line)


def _solutions(found: Solutions, lang: str) -> Iterator[str]:
    from tavolo.bonus.rules.money import format_number, from_fraction

    def show(value: Fraction) -> str:
        return format_number(from_fraction(value), lang)

    words = _WORDS[lang]
    searched = f"{show(found.searched.low)} - {show(found.searched.high)}"
    if found.intervals:
        yield f"{words['solutions']}: {len(found.intervals)} ({words['searched']} {searched})"
    else:
        yield f"{words['none']} {searched}"
    for item in found.intervals:
        yield f"  {show(item.low)}" + ("" if item.low == item.high else f" - {show(item.high)}")
    for name, near in (("below", found.nearest_below), ("above", found.nearest_above)):
        if near:
            yield f"  {words[name]}: {show(near[0])} -> {show(near[1])}"


@study.command("what-if")
@says_problems
def what_if(
    plan: PlanFile, workers: WorkersFile, results: ResultsFile, paid_on: PaidOn,
    change: Annotated[list[str] | None, typer.Option("--set", help="indicator=value, more than once if "
        "needed.")] = None,
    other_plan: Annotated[Path | None, typer.Option(help="Another plan.")] = None,
    other_workers: Annotated[Path | None, typer.Option(help="Another payroll file.")] = None,
    other_results: Annotated[Path | None, typer.Option(help="Other results.")] = None,
    other_paid_on: Annotated[str | None, typer.Option(help="Another day of payment.")] = None,
    lang: Lang = "it",
) -> None:  # fmt: skip
    """Change any input and see both outcomes: results of indicators, plan, payroll, day of payment."""
    from tavolo.bonus.io import run_files, totals
    from tavolo.bonus.law.tree import load_law
    from tavolo.bonus.rules.money import format_euro
    from tavolo.bonus.rules.run import rerun_with

    language = lang_of(lang)
    before = run_files(plan, workers, results, day_of(paid_on)).run
    files = (other_plan or plan, other_workers or workers, other_results or results)
    after = run_files(*files, day_of(other_paid_on or paid_on)).run
    changes = {}
    for pair in change or []:
        name, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"'{pair}' must be indicator=value")
        changes[name] = _amount(value, name)
    if changes:
        after = rerun_with(after, changes, load_law())
    found = totals(before), totals(after)
    for key in ("gross", "net", "welfare", "cost"):
        now, then = (format_euro(item[key], language) for item in found)
        typer.echo(f"{_WORDS[language][key]}: {now} -> {then}")
    nets = [
        dict(zip(run.workers.ids.tolist(), run.total("net").tolist(), strict=True)) for run in (before, after)
    ]
    moved = sum(1 for worker in nets[0].keys() | nets[1].keys() if nets[0].get(worker) != nets[1].get(worker))
    typer.echo(f"{_WORDS[language]['moved']}: {moved}")


@study.command()
@says_problems
def compare(
    plan: PlanFile, workers: WorkersFile, results: ResultsFile, paid_on: PaidOn,
    worker: Annotated[str, typer.Option("--worker", help="The worker's id.")],
    deductible: Annotated[bool, typer.Option(help="The expense welfare would pay is one that could be "
        "deducted.")] = True,
    lang: Lang = "it",
) -> None:  # fmt: skip
    """Cash, welfare or pension fund for one worker, with what each would lose."""
    from tavolo.bonus.io import run_files
    from tavolo.bonus.law.tree import load_law
    from tavolo.bonus.rules.compare import RATES, comparison_rates
    from tavolo.bonus.rules.compare import compare as ways_of
    from tavolo.bonus.rules.money import format_euro

    run = run_files(plan, workers, results, day_of(paid_on)).run
    law = load_law()
    values = {key: law.at(key, run.payments[0].paid_on).value for key in RATES}
    language = lang_of(lang)
    italian = language == "it"
    labels = {
        "net_cash": ("netto in denaro", "net cash"), "in_kind": ("in welfare o al fondo",
        "in welfare or to the "
            "fund"),
        "received": ("ricevuto in tutto", "received in all"), "deduction_lost": ("detrazione che si "
            "perde", "deduction lost"),
        "worth": ("vale per il lavoratore", "worth to the worker"),
        "pension_lost": ("montante di pensione che non "
            "matura", "public pension not accrued"),
        "severance_lost": ("TFR che non matura", "severance not accrued"),
        "firm_cost": ("costo per l'impresa", "cost for the firm"),
    }  # fmt: skip
    names = {
        "cash": ("denaro", "cash"),
        "welfare": ("welfare", "welfare"),
        "pension": ("fondo pensione", "pension fund"),
    }
    ways = ways_of(run, run.workers.position(worker), comparison_rates(run, values), deductible)
    for way in ways:
        typer.echo(names[way.name][0 if italian else 1])
        for key, words in labels.items():
            typer.echo(f"  {format_euro(getattr(way, key), language):>14}  {words[0 if italian else 1]}")
    best = max(ways, key=lambda way: way.worth)
    typer.echo(f"{'vale di più' if italian else 'worth most'}: {names[best.name][0 if italian else 1]}")
    note = (
        "da confermare: la pensione che matura (33%, L. 335/1995) è un valore a memoria; il fondo "
            "pensione è vincolato fino alla pensione",
        "to confirm: the pension accrual rate (33%, L. 335/1995) is from memory; the pension fund is tied "
            "up until retirement",
    )  # fmt: skip
    typer.echo(note[0 if italian else 1])


@study.command()
@says_problems
def fairness(
    plan: PlanFile, workers: WorkersFile, results: ResultsFile, paid_on: PaidOn,
    least: Annotated[int, typer.Option("--least", min=2, help="Smallest group shown.")] = 5,
    lang: Lang = "it",
) -> None:  # fmt: skip
    """Who gets what before signing: spread, gaps, other keys, euros by indicator, warnings."""
    from tavolo.bonus.io import run_files
    from tavolo.bonus.rules.fairness import assess

    run = run_files(plan, workers, results, day_of(paid_on)).run
    for line in fairness_lines(assess(run, least), lang_of(lang)):
        typer.echo(line)


def _ratio(value: Fraction | float | None) -> str:
    return "-" if value is None else f"{float(value):.4f}"


def _percent(value: Fraction | None) -> str:
    return "-" if value is None else f"{float(value) * 100:.1f}%"


def fairness_lines(found: Fairness, lang: str) -> Iterator[str]:
    """The report as lines to print."""
    from tavolo.bonus.rules.money import format_euro

    words = _WORDS[lang]
    yield f"Gini {_ratio(found.gini)}   Kakwani {_ratio(found.kakwani)}"
    for name, split in found.theil:
        parts = f"{words['within']} {_ratio(split.within)} + {words['between']} {_ratio(split.between)}"
        yield f"Theil ({name}) {_ratio(split.total)} = {parts}"
    for group in found.groups:
        mean = words["small"] if group.mean is None else format_euro(group.mean, lang)
        yield f"  {group.dimension} {group.name}: {group.count}, {words['mean']} {mean}"
    yield from _gap_lines(found, words)
    for key, spread, genders in found.keys:
        yield f"{words['key']} {key}: Gini {_ratio(spread)}, {words['gap']} {_percent(genders)}"
    for name, cents in found.credit:
        yield f"{words['brought']} {name}: {format_euro(cents, lang)}"
    if found.labour_share is not None:
        yield f"{words['labour']}: {_percent(found.labour_share)}"
    for worker, now, then in found.leave_loss:
        amounts = f"{format_euro(then, lang)} {words['instead']} {format_euro(now, lang)}"
        yield f"  {worker}: {words['leave']} {amounts}"
    for italian, english in found.warnings:
        yield f"! {italian if lang == 'it' else english}"


def _gap_lines(found: Fairness, words: dict[str, str]) -> Iterator[str]:
    if found.gender_gap is None:
        return
    level = f"{words['level']}: {_percent(found.gender_gap_within)}"
    yield f"{words['gender']}: {_percent(found.gender_gap.gap)}; {level}"
    for item in found.gender_gap_by_level:
        yield f"  {item.name}: {_percent(item.gap)} (F {item.count_a}, M {item.count_b})"


_WORDS: dict[str, dict[str, str]] = {
    "it": {
        "solutions": "soluzioni",
        "searched": "cercate in",
        "none": "nessuna soluzione in",
        "below": "la più vicina sotto",
        "above": "la più vicina sopra",
        "within": "dentro i gruppi",
        "between": "tra i gruppi",
        "small": "(gruppo troppo piccolo)",
        "mean": "media",
        "key": "chiave",
        "gap": "divario di genere",
        "brought": "portato da",
        "labour": "quota del lavoro sul guadagno, contributi del datore compresi",
        "leave": "congedo tutelato; se contasse come assenza",
        "instead": "invece di",
        "gender": "divario di genere",
        "level": "a parità di livello",
        "gross": "lordo",
        "net": "netto",
        "welfare": "welfare",
        "cost": "costo per l'impresa",
        "moved": "persone con altro netto",
    },
    "en": {
        "solutions": "solutions",
        "searched": "searched in",
        "none": "no solution in",
        "below": "nearest below",
        "above": "nearest above",
        "within": "within groups",
        "between": "between groups",
        "small": "(group too small)",
        "mean": "mean",
        "key": "key",
        "gap": "gender gap",
        "brought": "brought by",
        "labour": "labour share of the gain, employer contributions included",
        "leave": "protected leave; if it counted as absence",
        "instead": "instead of",
        "gender": "gender gap",
        "level": "within level",
        "gross": "gross",
        "net": "net",
        "welfare": "welfare",
        "cost": "cost for the firm",
        "moved": "people whose net changes",
    },
}
