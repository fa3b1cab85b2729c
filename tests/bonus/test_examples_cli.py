"""The packaged examples through the command line: what a payroll office does from file to letter."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from tavolo.bonus.cli import app
from tavolo.bonus.library import PLANS, example_plans

NAMES = ["a_rate", "griglia_tre_indicatori", "quadro_territoriale", "scanlon", "senza_incremento"]


def call(command: str, name: str, *more: str, paid_on: str = "2026-06-15"):
    folder = PLANS / name
    files = [
        str(folder / "plan.yaml"),
        "--workers",
        str(folder / "lavoratori.csv"),
        "--results",
        str(folder / "risultati.csv"),
    ]
    return CliRunner().invoke(app, [command, *files, "--paid-on", paid_on, *more])


def amounts(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def euro(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def test_the_five_examples_are_there():
    assert [folder.name for folder in example_plans()] == NAMES
    rows = amounts(PLANS / "quadro_territoriale" / "lavoratori.csv")
    assert len(rows) == 37


@pytest.mark.parametrize("name", NAMES)
def test_each_example_gives_payouts_whose_lines_add_up(name, tmp_path):
    result = call("simulate", name, "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    for row in amounts(tmp_path / "importi.csv"):
        taken = (
            "contributi lavoratore",
            "imposta sostitutiva",
            "IRPEF",
            "detrazione persa",
            "addizionali",
            "contributi su fringe",
        )
        lines = sum((euro(row[name_]) for name_ in taken if name_ in row), Decimal(0))
        assert euro(row["in denaro"]) - lines == euro(row["netto"])
        assert euro(row["in denaro"]) + euro(row.get("convertito in welfare", "0")) == euro(row["lordo"])
    sheet = openpyxl.load_workbook(tmp_path / "importi.xlsx")["importi"]
    assert sheet.max_row == len(amounts(tmp_path / "importi.csv")) + 1


def test_the_scanlon_payouts_sum_to_the_pool(tmp_path):
    result = call("simulate", "scanlon", "--out", str(tmp_path))
    total = sum(euro(row["lordo"]) for row in amounts(tmp_path / "importi.csv"))
    # 0.44 x 4,420,000 - 1,842,500 = 102,300 of gain; a quarter held back, three quarters of the rest
    assert total == Decimal("57543.75")
    assert "102.300 €" in result.output


def test_the_plan_without_increment_is_due_but_refused_the_relief(tmp_path):
    result = call("simulate", "senza_incremento", "--out", str(tmp_path))
    assert "No: il risultato non supera" in result.output
    assert all(
        euro(row["imposta sostitutiva"]) == 0 and euro(row["IRPEF"]) > 0
        for row in amounts(tmp_path / "importi.csv")
    )


def test_each_instalment_is_taxed_by_the_year_it_is_paid_in(tmp_path):
    call("simulate", "a_rate", "--out", str(tmp_path))
    rows = [row for row in amounts(tmp_path / "importi.csv") if euro(row["imponibile agevolato"]) > 0]
    for row in rows:
        rate = Decimal("0.05") if row["pagato il"].endswith("2025") else Decimal("0.01")
        assert abs(euro(row["imponibile agevolato"]) * rate - euro(row["imposta sostitutiva"])) <= Decimal(
            "0.005"
        )


def test_values_from_memory_are_named_in_the_result():
    assert "Valore da confermare" in call("simulate", "scanlon").output
    assert "Value to confirm" in call("simulate", "scanlon", "--lang", "en").output


def test_a_stored_run_gives_the_same_cents_again_and_notices_a_change(tmp_path):
    call("simulate", "griglia_tre_indicatori", "--out", str(tmp_path))
    store = tmp_path / "archivio"
    assert (
        CliRunner().invoke(app, ["rerun", str(store)]).output.strip()
        == "gli stessi centesimi per ogni lavoratore"
    )
    english = CliRunner().invoke(app, ["rerun", str(store), "--lang", "en"]).output
    assert english.strip() == "the same cents for every worker"
    workers = store / "lavoratori.csv"
    workers.write_text(workers.read_text().replace("1001;", "9001;"))
    again = CliRunner().invoke(app, ["rerun", str(store), "--lang", "en"])
    assert again.exit_code == 1
    assert "has changed" in again.output


def test_explain_in_both_languages_and_as_json():
    assert "Ore di presenza" in call("explain", "quadro_territoriale", "--worker", "1001").output
    assert (
        "Hours of presence"
        in call("explain", "quadro_territoriale", "--worker", "1001", "--lang", "en").output
    )
    found = json.loads(call("explain", "quadro_territoriale", "--worker", "1001", "--json").output)
    assert {"worker", "sections", "gross", "net"} <= set(found)
    unknown = call("explain", "quadro_territoriale", "--worker", "RSSMRA")
    assert unknown.exit_code == 2
    assert "nessun lavoratore ha quella matricola" in unknown.output


def test_letters_are_one_pdf_with_every_worker(tmp_path):
    result = call("simulate", "senza_incremento", "--out", str(tmp_path), "--letters")
    assert result.exit_code == 0, result.output
    reader = PdfReader(tmp_path / "lettere" / "lettere-0001.pdf")
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert len(reader.pages) >= 15
    assert "Netto in busta" in text
    assert "art2" in text


def test_problems_of_a_payroll_file_stop_with_nothing_written(tmp_path):
    folder = PLANS / "quadro_territoriale"
    broken = tmp_path / "paghe.csv"
    broken.write_text((folder / "lavoratori.csv").read_text().replace("1.211,5", "boh", 1))
    result = CliRunner().invoke(app, [
        "simulate", str(folder / "plan.yaml"), "--workers", str(broken), "--results",
        str(folder / "risultati.csv"),
        "--paid-on", "2026-06-15", "--out", str(tmp_path / "out"),
    ])  # fmt: skip
    assert result.exit_code == 2
    assert "paghe.csv, riga 2, colonna H «ore lavorate»: non è un numero" in result.output
    assert not (tmp_path / "out").exists()


def test_a_payment_the_law_does_not_cover_stops_with_a_sentence():
    result = call("simulate", "scanlon", paid_on="2015-06-15")
    assert result.exit_code == 2
    assert "la legge non ha un valore" in result.output


def test_fairness_compare_and_what_if_answer():
    assert "portato da mol" in call("fairness", "griglia_tre_indicatori").output
    assert "vale di più" in call("compare", "griglia_tre_indicatori", "--worker", "1003").output
    changed = call("what-if", "griglia_tre_indicatori", "--set", "mol=17").output
    assert "persone con altro netto: 64" in changed
    later = call("what-if", "griglia_tre_indicatori", "--other-paid-on", "2028-06-15").output
    assert "lordo: 91.947,15 € -> 91.947,15 €" in later
    assert "persone con altro netto: 6" in later
    none = call("compare", "scanlon", "--worker", "1003")
    assert none.exit_code == 2
    assert "c'è solo il denaro" in none.output


def test_solve_says_all_or_none():
    some = call("solve", "scanlon", "--unknown", "gross", "--worker", "1003", "--target", "2000")
    assert "soluzioni: 1" in some.output
    none = call(
        "solve",
        "griglia_tre_indicatori",
        "--unknown",
        "mol",
        "--target",
        "95000",
        "--wanted",
        "gross",
        "--low",
        "19",
        "--high",
        "20",
    )
    assert "nessuna soluzione" in none.output
    assert "la più vicina sotto" in none.output


def test_the_command_does_not_load_django():
    code = (
        "import sys, tavolo.bonus.cli; "
        "sys.exit(any(m.split('.')[0] in ('django', 'numpy', 'yaml') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_two_files_of_one_name_are_both_kept_and_a_damaged_store_is_told(tmp_path):
    folder = PLANS / "a_rate"
    for name, source in (("lavoratori", "A"), ("risultati", "B")):
        (tmp_path / source).mkdir()
        (tmp_path / source / "dati.csv").write_bytes((folder / f"{name}.csv").read_bytes())
    files = ["--workers", str(tmp_path / "A/dati.csv"), "--results", str(tmp_path / "B/dati.csv")]
    command = ["simulate", str(folder / "plan.yaml"), *files, "--paid-on", "2026-06-15", "--out"]
    assert CliRunner().invoke(app, [*command, str(tmp_path / "out")]).exit_code == 0
    store = tmp_path / "out/archivio"
    assert CliRunner().invoke(app, ["rerun", str(store)]).exit_code == 0
    (store / "dati.csv").unlink()
    for said in ("manca questo file", "non è completo", "altro formato"):
        again = CliRunner().invoke(app, ["rerun", str(store)])
        assert again.exit_code == 2
        assert said in again.output
        shorter = "[1]" if said == "non è completo" else '{"format": "tavolo-bonus-run/1"}'
        (store / "esecuzione.json").write_text(shorter)
    refused = CliRunner().invoke(app, [*command, str(tmp_path / "A/dati.csv")])
    assert refused.exit_code == 2
    assert "qui non si può scrivere" in refused.output


def test_what_a_worker_lacks_is_named_by_its_row(tmp_path):
    folder = PLANS / "senza_incremento"
    text = (folder / "lavoratori.csv").read_text(encoding="utf-8")
    (tmp_path / "paghe.csv").write_text(
        text.replace("20.139,22", "").replace("20.332,85", ""), encoding="utf-8"
    )
    command = ["simulate", str(folder / "plan.yaml"), "--workers", str(tmp_path / "paghe.csv")]
    found = CliRunner().invoke(
        app, [*command, "--results", str(folder / "risultati.csv"), "--paid-on", "2026-06-15"]
    )
    assert found.exit_code == 2
    for row in (3, 4):
        assert f"paghe.csv, riga {row}, colonna H «reddito imponibile»: una parte è tassata" in found.output
    assert found.output.strip().endswith("2 problemi: non è stato scritto nulla. Correggerli e riprovare.")
