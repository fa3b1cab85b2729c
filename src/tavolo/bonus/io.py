"""From files to a run and back: the plan, the workers, the results; payouts, slips and the frozen run."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tavolo.bonus.italian import in_italian
from tavolo.bonus.law.tree import load_law
from tavolo.bonus.payroll import Payroll, read_workers
from tavolo.bonus.results import read_results
from tavolo.bonus.rules.errors import PlanError, WorkersError
from tavolo.bonus.rules.explain import Explainer
from tavolo.bonus.rules.money import euros, format_euro
from tavolo.bonus.rules.needs import expected_columns, known_levels, needed_columns
from tavolo.bonus.rules.net import LINES
from tavolo.bonus.rules.parameters import GoverningDates, LawTree
from tavolo.bonus.rules.plan import Plan, parse_plan
from tavolo.bonus.rules.run import Run, simulate
from tavolo.bonus.rules.terms import contribution_rate, payment_reader
from tavolo.bonus.sheets import write_csv, write_xlsx
from tavolo.bonus.yaml_text import parse_yaml, read_yaml
from tavolo.common.errors import Problem

XLSX_ROWS = 200_000
#: column of the payouts file -> line of the slips
COLUMNS: dict[str, str] = {
    "welfare": "convertito in welfare", "uplift": "maggiorazione welfare", "cash": "in denaro",
    "relieved": "quota senza contributi", "contributions": "contributi lavoratore",
    "flat_base": "imponibile agevolato",
    "flat_tax": "imposta sostitutiva", "ordinary_base": "imponibile ordinario",
    "fringe_taxable": "fringe imponibili",
    "fringe_contributions": "contributi su fringe", "income_tax": "IRPEF",
    "deduction_lost": "detrazione persa",
    "surtax": "addizionali", "net": "netto", "employer_contributions": "contributi datore",
    "solidarity": "contributo di solidarietà", "severance": "TFR",
}  # fmt: skip


@dataclass(frozen=True)
class Inputs:
    """Files of a run, read."""

    plan: Plan
    plan_text: str
    payroll: Payroll
    run: Run


def read_plan(path: Path) -> Plan:
    """The plan of a file; Problem with one sentence per line when it is not well formed."""
    try:
        return parse_plan(read_yaml(path))
    except PlanError as error:
        sentences = "\n".join(f"  - {sentence}" for sentence in error.problems)
        raise Problem(f"the plan cannot be used:\n{sentences}", file=path.name) from None


def run_files(
    plan_path: Path, workers: Path, results: Path, paid_on: date, choices: dict[str, str] | None = None,
    law: LawTree | None = None,
) -> Inputs:  # fmt: skip
    """Read the files and run the plan. Problem, PayrollProblems or RuleError carry the sentences."""
    plan = read_plan(plan_path)
    law = law or load_law()

    def rates(name: str) -> Decimal:
        days = [item.paid_on or paid_on for item in plan.instalments]
        reader = payment_reader(law, GoverningDates(plan.signed_on, plan.period[1], max(days)))
        return contribution_rate(reader, name)

    payroll = read_workers(workers, rates, needed_columns(plan), expected_columns(plan), known_levels(plan))
    try:
        run = simulate(plan, payroll.workers, read_results(results, plan), paid_on, law, choices)
    except WorkersError as error:
        raise payroll.problems_of(error) from None
    return Inputs(plan, plan_path.read_text(encoding="utf-8-sig"), payroll, run)


def payout_header(run: Run) -> list[str]:
    """Columns of the payouts file."""
    used = [name for name in COLUMNS if name in _ALWAYS or any(p.lines[name].any() for p in run.payments)]
    return ["matricola", "pagamento", "pagato il", "lordo", *(COLUMNS[name] for name in used)]


_ALWAYS = ("cash", "contributions", "flat_base", "flat_tax", "net", "employer_contributions")


def payout_rows(run: Run) -> Iterator[list[Any]]:
    """One row per worker and payment, amounts as exact decimals, in the order of the workers file."""
    used = [name for name in COLUMNS if name in _ALWAYS or any(p.lines[name].any() for p in run.payments)]
    for position, worker in enumerate(run.workers.ids):
        for payment in run.payments:
            cells = [euros(int(payment.lines[name][position])) for name in used]
            yield [
                str(worker), payment.name, f"{payment.paid_on:%d/%m/%Y}",
                euros(int(payment.gross[position])), *cells,
            ]  # fmt: skip


def write_outputs(inputs: Inputs, folder: Path, lang: str = "it") -> list[Path]:
    """Write payouts (CSV and XLSX), the summary and the frozen run; returns the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    run = inputs.run
    header = payout_header(run)
    csv_path, xlsx_path = folder / "importi.csv", folder / "importi.xlsx"
    write_csv(csv_path, header, ([_comma(cell) for cell in row] for row in payout_rows(run)))
    written = [csv_path]
    if len(run.workers) * len(run.payments) <= XLSX_ROWS:
        write_xlsx(xlsx_path, {"importi": (header, payout_rows(run)), "riepilogo": _summary_sheet(run, lang)})
        written.append(xlsx_path)
    report = folder / "relazione.txt"
    write_text(report, summary(inputs, lang))
    return [*written, report]


