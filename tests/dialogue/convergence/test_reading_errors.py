"""Wrong files: one sentence with file, row and column, and what to do. Never anything but a DataError."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tavolo.dialogue.convergence import records
from tavolo.dialogue.convergence.error_words import ITALIAN, italian
from tavolo.dialogue.convergence.errors import DataError
from tavolo.dialogue.convergence.reading import read, read_census, read_groups


def in_italian(error: DataError) -> bool:
    """Whether problem and advice have an Italian wording of their own."""
    return italian(error.problem) != error.problem and (
        not error.advice or italian(error.advice) != error.advice
    )


HEAD = "timestamp,datetime,comment-id,voter-id,vote\n"
MATRIX = "participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1\n"


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize(
    ("text", "row", "column", "sentence"),
    [
        ("", None, None, "the file is empty"),
        ("\n\n", 1, None, "no heading"),
        ("timestamp,comment-id,vote\n1,2,1\n", 1, "participant", "no column for the participant"),
        ("participant,statement\na,b\n", 1, "vote", "no column for the vote"),
        ("participant,vote,statement,Vote \na,1,b,1\n", 1, "vote", "appears twice"),
        (HEAD + "1,x,0,0,1\n1,x,0,1,2\n", 3, "vote", "'2' is not a vote"),
        (HEAD + "1,x,0,0,1\n\n1,x,0,1,sì\n", 4, "vote", "'sì' is not a vote"),
        (HEAD + '1,"two\nlines",0,0,1\n1,x,0,1,\n', 3, "vote", "the vote is missing"),
        (HEAD + "1,x,0,0,1\n1,x,0,,1\n", 3, "voter-id", "the participant is missing"),
        (HEAD + "1,x,,0,1\n", 2, "comment-id", "the statement is missing"),
        (HEAD + "1,x,0,0,1\n1,x,0,1\n", 3, None, "the row has 4 cells, the heading has 5"),
        (HEAD + "1,x,0,0,1\nnoon,x,0,1,1\n", 3, "timestamp", "'noon' is not a time"),
        (HEAD + "1,x,0,0,1\n,x,0,1,1\n", 3, "timestamp", "the time is missing"),
        (b"participant,statement,vote\na,caff\xe8,1\n", 2, None, "not UTF-8"),
        (b"\xff\xfep\x00a\x00", 1, None, "not UTF-8"),
        (b"PK\x03\x04\x14\x00", 1, None, "this is a spreadsheet or a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", 1, None, "this is an old Excel workbook"),
        (HEAD + '1,x,0,0,1\n1,x,0,1,"1\n2,x,0,2,1\n', 3, None, "opened and never closed"),
        ("comment-id,comment-body\n1,x\n", 1, None, "holds statements, not votes"),
        (HEAD, None, None, "there are no votes"),
        (MATRIX + "0,,0,0,0,0,,\n", None, None, "there are no votes"),
        ('[{"participant": 1}]', 1, None, "this is JSON"),
    ],
)
def test_votes(tmp_path, monkeypatch, text, row, column, sentence, fast) -> None:
    if fast:
        monkeypatch.setattr(records, "FAST_BYTES", 0)
    path = tmp_path / "votes.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(DataError, match=sentence) as caught:
        read(path)
    error = caught.value
    assert (error.file, error.row, error.column) == (str(path), row, column)
    assert "\n" not in str(error)
    assert in_italian(error)


@pytest.mark.parametrize(
    ("text", "row", "column", "sentence"),
    [
        (MATRIX + "0,,0,2,1,1,1,-1\n1,,0,1,0,1,-1,9\n", 3, "1", "'9' is not a vote"),
        (MATRIX + "0,,0,2,0,1,1,0\n", 2, "n-agree", "the votes are written the other way round"),
        (MATRIX + "0,,0,2,2,1,1,0\n", 2, "n-agree", "has 1 votes of .1, but n-agree says 2"),
        (MATRIX + "0,,0,2,many,1,1,0\n", 2, "n-agree", "'many' is not a whole number"),
        (MATRIX + "0,,0,1,1,0,1,\n0,,0,1,1,0,,1\n", 3, "participant", "has two rows"),
        (MATRIX + ",,0,1,1,0,1,\n", 2, "participant", "the participant is missing"),
    ],
)
def test_matrix(tmp_path, text, row, column, sentence) -> None:
    path = tmp_path / "participants-votes.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=sentence) as caught:
        read(path)
    assert (caught.value.row, caught.value.column) == (row, column)
    assert in_italian(caught.value)


@pytest.mark.parametrize("witness", ["comments.csv", "participants-votes.csv"])
def test_votes_with_the_sign_turned_are_refused(tmp_path: Path, witness: str) -> None:
    (tmp_path / "votes.csv").write_text(HEAD + "1,x,0,0,-1\n1,x,0,1,-1\n1,x,1,0,1\n")
    if witness == "comments.csv":
        text = "comment-id,agrees,disagrees,moderated,comment-body\n0,2,0,1,a\n1,0,1,1,b\n"
    else:
        text = MATRIX + "0,,0,2,1,1,,\n1,,0,1,1,0,,\n"
    (tmp_path / witness).write_text(text)
    with pytest.raises(DataError, match="the other way round"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("text", "row", "column", "sentence"),
    [
        ("participant,group\nz,A\n", 2, "participant", "'z' is not in the votes"),
        ("participant,group\na,A\nb,B\na,B\n", 4, "group", "is in two groups, 'A' and 'B'"),
        ("participant,party name\na,A\n", 1, "group", "no column for the group"),
        ("participant,group\na,\n", None, None, "names no group"),
        ("participant,group\n", None, None, "names no group"),
    ],
)
def test_groups(tmp_path, text, row, column, sentence) -> None:
    path = tmp_path / "groups.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=sentence) as caught:
        read_groups(path, ["a", "b"])
    assert (caught.value.row, caught.value.column) == (row, column)
    assert in_italian(caught.value)


@pytest.mark.parametrize(
    ("text", "row", "column", "sentence"),
    [
        ("group,size\nC,5\n", 2, "group", "'C' has no participant"),
        ("group,size\nA,5\nA,6\n", 3, "group", "appears twice"),
        ("group,size\nA,two\n", 2, "size", "'two' is not a whole number"),
        ("group,size\nA,1\n", 2, "size", "has 2 participants, more than its size 1"),
        ("group,size\nA,\n", 2, "size", "the size is missing"),
    ],
)
def test_census(tmp_path, text, row, column, sentence) -> None:
    path = tmp_path / "census.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=sentence) as caught:
        read_census(path, {"A": 2})
    assert (caught.value.row, caught.value.column) == (row, column)
    assert in_italian(caught.value)


def test_folders_without_votes_and_paths_that_lead_nowhere(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"neither votes\.csv nor participants-votes\.csv"):
        read(tmp_path)
    with pytest.raises(DataError, match="no such file"):
        read(tmp_path / "nowhere")


def test_parquet_that_is_none_or_lacks_columns(tmp_path: Path) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 but not really")
    with pytest.raises(DataError, match="not readable Parquet"):
        read(broken)
    path = tmp_path / "votes.parquet"
    pyarrow.parquet.write_table(pa.table({"participant": [1], "statement": [1], "vote": [3]}), path)
    with pytest.raises(DataError, match="'3' is not a vote"):
        read(path)
    pyarrow.parquet.write_table(pa.table({"participant": [1], "vote": [1]}), path)
    with pytest.raises(DataError, match="no column for the statement"):
        read(path)
    pyarrow.parquet.write_table(pa.table({"participant": [None], "statement": [1], "vote": [1]}), path)
    with pytest.raises(DataError, match="the name is missing"):
        read(path)
    long = {"participant": ["a", "b"], "statement": [1, 1], "vote": [1, 0]}
    pyarrow.parquet.write_table(pa.table({**long, "time": [5, None]}), path)
    with pytest.raises(DataError, match="row 3, column 'time': the time is missing"):
        read(path)
    pyarrow.parquet.write_table(pa.table({**long, "participant": [["a"], ["b"]]}), path)
    with pytest.raises(DataError, match="column 'participant': this column holds no names"):
        read(path)


PIECES = st.sampled_from(
    [
        "participant",
        "statement",
        "vote",
        "voter-id",
        "comment-id",
        "group-id",
        "n-agree",
        "timestamp",
        "time",
        "comment-body",
        "group",
        "size",
        ",",
        ";",
        "\t",
        "\n",
        "\r\n",
        "\r",
        '"',
        '""',
        "1",
        "-1",
        "0",
        "2",
        "1.0",
        "agree",
        " ",
        "'",
        "è",
        "🙂",
        "\x00",
        "=1+1",
        "1e999",
        "nan",
        "9" * 30,
        "²",
        "--1",
        "\ufeff",
        "PAR1",
        "{",
    ]
)
FILES = st.one_of(
    st.binary(max_size=200),
    st.lists(PIECES, max_size=60).map(lambda parts: "".join(parts).encode()),
    st.lists(PIECES, max_size=40).map(
        lambda parts: ("participant,statement,vote\n" + "".join(parts)).encode()
    ),
    st.lists(PIECES, max_size=40).map(lambda parts: (HEAD + "1,x,0,0,1\n" + "".join(parts)).encode()),
    st.lists(PIECES, max_size=40).map(lambda parts: (MATRIX + "".join(parts)).encode()),
)


@given(FILES, st.booleans())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_raises_anything_else(tmp_path: Path, data: bytes, fast: bool) -> None:
    path = tmp_path / "fuzz.csv"
    path.write_bytes(data)
    plain = records.FAST_BYTES
    records.FAST_BYTES = 0 if fast else plain
    try:
        for reader in (
            read,
            lambda place: read_groups(place, ["0", "1"]),
            lambda place: read_census(place, {"0": 1, "1": 1}),
        ):
            with suppress(DataError):
                reader(path)
    finally:
        records.FAST_BYTES = plain


@given(st.lists(PIECES, max_size=40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_side_file_of_an_export_raises_anything_else(tmp_path: Path, parts: list[str]) -> None:
    (tmp_path / "votes.csv").write_text(HEAD + "1,x,0,0,1\n")
    for name, head in (
        ("comments.csv", "comment-id,moderated,agrees,comment-body\n"),
        ("participants-votes.csv", MATRIX),
        ("summary.csv", ""),
    ):
        (tmp_path / name).write_bytes((head + "".join(parts)).encode())
        with suppress(DataError):
            read(tmp_path)
        (tmp_path / name).unlink()


def test_italian_sentences_name_riga_and_colonna() -> None:
    error = DataError("'2' is not a vote", file="votes.csv", row=3, column="vote", advice="fill it in")
    assert error.say("it") == "votes.csv, riga 3, colonna 'vote': '2' non è un voto; completarlo"
    assert error.say("en") == "votes.csv, row 3, column 'vote': '2' is not a vote; fill it in"


@pytest.mark.parametrize("english", ITALIAN)
def test_every_wording_keeps_its_values(english: str) -> None:
    assert english.count("{}") == ITALIAN[english].count("{}")


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=5), st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damaged_parquet_raises_anything_else(tmp_path: Path, damage, shortened: bool) -> None:
    path = tmp_path / "votes.parquet"
    columns = {"participant": ["a", "b"] * 20, "statement": list(range(40)), "vote": [1, -1, 0, 1] * 10}
    pyarrow.parquet.write_table(pa.table({**columns, "time": list(range(40))}), path)
    data = bytearray(path.read_bytes())
    for place, value in damage:
        data[place % len(data)] = value
    path.write_bytes(bytes(data[: damage[0][0] % len(data)] if shortened else data))
    with suppress(DataError):
        read(path)
