"""Files that people send: every error with its row, bombs and wrong kinds refused in a sentence."""

import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tavolo.network.matching.errors import InputError, InputErrors
from tavolo.network.matching.places import gazetteer
from tavolo.network.matching.read_obligations import (
    cents_of,
    nearly_equal,
    read_credit_limits,
    read_obligations,
)
from tavolo.network.matching.read_sheets import read_market
from tavolo.network.matching.sheets import Kind, Slot

HEADINGS = ["ruolo", "id", "impresa", "genere", "testo", "quantità", "unità"]
HEADINGS += ["dal", "al", "giorni", "comune", "ateco"]
NEED = ["bisogno", "b1", "Rossi", "spazio", "Magazzino", "3", "posti"]
NEED += ["1/9/2026", "30/9/2026", "lun mattina", "Rho", ""]
OFFER = ["offerta", "o1", "Bianchi", "spazio", "Deposito", "5", "posti"]
OFFER += ["2026-09-10", "", "lun, mar", "Cinisello", "52.10.10"]


def csv_file(folder: Path, *rows: list[object], name: str = "schede.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(";".join(map(str, row)) for row in rows), encoding="utf-8")
    return path


def test_a_spreadsheet_line_becomes_a_sheet(tmp_path) -> None:
    market = read_market(csv_file(tmp_path, HEADINGS, NEED, OFFER))
    need, offer = market.needs[0], market.offers[0]
    assert (need.kind, need.quantity, need.unit) == (Kind.SPACE, 3, "posti")
    assert (need.start, need.end) == (date(2026, 9, 1), date(2026, 9, 30))
    assert need.slots == {Slot(0, "am")}
    assert offer.slots == {Slot(0, "am"), Slot(0, "pm"), Slot(1, "am"), Slot(1, "pm")}
    assert offer.place.name == "Cinisello Balsamo"
    assert offer.activity == "52.10.10"


def test_a_workbook_with_two_tabs_needs_no_column_for_the_role(tmp_path) -> None:
    book = openpyxl.Workbook()
    needs = book.active
    needs.title = "Bisogni"
    needs.append(["id", "testo", "dal"])
    needs.append(["b1", "Un tornio", date(2026, 9, 1)])
    offers = book.create_sheet("Offerte")
    offers.append(["id", "testo"])
    offers.append([7, "Officina meccanica"])
    book.save(tmp_path / "schede.xlsx")
    market = read_market(tmp_path / "schede.xlsx")
    assert market.needs[0].start == date(2026, 9, 1)
    assert market.offers[0].id == "7"


def test_the_order_of_rows_changes_nothing(tmp_path) -> None:
    other = ["offerta", "o0", *OFFER[2:]]
    one = read_market(csv_file(tmp_path, HEADINGS, NEED, OFFER, other))
    two = read_market(csv_file(tmp_path, HEADINGS, other, OFFER, NEED))
    assert (one.needs, one.offers) == (two.needs, two.offers)


def test_all_wrong_cells_are_told_at_once_with_row_and_column(tmp_path) -> None:
    wrong = ["offerta", "o2", "", "nave", "", "-1", "", "31/2/2026", "", "quando capita", "", "99.99.99"]
    with pytest.raises(InputErrors) as caught:
        read_market(csv_file(tmp_path, HEADINGS, NEED, OFFER, wrong))
    found = {(error.row, error.column) for error in caught.value.errors}
    assert found == {(4, name) for name in ("text", "kind", "quantity", "start", "slots", "activity")}
    assert "riga 4, colonna «start»: «31/2/2026» non è una data" in str(caught.value)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["offerta", "b1", *OFFER[2:]], "«b1» è usato 2 volte"),
        (["forse", *OFFER[1:]], "non è un ruolo"),
        ([*OFFER[:7], "2/9/2026", "1/9/2026", *OFFER[9:]], "viene prima dell'inizio"),
    ],
    ids=["same id twice", "unknown role", "end before start"],
)
def test_what_cannot_be_meant_is_refused(tmp_path, row, said) -> None:
    with pytest.raises((InputError, InputErrors), match=said):
        read_market(csv_file(tmp_path, HEADINGS, NEED, row))


