"""CSV files as they are met in offices: BOM, CRLF, semicolons, cells with line breaks; and where they break.

Columns come back encoded (codes and distinct values), so that a table of votes costs a few bytes a row.
Files beyond `FAST_BYTES` are read by pyarrow, with the same result as the plain reader.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tavolo.dialogue.convergence.errors import DataError

FAST_BYTES = 8 << 20
SEPARATORS = ",;\t"


@dataclass(frozen=True, eq=False)
class Column:
    """A column of text: `values[codes[i]]` is the (stripped) cell of data row i."""

    codes: NDArray[np.int32]
    values: list[str]

    def first(self, value_index: int) -> int:
        """Return the first data row holding the value."""
        return int(np.argmax(self.codes == value_index))


@dataclass(frozen=True)
class Layout:
    """What the first record says: separator and column names, as written and as compared."""

    path: Path
    separator: str
    header: tuple[str, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Column names trimmed and in lower case."""
        return tuple(name.strip().casefold() for name in self.header)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(self.names)}

    def find(self, *aliases: str) -> int | None:
        """Return the position of the first alias that is a column, or None."""
        return next((self._places[alias] for alias in aliases if alias in self._places), None)

    def need(self, label: str, *aliases: str) -> int:
        """Return the position of a column, or raise DataError naming what is missing."""
        found = self.find(*aliases)
        if found is None:
            raise DataError(
                f"there is no column for the {label}",
                file=self.path,
                row=1,
                column=aliases[0],
                advice=f"name a column {aliases[0]!r} in the first row",
            )
        return found


def read_layout(path: Path) -> Layout:
    """Return separator and heading of a CSV file; DataError if it is empty, not UTF-8 or names repeat."""
    if _size(path) == 0:
        raise DataError("the file is empty", file=path, advice="export it again")
    _refuse_other_formats(path)
    separator = _separator(path)
    header = next((cells for _, cells in records(path, separator) if cells), None)
    if header is None:
        raise DataError("the file holds no heading", file=path, row=1, advice="export it again")
    layout = Layout(path, separator, tuple(header))
    seen: set[str] = set()
    for name in layout.names:
        if name in seen:
            raise DataError(
                "this column name appears twice", file=path, row=1, column=name, advice="rename or remove one"
            )
        seen.add(name)
    return layout


def _size(path: Path) -> int:
    try:
        if path.is_dir():
            raise DataError("this is a folder, not a file", file=path)
        return path.stat().st_size
    except OSError as error:
        raise DataError(
            f"the file cannot be read ({error.strerror or error})", file=path, advice="check the path"
        ) from error


# First bytes of files that are not text, and what they are.
_FORMATS = {
    b"PK\x03\x04": "a spreadsheet or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file",
}


def _refuse_other_formats(path: Path) -> None:
    try:
        with path.open("rb") as raw:
            head = raw.read(4)
    except OSError as error:
        raise DataError(f"the file cannot be read ({error.strerror})", file=path) from error
    kind = next((name for mark, name in _FORMATS.items() if head.startswith(mark)), None)
    if kind:
        raise DataError(f"this is {kind}, not a CSV", file=path, row=1, advice="save it as CSV UTF-8")


def _separator(path: Path) -> str:
    """Return the separator that occurs most in the first line outside quotes; a comma if none does."""
    try:
        with path.open("rb") as raw:
            head = raw.read(1 << 16).decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise DataError(f"the file cannot be read ({error.strerror})", file=path) from error
    counts = dict.fromkeys(SEPARATORS, 0)
    quoted = False
    for letter in head:
        if letter == '"':
            quoted = not quoted
        elif letter in "\r\n" and not quoted and any(counts.values()):
            break
        elif letter in counts and not quoted:
            counts[letter] += 1
    return max(SEPARATORS, key=lambda mark: (counts[mark], -SEPARATORS.index(mark)))


# Read after the last line: found inside a cell, it says that a quotation mark swallowed the rest of the file.
_END = "\0end of file\0"


