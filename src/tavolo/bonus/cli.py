"""`tavolo bonus`: design, compute, prove and explain a productivity bonus from the command line.

Exit codes: 0 done, 1 a comparison failed (check-cases, rerun), 2 the input has a problem, said in sentences.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

PlanFile = Annotated[
    Path, typer.Argument(help="The plan (YAML; see `tavolo bonus schema`).", metavar="PLAN.yaml")
]
WorkersFile = Annotated[Path, typer.Option("--workers", help="Payroll file: CSV, XLSX or Parquet.")]
ResultsFile = Annotated[
    Path, typer.Option("--results", help="Results of the indicators: CSV, XLSX or Parquet.")
]
PaidOn = Annotated[str, typer.Option("--paid-on", help="Day of payment, YYYY-MM-DD or 15/06/2026.")]
Lang = Annotated[str, typer.Option("--lang", help="it or en.")]
Choice = Annotated[
    list[str] | None, typer.Option("--choice", help="Take another recorded reading: key=value.")
]


def _day(text: str) -> date:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise typer.BadParameter(f"'{text}' is not a day; write it as 2026-06-15 or 15/06/2026")


def _choices(pairs: list[str] | None) -> dict[str, str]:
    found = {}
    for pair in pairs or []:
        key, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"'{pair}' must be key=value, for instance cap_basis=gross")
        found[key] = value
    return found


def _lang(lang: str) -> str:
    if lang not in ("it", "en"):
        raise typer.BadParameter("the language is it or en")
    return lang


def says_problems(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn the errors of files, plans and rules into sentences and exit code 2."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from tavolo.bonus.cases.sheet import CaseError
        from tavolo.bonus.payroll import PayrollProblems
        from tavolo.bonus.rules.errors import RuleError
        from tavolo.common.errors import Problem

        try:
            return command(*args, **kwargs)
        except PayrollProblems as error:
            for problem in error.problems:
                typer.echo(str(problem), err=True)
            typer.echo(
                f"{len(error.problems)} problems: nothing was written. Correct them and run again.", err=True
            )
        except (Problem, RuleError, CaseError) as error:
            typer.echo(str(error), err=True)
        raise typer.Exit(2)

    return run


@app.command()
@says_problems
def simulate(
    plan: PlanFile, workers: WorkersFile, results: ResultsFile, paid_on: PaidOn,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for payouts, report and stored "
        "run.")] = None,
    letters: Annotated[bool, typer.Option("--letters", help="Also write a PDF letter for each "
        "worker.")] = False,
    choice: Choice = None, lang: Lang = "it",
) -> None:  # fmt: skip
    """Compute the bonus of every worker: amount due, eligibility, tax and net."""
    from tavolo.bonus.io import frozen, run_files, summary, write_frozen, write_outputs

    day, choices, language = _day(paid_on), _choices(choice), _lang(lang)
    if letters and out is None:
        raise typer.BadParameter("--letters needs --out, the folder to write them in")
    inputs = run_files(plan, workers, results, day, choices)
    typer.echo(summary(inputs, language))
    if out is None:
        return
    written = write_outputs(inputs, out, language)
    record = frozen(inputs, workers, results, day, choices)
    written.append(write_frozen(out, record, workers, results))
    if letters:
        from tavolo.bonus.letters import write_letters

        with typer.progressbar(length=len(inputs.run.workers), label="Lettere") as bar:
            written.append(write_letters(inputs.run, inputs.payroll.workers, out, language, bar.update))
    for path in written:
        typer.echo(f"scritto {path}" if language == "it" else f"wrote {path}")


@app.command()
@says_problems
def explain(
    plan: PlanFile, workers: WorkersFile, results: ResultsFile, paid_on: PaidOn,
    worker: Annotated[str, typer.Option("--worker", help="The worker's id.")],
    choice: Choice = None, lang: Lang = "it",
    as_json: Annotated[bool, typer.Option("--json", help="Print the lines as JSON.")] = False,
) -> None:  # fmt: skip
    """Explain one worker's amount: every line with its clause and law."""
    from dataclasses import asdict

    from tavolo.bonus.io import run_files
    from tavolo.bonus.rules.explain import Explainer

    inputs = run_files(plan, workers, results, _day(paid_on), _choices(choice))
    found = Explainer(inputs.run, _lang(lang)).explain(inputs.run.workers.position(worker))
    typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=1) if as_json else found.as_text(lang))


@app.command()
@says_problems
def rerun(store: Annotated[Path, typer.Argument(help="The folder `archivio` of a stored run.")]) -> None:
    """Compute a stored run again with its own law and inputs; exit 1 if any cent differs."""
    from tavolo.bonus.io import rerun as again

    same, sentence = again(store)
    typer.echo(sentence)
    if not same:
        raise typer.Exit(1)


@app.command()
@says_problems
def law(
    on: Annotated[str, typer.Option("--on", help="The day asked about.")],
    lang: Lang = "it",
    key: Annotated[str | None, typer.Option("--key", help="Only this parameter.")] = None,
) -> None:
    """Print what the law says on a day, why, and where sources disagree."""
    from tavolo.bonus.law.show import law_lines

    for line in law_lines(_day(on), _lang(lang), key):
        typer.echo(line)


@app.command()
@says_problems
def schema() -> None:
    """Print the JSON Schema of a plan file."""
    from tavolo.bonus.rules.plan_spec import plan_schema

    typer.echo(json.dumps(plan_schema(), indent=1, ensure_ascii=False))


@app.command()
@says_problems
def indicators() -> None:
    """Print the indicators of the ministry's form with plain explanations."""
    from tavolo.bonus.library import ministry_indicators

    for item in ministry_indicators():
        typer.echo(
            f"{item.number:>2}. {item.name}\n    {item.explanation}\n    unità: {item.unit}; esempio: "
            f"{item.example}"
        )
        if item.warning:
            typer.echo(f"    attenzione: {item.warning}")


@app.command("check-cases")
@says_problems
def check_cases(
    file: Annotated[Path, typer.Argument(help="Worked cases (YAML).", metavar="FILE.yaml")],
) -> None:
    """Run worked cases and compare every figure; exit 1 on any difference."""
    from tavolo.bonus.cases.runner import run_cases
    from tavolo.bonus.law.tree import load_law
    from tavolo.bonus.yaml_text import read_yaml

    outcomes = run_cases(read_yaml(file), load_law())
    for outcome in outcomes:
        typer.echo(outcome.line())
    wrong = [outcome.case_id for outcome in outcomes if not outcome.passed]
    shown = sum(1 for outcome in outcomes if outcome.verdict == "COMPARISON ONLY")
    typer.echo(
        f"{len(outcomes)} cases: {len(outcomes) - len(wrong) - shown} agree, {shown} for comparison "
        f"only, {len(wrong)} differ or fail"
    )
    if wrong:
        raise typer.Exit(1)