def test_an_unknown_place_is_a_warning_not_an_error(tmp_path) -> None:
    market = read_market(csv_file(tmp_path, HEADINGS, NEED, [*OFFER[:10], "Monzaa", ""]))
    assert "forse Monza?" in market.warnings[0]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("schede.pdf", b"%PDF-1.7", "non so leggere un file «.pdf»"),
        ("schede.csv", b"PK\x03\x04....", "non è un file di testo"),
        ("schede.csv", b"", "è vuoto"),
        ("schede.xlsx", b"ruolo;id;testo", "non è una cartella XLSX"),
        ("schede.json", b'{"needs": [', "non è un JSON valido"),
        ("schede.json", b'{"needs": []}', "elenchi «needs» e «offers»"),
        ("schede.json", b'{"needs": [{"id": "a", "id": "b"}], "offers": []}', "ripete una chiave"),
        ("schede.json", b"[" * 100_000, "annidato|valido"),
    ],
)
def test_other_kinds_of_file_are_refused_in_a_sentence(tmp_path, name, content, said) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_market(path)


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path) -> None:
    path = tmp_path / "bomba.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    with pytest.raises(InputError, match="si aprirebbe in 300 MB"):
        read_market(path)


def test_too_many_rows_are_refused_while_they_are_read(tmp_path) -> None:
    book = openpyxl.Workbook(write_only=True)
    tab = book.create_sheet("Bisogni")
    for number in range(300):
        tab.append(["id", "testo"] if number == 0 else [f"b{number}", "x"])
    book.save(tmp_path / "lungo.xlsx")
    from tavolo.network.matching.tables import read_rows

    with pytest.raises(InputError, match="più di 100 righe"):
        list(read_rows(tmp_path / "lungo.xlsx", max_rows=100))


@pytest.mark.parametrize(
    ("told", "cents"),
    [
        ("12", 1200),
        ("12,5", 1250),
        ("0.07", 7),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1.234.567", 123456700),
        ("€ 3,10", 310),
        (0.1 + 0.2, 30),
        (1234567.89, 123456789),
    ],
)
def test_amounts_are_exact_however_they_are_written(told, cents) -> None:
    assert cents_of(told) == cents


@pytest.mark.parametrize("told", ["", "dieci", "1,234", "1.234", "0", "-5", "1e400", "nan", 0.125, True])
def test_amounts_that_are_not_plain_are_refused(told) -> None:
    with pytest.raises(ValueError, match=r"."):
        cents_of(told)


def test_obligations_add_up_by_pair_and_errors_name_the_row(tmp_path) -> None:
    path = csv_file(
        tmp_path, ["debitore", "creditore", "importo"], ["A", "B", "1,10"], ["A", "B", "2"], ["B", "A", 5]
    )
    obligations = read_obligations(path)
    assert obligations.cents.tolist() == [310, 500]
    bad = csv_file(
        tmp_path, ["debitore", "creditore", "importo"], ["A", "A", "1"], ["", "B", "2"], ["B", "A", "x"]
    )
    with pytest.raises(InputErrors) as caught:
        read_obligations(bad)
    assert [error.row for error in caught.value.errors] == [2, 3, 4]