def records(path: Path, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (row, cells), the heading being row 1; empty lines come as empty lists."""
    row = 0
    try:
        with path.open("r", encoding="utf-8-sig", newline="") as text:
            ended = chain(text, [_END])
            for row, cells in enumerate(csv.reader(ended, delimiter=separator), start=1):
                if cells and cells[-1].endswith(_END):
                    if len(cells) == 1 and cells[0] == _END:
                        return
                    raise DataError(
                        "a quotation mark is opened and never closed",
                        file=path,
                        row=row,
                        advice="look for a missing quotation mark or separator",
                    )
                yield row, cells
    except UnicodeDecodeError as error:
        raise DataError(
            f"the file is not UTF-8 text (byte {error.object[error.start]:#04x})",
            file=path,
            row=_row_of_bad_text(path, separator),
            advice="save it as CSV UTF-8",
        ) from error
    except csv.Error as error:
        raise DataError(
            f"the file is not a readable CSV ({error})", file=path, row=row + 1, advice="export it again"
        ) from error
    except OSError as error:
        raise DataError(f"the file cannot be read ({error.strerror})", file=path) from error


def _row_of_bad_text(path: Path, separator: str) -> int:
    """Return the row in which the first byte stands that is not UTF-8."""
    data = path.read_bytes()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8-sig", errors="ignore") + "?"
        try:
            return sum(1 for _ in csv.reader(io.StringIO(good, newline=""), delimiter=separator))
        except csv.Error:
            return good.count("\n") + 1
    return 1


def rows_of(layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Yield (row, cells) below the heading, all as wide as the heading; DataError on any other."""
    heading = True
    width = len(layout.header)
    for row, cells in records(layout.path, layout.separator):
        if not cells or (len(cells) == 1 < width and not cells[0].strip()):
            continue
        if heading:
            heading = False
            continue
        if len(cells) != width:
            raise DataError(
                f"the row has {len(cells)} cells, the heading has {width}",
                file=layout.path,
                row=row,
                advice="look for a missing quotation mark or separator",
            )
        yield row, cells


def row_number(layout: Layout, data_row: int) -> int:
    """Return the row in the file of data row `data_row` (counted from 0)."""
    for at, (row, _) in enumerate(rows_of(layout)):
        if at == data_row:
            return row
    return data_row + 2


def read_columns(
    layout: Layout, places: Sequence[int], whole: int | None = None
) -> list[Column | NDArray[np.int64]]:
    """Return the columns at `places`, encoded; large files through pyarrow.

    The column at place `whole` may come as int64 numbers instead, where a large file holds nothing else.
    """
    if _size(layout.path) > FAST_BYTES:
        for numbers in dict.fromkeys((whole, None)):
            fast = _read_fast(layout, places, numbers)
            if fast is not None:
                return fast
    codes: list[list[int]] = [[] for _ in places]
    known: list[dict[str, int]] = [{} for _ in places]
    for _, cells in rows_of(layout):
        for place, code, index in zip(places, codes, known, strict=True):
            code.append(index.setdefault(cells[place].strip(), len(index)))
    return [Column(np.array(code, np.int32), list(index)) for code, index in zip(codes, known, strict=True)]


def _read_fast(
    layout: Layout, places: Sequence[int], whole: int | None
) -> list[Column | NDArray[np.int64]] | None:
    """Return the columns by pyarrow, or None where it refuses the file (the plain reader then says why)."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = [layout.header[place] for place in places]
    kinds = {
        layout.header[place]: pa.int64() if place == whole else pa.dictionary(pa.int32(), pa.string())
        for place in places
    }
    try:
        table = arrow_csv.read_csv(
            str(layout.path),
            read_options=arrow_csv.ReadOptions(block_size=8 << 20),
            parse_options=arrow_csv.ParseOptions(delimiter=layout.separator, newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=names, column_types=kinds, strings_can_be_null=False, null_values=[]
            ),
        )
        return [
            table.column(name).to_numpy() if place == whole else _encoded(table.column(name))
            for place, name in zip(places, names, strict=True)
        ]
    except (pa.ArrowException, KeyError, UnicodeDecodeError):
        return None


def _encoded(chunked: object) -> Column:
    """Return a dictionary-encoded arrow column with trimmed, distinct values."""
    whole = chunked.unify_dictionaries().combine_chunks()  # type: ignore[attr-defined]
    if hasattr(whole, "chunks"):
        whole = whole.chunk(0)
    index: dict[str, int] = {}
    values = whole.dictionary.to_pylist()
    trimmed = np.array([index.setdefault(value.strip(), len(index)) for value in values], np.int32)
    codes = whole.indices.to_numpy(zero_copy_only=False)
    return Column(trimmed[codes] if len(trimmed) else codes.astype(np.int32), list(index))


def decode(data: bytes, path: Path) -> str:
    """Return UTF-8 text without BOM, or raise DataError."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            "the file is not UTF-8 text",
            file=path,
            row=data[: error.start].count(b"\n") + 1,
            advice="save it as CSV UTF-8",
        ) from error


def read_pairs(path: Path) -> dict[str, str]:
    """Return the key,value rows of a file without heading (summary.csv); other rows are passed over."""
    found: dict[str, str] = {}
    try:
        text = decode(path.read_bytes(), path)
        for cells in csv.reader(io.StringIO(text, newline="")):
            if len(cells) >= 2:
                found[cells[0].strip()] = cells[1].strip()
    except (OSError, csv.Error) as error:
        raise DataError(f"the file cannot be read ({error})", file=path) from error
    return found
