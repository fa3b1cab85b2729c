"""`tavolo bonus`: design, compute, prove and explain a productivity bonus from the command line.

Exit codes: 0 done, 1 a comparison failed (check-cases, rerun), 2 the input has a problem, said in sentences.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

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
    writable,
)
from tavolo.bonus.cli_study import study

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


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

    day, choices, language = day_of(paid_on), choices_of(choice), lang_of(lang)
    if letters and out is None:
        raise typer.BadParameter("--letters needs --out, the folder to write them in")
    inputs = run_files(plan, workers, results, day, choices)
    typer.echo(summary(inputs, language))
    if out is None:
        return
    with writable(out):
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

    inputs = run_files(plan, workers, results, day_of(paid_on), choices_of(choice))
    found = Explainer(inputs.run, lang_of(lang)).explain(inputs.run.workers.position(worker))
    typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=1) if as_json else found.as_text(lang))


@app.command()
@says_problems
def rerun(
    store: Annotated[Path, typer.Argument(help="The folder `archivio` of a stored run.")], lang: Lang = "it"
) -> None:
    """Compute a stored run again with its own law and inputs; exit 1 if any cent differs."""
    from tavolo.bonus.io import rerun as again
    from tavolo.bonus.italian import in_italian

    same, sentence = again(store)
    typer.echo(in_italian(sentence) if lang_of(lang) == "it" else sentence)
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

    for line in law_lines(day_of(on), lang_of(lang), key):
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
    from tavolo.bonus.cases.sheet import CaseError
    from tavolo.bonus.law.tree import load_law
    from tavolo.bonus.yaml_text import read_yaml
    from tavolo.common.errors import Problem

    try:
        outcomes = run_cases(read_yaml(file), load_law())
    except CaseError as error:
        raise Problem(str(error), file=file.name) from None
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


app.registered_commands += study.registered_commands