def _comma(cell: Any) -> Any:
    return f"{cell:.2f}".replace(".", ",") if isinstance(cell, Decimal) else cell


def _summary_sheet(run: Run, lang: str) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
    explainer = Explainer(run, lang)
    sections = [
        ("importo", explainer.common),
        ("ammissibilità", list(explainer.eligibility.lines)),
        ("note", list(explainer.notes.lines)),
    ]
    rows = (
        [title, line.text, "" if line.cents is None else euros(line.cents), line.clause, line.law]
        for title, lines in sections for line in lines
    )  # fmt: skip
    return ["parte", "riga", "importo", "articolo", "norma"], rows


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def totals(run: Run) -> dict[str, int]:
    """Totals in cents of the whole run."""
    lines = (
        "welfare",
        "uplift",
        "cash",
        "contributions",
        "flat_tax",
        "net",
        "employer_contributions",
        "solidarity",
        "severance",
    )
    found = {name: int(run.total(name).sum()) for name in lines}
    found["ordinary_taxes"] = sum(
        int(run.total(n).sum()) for n in ("income_tax", "deduction_lost", "surtax", "fringe_contributions")
    )
    paid = found["cash"] + found["welfare"] + found["uplift"]
    found["cost"] = paid + found["employer_contributions"] + found["solidarity"] + found["severance"]
    return {"gross": int(run.due.gross.sum()), **found}


_LABELS = {
    "gross": ("Lordo dovuto", "Gross due"), "welfare": ("Convertito in welfare", "Converted into welfare"),
    "uplift": ("Maggiorazione "
        "dell'impresa", "The firm's uplift"), "cash": ("Pagato in denaro", "Paid in cash"),
    "contributions": ("Contributi dei "
        "lavoratori", "Worker contributions"), "flat_tax": ("Imposta sostitutiva", "Flat tax"),
    "ordinary_taxes": ("Imposte ordinarie e contributi su fringe", "Ordinary taxes and fringe contributions"),
    "net": ("Netto in busta", "Net paid"), "employer_contributions": ("Contributi del datore",
    "Employer contributions"),
    "solidarity": ("Contributo di "
        "solidarietà", "Solidarity contribution"), "severance": ("TFR", "Severance accrual"),
    "cost": ("Costo per l'impresa", "Cost for the firm"),
}  # fmt: skip


def summary(inputs: Inputs, lang: str = "it") -> str:
    """The run on one page: amount, eligibility, totals, and every value to confirm."""
    run, index = inputs.run, 0 if lang == "it" else 1
    explainer = Explainer(run, lang)
    out = [run.plan.title, "=" * len(run.plan.title), ""]
    for line in [*explainer.common, *explainer.eligibility.lines]:
        amount = "" if line.cents is None else format_euro(line.cents, lang)
        out.append(f"{amount:>16}  {line.text}" + (f"  [{line.clause}]" if line.clause else ""))
    count = ("lavoratori", "workers")[index]
    out += ["", f"{len(run.workers):>16}  {count}"]
    found = totals(run)
    out += [
        f"{format_euro(cents, lang):>16}  {_LABELS[name][index]}" for name, cents in found.items() if cents
    ]
    out += [
        "",
        *(f"- {line.text}" + (f"  [{line.law}]" if line.law else "") for line in explainer.notes.lines),
    ]
    said = in_italian if lang == "it" else str
    out += [f"- {said(notice)}" for notice in inputs.payroll.notices]
    return "\n".join(out) + "\n"


