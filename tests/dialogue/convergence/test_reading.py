"""What the readers accept: Polis exports, long tables, one-file tables, in the shapes offices produce."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from tavolo.dialogue.convergence import records
from tavolo.dialogue.convergence.reading import read, read_census, read_groups
from tavolo.dialogue.convergence.table import UNKNOWN, VoteTable
from tests.shared_data import shared

LONG = "participant,statement,vote\nanna,s1,1\nanna,s2,-1\nbruno,s1,0\n"
SETS = {
    "15-per-hour-seattle": (339, 54, 2872),
    "austria-climate.5twd2jsnkf.2022-08-08": (1116, 522, 61384),
    "brexit-consensus": (204, 50, 5303),
    "canadian-electoral-reform": (448, 174, 11950),
    "football-concussions": (1487, 298, 14328),
    "london.youth.policing": (26, 39, 638),
    "scoop-hivemind.affordable-housing": (381, 165, 14995),
    "scoop-hivemind.biodiversity": (536, 316, 29719),
    "scoop-hivemind.taxes": (334, 148, 17335),
    "scoop-hivemind.ubi": (234, 71, 7153),
    "ssis.land-bank-farmland.2rumnecbeh.2021-08-01": (404, 297, 33463),
    "vtaiwan.uberx": (1921, 197, 49443),
}


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def cells(table: VoteTable) -> dict[tuple[str, str], int]:
    rows, columns, values = table.votes.entries(0, table.votes.shape[0])
    people, statements = table.participants, table.statements
    return {(people[r], statements[c]): int(v) for r, c, v in zip(rows, columns, values, strict=True)}


@pytest.mark.shared_data
@pytest.mark.parametrize("name", SETS)
def test_real_exports_by_folder_and_by_either_file(name: str) -> None:
    people, statements, votes = SETS[name]
    folder = shared(f"polis/{name}")
    table = read(folder)
    assert table.votes.shape == (people, statements)
    assert len(cells(table)) == votes
    assert cells(table) == cells(read(folder / "participants-votes.csv")) == cells(read(folder / "votes.csv"))
    assert table.source.title
    assert any(table.texts)
    assert "people_counts_differ" not in dict(table.notes)


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        "\ufeff" + LONG,
        LONG.replace("\n", "\r\n"),
        LONG.replace(",", ";"),
        LONG.replace(",", "\t"),
        LONG + "\n\n",
        "Vote,Participant ,STATEMENT,note\n1,anna,s1,x\n-1,anna,s2,\n0,bruno,s1,\n",
        'voter-id,comment-id,vote\n"anna",s1, 1 \nanna,s2,-1\nbruno,"s1",0\n',
        "partecipante,affermazione,voto\nanna,s1,d'accordo\nanna,s2,Contrario\nbruno,s1,NON SO\n",
        "participant,statement,vote\nanna,s1,agree\nanna,s2,disagree\nbruno,s1,pass\n",
    ],
)
def test_long_tables_as_offices_write_them(tmp_path: Path, text: str) -> None:
    expected = {("anna", "s1"): 1, ("anna", "s2"): -1, ("bruno", "s1"): 0}
    assert cells(read(write(tmp_path, "table.csv", text))) == expected


def test_the_last_vote_by_time_counts_and_on_a_tie_the_later_row(tmp_path: Path) -> None:
    text = "timestamp,comment-id,voter-id,vote\n30,0,a,1\n10,0,a,-1\n20,1,a,1\n20,1,a,-1\n5,0,b,0\n"
    table = read(write(tmp_path, "votes.csv", text))
    assert cells(table) == {("a", "0"): 1, ("a", "1"): -1, ("b", "0"): 0}
    assert dict(table.notes)["repeated_votes"] == {"votes": 2}


def test_times_as_dates_are_understood_with_their_zone(tmp_path: Path) -> None:
    text = (
        "participant,statement,vote,time\n"
        "a,s,1,2026-04-13T10:00:00+02:00\na,s,-1,2026-04-13T09:30:00Z\nb,s,0,2026-04-13\n"
    )
    assert cells(read(write(tmp_path, "t.csv", text)))[("a", "s")] == -1


def test_without_times_the_later_row_counts(tmp_path: Path) -> None:
    assert cells(read(write(tmp_path, "t.csv", LONG + "anna,s1,-1\n")))[("anna", "s1")] == -1


def test_statement_texts_keep_line_breaks_and_unvoted_statements_are_listed(tmp_path: Path) -> None:
    write(tmp_path, "votes.csv", "timestamp,datetime,comment-id,voter-id,vote\n1,x,2,7,1\n")
    write(
        tmp_path,
        "comments.csv",
        "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
        '1,x,10,7,0,0,-1,"Due righe,\ne una virgola"\n1,x,2,7,1,0,1,Breve\n',
    )
    write(tmp_path, "summary.csv", 'topic,Orari\nurl,https://example.org\nconversation-description,"a\nb"\n')
    table = read(tmp_path)
    assert table.statements == ("2", "10")
    assert table.texts == ("Breve", "Due righe,\ne una virgola")
    assert table.moderated.tolist() == [1, -1]
    assert table.excluded.tolist() == [False, True]
    assert (table.source.title, table.source.description) == ("Orari", "a\nb")
    assert table.source.attribution == ""


def test_source_and_licence_travel_with_the_data(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    write(folder, "votes.csv", LONG)
    write(folder, "summary.csv", "topic,Orari\nurl,https://pol.is/2demo\n")
    assert read(folder).source.attribution == "Data gathered with Polis (compdemocracy.org/polis)"
    write(tmp_path, "LICENCE.txt", "Published under CC BY 4.0 by somebody.")
    assert read(folder).source.attribution.endswith("; CC BY 4.0 (LICENCE.txt)")


def test_published_groups_and_xid_of_a_matrix(tmp_path: Path) -> None:
    head = "participant,xid,group-id,n-comments,n-votes,n-agree,n-disagree,4,2\n"
    text = head + "9,,1,0,2,1,1,1,-1\n3,,,0,1,0,0,,0\n"
    table = read(write(tmp_path, "participants-votes.csv", text))
    assert cells(table) == {("9", "4"): 1, ("9", "2"): -1, ("3", "2"): 0}
    assert list(table.participants) == ["3", "9"]
    assert table.published is not None
    assert table.published.tolist() == [-1, 0]
    assert table.moderated.tolist() == [UNKNOWN, UNKNOWN]


def test_parquet_equals_csv(tmp_path: Path) -> None:
    path = tmp_path / "votes.parquet"
    columns = {"participant": [2, 2, 10, 2], "statement": ["a", "b", "a", "a"], "vote": [1, -1, 0, -1]}
    columns["time"] = [5, 1, 1, 4]
    pyarrow.parquet.write_table(pa.table(columns), path)
    assert cells(read(path)) == {("2", "a"): 1, ("2", "b"): -1, ("10", "a"): 0}
    assert list(read(path).participants) == ["2", "10"]


def test_large_files_read_like_small_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    lines = [
        f"{rng.integers(1, 99)},{rng.integers(0, 40)},{rng.integers(0, 300)},{rng.integers(-1, 2)}"
        for _ in range(4000)
    ]
    path = write(
        tmp_path, "votes.csv", "timestamp,comment-id,voter-id,vote\r\n" + "\r\n".join(lines) + "\r\n"
    )
    slow = read(path)
    monkeypatch.setattr(records, "FAST_BYTES", 0)
    fast = read(path)
    assert cells(fast) == cells(slow)
    assert (fast.participants, fast.statements) == (slow.participants, slow.statements)


def test_groups_and_census(tmp_path: Path) -> None:
    groups = write(tmp_path, "groups.csv", "participant;group\nanna;Imprese\nbruno;Lavoro\nanna;Imprese\n")
    census = write(tmp_path, "census.csv", "group,size\nImprese,12\nLavoro,400\n")
    assert read_groups(groups, ["anna", "bruno"]) == {"anna": "Imprese", "bruno": "Lavoro"}
    assert read_census(census, {"Imprese": 1, "Lavoro": 1}) == {"Imprese": 12, "Lavoro": 400}


def test_a_matrix_without_counts_is_told_by_its_numbered_statements(tmp_path: Path) -> None:
    found = cells(read(write(tmp_path, "m.csv", "participant;0;12\r\na;1;-1\r\nb;;0\r\n")))
    assert found == {("a", "0"): 1, ("a", "12"): -1, ("b", "12"): 0}