def test_obligations_may_come_in_a_workbook(tmp_path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Debitore", "Creditore", "Importo"])
    book.active.append(["A", "B", 10.25])
    book.active.append([101, "A", "1.000,00"])
    book.save(tmp_path / "debiti.xlsx")
    obligations = read_obligations(tmp_path / "debiti.xlsx")
    assert obligations.firms == ("101", "A", "B")
    assert sorted(obligations.cents.tolist()) == [1025, 100000]


def test_names_in_the_old_windows_alphabet_are_read(tmp_path) -> None:
    path = tmp_path / "debiti.csv"
    path.write_bytes("debitore;creditore;importo\nViganò;Società Sarà;3,50\n".encode("cp1252"))
    assert read_obligations(path).firms == ("Società Sarà", "Viganò")


def test_credit_limits_name_firms_that_owe_or_are_owed(tmp_path) -> None:
    path = csv_file(tmp_path, ["impresa", "puo_dovere", "puo_avere"], ["A", "100", "0"], ["Z", "1", "1"])
    with pytest.raises(InputErrors, match="«Z» non ha obbligazioni"):
        read_credit_limits(path, ("A", "B"))
    good = csv_file(tmp_path, ["impresa", "puo_dovere", "puo_avere"], ["A", "100", ""])
    assert read_credit_limits(good, ("A", "B")) == {"A": (10000, 0)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b,10\n\n\nb,b,3\n", ["o.csv, riga 5: «b» è debitore di sé stesso"]),
        ('a,"b\nc",10\nd,e,x\n', ["o.csv, riga 4, colonna «importo»: «x» non è un importo in euro"]),
        ("a,b,10\n\nc,a\n", ["o.csv, riga 4: la riga ha 2 celle, l'intestazione 3"]),
    ],
)
def test_a_wrong_obligation_is_named_by_its_line_in_the_file(
    tmp_path: Path, text: str, said: list[str]
) -> None:
    path = tmp_path / "o.csv"
    path.write_text("debitore,creditore,importo\n" + text, encoding="utf-8")
    with pytest.raises((InputError, InputErrors)) as caught:
        read_obligations(path)
    told = str(caught.value).splitlines()
    assert len(told) == len(said)
    assert all(line.startswith(start) for line, start in zip(told, said, strict=True))


def test_a_plain_table_of_seeking_and_offering_needs_neither_ids_nor_roles(tmp_path: Path) -> None:
    path = tmp_path / "schede.csv"
    path.write_text(
        "Tipo;Azienda;Descrizione\nCerco;Rossi;saldatore\nOffro;Verdi;capannone\n", encoding="utf-8"
    )
    market = read_market(path)
    assert [(one.id, one.firm, one.kind) for one in (*market.needs, *market.offers)] == [
        ("bisogno 2", "Rossi", None),
        ("offerta 3", "Verdi", None),
    ]


def test_title_and_description_are_one_text_and_unread_columns_are_told(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        ["Elenco 2026", "", "", ""],
        ["Ruolo", "Titolo", "Descrizione", "Telefono"],
        ["cerco", "Tornio", "ottone, 200 pezzi", "02"],
        ["offro", "Fresa", "", "03"],
    )
    market = read_market(path)
    assert market.needs[0].text == "Tornio. ottone, 200 pezzi"
    assert market.offers[0].text == "Fresa"
    assert market.warnings == ("colonne non lette: telefono",)


@pytest.mark.parametrize(
    ("told", "quantity", "unit"), [("1.000", 1000, ""), ("12.500 kg", 12500, "kg"), ("3 posti", 3, "posti")]
)
def test_whole_quantities_have_points_for_thousands_and_may_name_their_unit(
    tmp_path: Path, told: str, quantity: int, unit: str
) -> None:
    path = csv_file(
        tmp_path, ["ruolo", "testo", "quantità"], ["cerco", "viti", told], ["offro", "viti inox", ""]
    )
    need = read_market(path).needs[0]
    assert (need.quantity, need.unit) == (quantity, unit)


def test_one_firm_written_in_two_ways_is_one_firm(tmp_path: Path) -> None:
    rows = [
        ["cerco", "tornio", "ROSSI s.r.l."],
        ["offro", "tornio", "Rossi SRL"],
        ["offro", "pressa", "Rossi spa"],
    ]
    market = read_market(csv_file(tmp_path, ["ruolo", "testo", "impresa"], *rows))
    assert market.needs[0].firm == market.offers[0].firm != market.offers[1].firm
    assert market.warnings == ("«ROSSI s.r.l.» e «Rossi SRL» sono trattate come una sola impresa",)


