"""`tavolo convergence analyse`: files in, files out, a short summary, exit codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tavolo.dialogue.convergence.cli import app

VOTES = "participant,statement,vote\nanna,1,1\nanna,2,-1\nbruno,1,1\nbruno,2,1\ncarla,1,0\n"


def run(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def votes(tmp_path: Path) -> Path:
    path = tmp_path / "votes.csv"
    path.write_text(VOTES)
    return path


def test_summary_in_italian_and_english(votes: Path) -> None:
    italian, english = run("analyse", votes), run("analyse", votes, "--lang", "en")
    assert italian.exit_code == english.exit_code == 0
    assert "3 partecipanti, 5 voti su 2 affermazioni" in italian.stdout
    assert "3 participants, 5 votes on 2 statements" in english.stdout


def test_summary_counts_one_as_one(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("participant,statement,vote\nanna,1,1\n")
    assert "1 partecipante, 1 voto su 1 affermazione." in run("analyse", path).stdout
    assert "1 participant, 1 vote on 1 statement." in run("analyse", path, "--lang", "en").stdout


@pytest.mark.parametrize(("lang", "named"), [("it", "convergenza contro"), ("en", "convergence against")])
def test_summary_names_verdicts_as_the_report_does(tmp_path: Path, lang: str, named: str) -> None:
    path, report = tmp_path / "votes.csv", tmp_path / "report.html"
    path.write_text("participant,statement,vote\n" + "".join(f"p{i},1,-1\n" for i in range(20)))
    ran = run("analyse", path, "--lang", lang, "--out", report)
    assert f"1  {named}" in ran.stdout
    assert f"<strong>{named.capitalize()}" in report.read_text()


def test_names_cannot_steer_the_terminal(votes: Path, tmp_path: Path) -> None:
    groups = tmp_path / "groups.csv"
    groups.write_text("participant,group\nanna,\x1b[31mrosso\nbruno,B\n")
    ran = run("analyse", votes, "--groups", groups)
    assert ran.exit_code == 0
    assert "\x1b" not in ran.stdout


def test_declared_groups_with_census_and_several_outputs(votes: Path, tmp_path: Path) -> None:
    groups, census = tmp_path / "groups.csv", tmp_path / "census.csv"
    groups.write_text("participant,group\nanna,Imprese\nbruno,Lavoro\ncarla,Lavoro\n")
    census.write_text("group,size\nImprese,10\nLavoro,200\n")
    outs = [tmp_path / f"result{suffix}" for suffix in (".json", ".csv", ".html", ".pdf")]
    flags = [part for out in outs for part in ("--out", out)]
    ran = run("analyse", votes, "--groups", groups, "--census", census, *flags)
    assert ran.exit_code == 0, ran.output
    assert "Non ancora sentiti: Imprese 9, Lavoro 198" in ran.stdout
    document = json.loads(outs[0].read_text())
    first = document["statements"][0]["by_group"][0]
    assert (first["group"], first["kind"], first["size"], first["unheard"]) == ("Imprese", "declared", 10, 9)
    assert outs[2].read_text().lstrip().lower().startswith("<!doctype html")
    assert outs[3].read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere"], "there is no such file or folder"),
        (["{votes}", "--out", "{dir}/result.doc"], "cannot be written as .doc"),
        (["{votes}", "--out", "{dir}/none/result.json"], "the folder does not exist"),
        (["{votes}", "--census", "{votes}"], "a census needs declared groups"),
        (["{votes}", "--groups", "{votes}"], "no column for the group"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_two(
    votes: Path, arguments: list[str], sentence: str
) -> None:
    filled = [part.format(votes=votes, dir=votes.parent) for part in arguments]
    ran = run("analyse", *filled, "--lang", "en")
    assert ran.exit_code == 2
    assert sentence in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("source", ["file", "folder"])
def test_results_never_overwrite_the_votes(votes: Path, source: str) -> None:
    ran = run("analyse", votes if source == "file" else votes.parent, "--out", votes, "--lang", "en")
    assert ran.exit_code == 2
    assert "this file is read, not written" in ran.stderr
    assert votes.read_text() == VOTES


def test_attribution_is_stated_in_the_results(votes: Path, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    ran = run("analyse", votes, "--attribution", "Comune di Milano, CC BY 4.0", "--out", out)
    assert ran.exit_code == 0
    assert json.loads(out.read_text())["source"]["attribution"] == "Comune di Milano, CC BY 4.0"


def test_errors_speak_italian_by_default() -> None:
    ran = run("analyse", "nowhere")
    assert ran.exit_code == 2
    assert ran.stderr.startswith("Errore: nowhere: non esiste nessun file o cartella con questo nome")


def test_timing_prints_a_line_per_stage_and_the_total(votes: Path) -> None:
    ran = run("analyse", votes, "--timing")
    found = dict(re.findall(r"^([a-z_ ]+): ([0-9.]+)$", ran.stdout, re.MULTILINE))
    stages = ("reading", "sums", "axes", "projection", "groups", "statistics", "representative statements")
    assert set(found) == {*stages, "analysis_seconds"}
    total = sum(float(found[stage]) for stage in stages[1:])
    assert float(found["analysis_seconds"]) == pytest.approx(total, abs=1e-5)


def test_help_starts_without_numpy() -> None:
    heavy = "{'numpy', 'scipy', 'sklearn'}"
    code = f"import sys, tavolo.dialogue.convergence.cli; print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_analysis_never_loads_scikit_learn_or_django(votes: Path) -> None:
    code = (
        "import sys\nfrom tavolo.dialogue.convergence.analysis import analyse\n"
        f"analyse({str(votes)!r}).to_json()\n"
        "print(sorted({'sklearn', 'django', 'pandas', 'pyarrow'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