def frozen(
    inputs: Inputs, workers: Path, results: Path, paid_on: date, choices: dict[str, str]
) -> dict[str, Any]:
    """Everything needed to compute the run again to the same cents: inputs, law text and what came out."""
    law_folder = Path(__file__).resolve().parent / "law"
    names = _stored_names(workers, results)
    return {
        "format": "tavolo-bonus-run/1", "paid_on": paid_on.isoformat(), "choices": choices,
        "plan": inputs.plan_text,
        "law": {p.name: p.read_text(encoding="utf-8") for p in sorted(law_folder.glob("*.yaml"))},
        "law_version": inputs.run.law_version,
        "files": {
            "workers": {"name": names[0], "sha256": _sha(workers)},
            "results": {"name": names[1], "sha256": _sha(results)},
        },
        "payouts_sha256": payouts_digest(inputs.run),
    }  # fmt: skip


def _stored_names(workers: Path, results: Path) -> tuple[str, str]:
    """Names of the two files in the store: their own, unless both have the same one."""
    same = workers.name.casefold() == results.name.casefold()
    return workers.name, f"risultati-{results.name}" if same else results.name


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def payouts_digest(run: Run) -> str:
    """Hash of every cent of the run, worker by worker in the order of their ids."""
    digest = hashlib.sha256()
    order = run.workers.ids.argsort(kind="stable")
    for payment in run.payments:
        digest.update(payment.name.encode())
        for name in ("gross", *LINES):
            column = payment.gross if name == "gross" else payment.lines[name]
            digest.update(name.encode() + column[order].astype("<i8").tobytes())
    return digest.hexdigest()


def write_frozen(folder: Path, record: dict[str, Any], workers: Path, results: Path) -> Path:
    """Store the run with copies of its input files, so that it can be computed again years later."""
    store = folder / "archivio"
    store.mkdir(parents=True, exist_ok=True)
    contents = [path.read_bytes() for path in (workers, results)]
    for name, content in zip(_stored_names(workers, results), contents, strict=True):
        target = store / name
        temporary = target.with_name(target.name + ".tmp")
        temporary.write_bytes(content)
        temporary.replace(target)
    target = store / "esecuzione.json"
    write_text(target, json.dumps(record, ensure_ascii=False, indent=1))
    return target


def rerun(store: Path) -> tuple[bool, str]:
    """Compute a stored run again with its own law and inputs; (same cents?, sentence)."""
    record = _stored(store)
    with tempfile.TemporaryDirectory() as folder:
        law_folder = Path(folder) / "law"
        law_folder.mkdir()
        for name, text in record["law"].items():
            parse_yaml(text, name)
            (law_folder / Path(name).name).write_text(text, encoding="utf-8")
        plan = Path(folder) / "plan.yaml"
        plan.write_text(record["plan"], encoding="utf-8")
        files = {}
        for key, item in record["files"].items():
            files[key] = store / Path(item["name"]).name
            if not files[key].is_file():
                raise Problem("the stored run's file is missing", file=str(files[key]))
            if _sha(files[key]) != item["sha256"]:
                return False, f"{item['name']} is not the file of the stored run: its content has changed"
        again = run_files(
            plan, files["workers"], files["results"], date.fromisoformat(record["paid_on"]),
            record["choices"], load_law(law_folder),
        )  # fmt: skip
    same = payouts_digest(again.run) == record["payouts_sha256"]
    return same, "the same cents for every worker" if same else "the cents differ from the stored run"


_KEPT = {"law": dict, "plan": str, "files": dict, "paid_on": str, "choices": dict, "payouts_sha256": str}


def _stored(store: Path) -> dict[str, Any]:
    """The record of a stored run; Problem when it is not there, of another format or incomplete."""
    try:
        record = json.loads((store / "esecuzione.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Problem("holds no stored run (esecuzione.json)", file=str(store)) from None
    if not isinstance(record, dict) or record.get("format") != "tavolo-bonus-run/1":
        raise Problem("is a stored run of another format", file=str(store / "esecuzione.json"))
    whole = all(isinstance(record.get(key), kind) for key, kind in _KEPT.items()) and all(
        isinstance(record["files"].get(key), dict) and {"name", "sha256"} <= set(record["files"][key])
        for key in ("workers", "results")
    )
    if not whole:
        raise Problem(
            "is not whole: something of the stored run is missing", file=str(store / "esecuzione.json")
        )
    return record