def test_needs_and_offers_in_lists_of_their_own_may_be_numbered_alike(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.write_text('{"needs": [{"id": 1, "text": "a"}], "offers": [{"id": 1, "text": "b"}]}')
    assert read_market(path).needs[0].id == read_market(path).offers[0].id == "1"
    path.write_text(
        '{"needs": [{"id": 1, "text": "a"}], "offers": [{"id": 1, "text": "b"}, {"id": 1, "text": ""}, 3, '
        '{"id": 1, "text": "c"}]}'
    )
    with pytest.raises(InputErrors) as caught:
        read_market(path)
    assert str(caught.value).splitlines() == [
        "m.json, «offers», elemento 2, colonna «text»: manca il testo della scheda",
        "m.json: l'elemento 3 di «offers» non è un oggetto con «id» e «text»",
        "m.json, colonna «id»: l'identificativo «1» è usato 3 volte "
        "(elemento «needs» 1, «offers» 1, «offers» 4): ogni scheda ne vuole uno suo",
    ]


def test_obligations_as_an_italian_office_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "debiti.csv"
    path.write_bytes(
        "\ufeffsep=;\r\nDEBITORE;Creditore;Importo (€);Note\r\n"
        "Rossi  srl;B;1.000;\r\n;;;\r\nB;Rossi srl;€ 1.234,50;x\r\n"
        "B;Rossi\u00a0srl;1\u202f000,5;\r\n;;;\r\n".encode()
    )
    obligations = read_obligations(path)
    assert obligations.firms == ("B", "Rossi srl")
    assert obligations.cents.tolist() == [123450 + 100050, 100000]
    path.write_text("debitore;creditore;importo\nA;B;1.000\nB;A;2.50\n")
    with pytest.raises(InputErrors, match=r"riga 2.*«1.000» è ambiguo"):
        read_obligations(path)
    path.write_text("debitore;creditore;importo\n;;\nA;B;nan\n")
    with pytest.raises(InputErrors, match="riga 3, colonna «importo»: «nan» non è un importo"):
        read_obligations(path)


def test_firms_that_are_nearly_alike_are_told_and_kept_apart() -> None:
    told = nearly_equal(("A", "Rossi SRL", "Rossi s.r.l.", "Verdi"))
    assert len(told) == 1
    assert "«Rossi SRL» e «Rossi s.r.l.»" in told[0]
    assert nearly_equal(("A", "B")) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("impresa;limite\nA;5\n", "servono le colonne impresa, puo_dovere, puo_avere"),
        ("impresa;puo_dovere;puo_avere\nA;5;5\nA;1;1\n", "riga 3.*ha già i suoi limiti"),
        ("impresa;puo_dovere;puo_avere\n;5;5\n", "manca il nome"),
    ],
)
def test_credit_limits_that_would_be_lost_are_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "limiti.csv"
    path.write_text(text)
    with pytest.raises((InputError, InputErrors), match=said):
        read_credit_limits(path, ("A", "B"))


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("Cinisello B.mo", "Cinisello Balsamo"),
        ("S. Donato M.se", "San Donato Milanese"),
        ("Sesto S.G.", "Sesto San Giovanni"),
        ("S.", None),
        ("A.B.", None),
        ("[x].*", None),
    ],
)
def test_places_may_be_shortened_as_people_shorten_them(told: str, place: str | None) -> None:
    found = gazetteer().find(told)
    assert (found and found.name) == place


def test_warnings_that_differ_only_by_row_are_one(tmp_path: Path) -> None:
    rows = [["cerco", f"tornio {at}", "Vattelapesca"] for at in range(10)]
    market = read_market(
        csv_file(tmp_path, ["ruolo", "testo", "comune"], *rows, ["offro", "tornio", "Monza"])
    )
    assert len(market.warnings) == 1
    assert market.warnings[0].startswith("righe 2, 3, 4, 5, 6, 7, 8, 9 e altre 2: il luogo «Vattelapesca»")
    assert [need.id for need in market.needs][-1] == "bisogno 11"
