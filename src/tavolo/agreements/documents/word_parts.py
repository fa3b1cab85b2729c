"""Pieces of a Word file shared by writing and reading: names, ids in bookmarks, lines with their marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tavolo.agreements.text.marking import Mark
from tavolo.agreements.text.model import ID_FORM

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BOOKMARK = "tavolo_"
# LibreOffice writes a list of keywords its own way: what stands between the parts may change.
STAMP = re.compile(r"tavolo[:;, ]+([0-9a-f-]{36})[:;, ]+(\d+)[:;, ]+([0-9a-f]{64})")
_ITEM = re.compile(r"( *)(-|1\.) ")
_MARKS = re.compile(r"\\[\\*\-•+.)]|\*\*|\*")


def w(name: str) -> str:
    """Return a name of the word-processing namespace as lxml wants it."""
    return f"{{{W}}}{name}"


def whole(words: str | None, default: int) -> int:
    """Return the number an attribute holds, or the default where it holds none."""
    try:
        return int(words) if words is not None else default
    except ValueError:
        return default


def bookmark_of(clause_id: str) -> str:
    """Return the bookmark that carries a clause's id: letters, digits and underscores only."""
    return BOOKMARK + re.sub(r"[^A-Za-z0-9]", lambda found: f"_{ord(found[0]):02x}_", clause_id)


def clause_of(bookmark: str) -> str | None:
    """Return the clause id a bookmark carries, or None where it is not one of ours.

    An editor that copies a heading gives the copy's bookmark another name, such as "tavolo_premio Copy 1".
    """
    if not bookmark.startswith(BOOKMARK):
        return None
    found = re.sub(r"_([0-9a-f]{2})_", lambda code: chr(int(code[1], 16)), bookmark[len(BOOKMARK) :])
    return found if ID_FORM.fullmatch(found) else None


@dataclass(frozen=True)
class Piece:
    """Some characters with one look and one kind of mark. An end of paragraph is the text "\\n"."""

    text: str
    kind: str
    amendment: str = ""
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Line:
    """A paragraph or item: "" | "-" | "1.", its level, its pieces, and how its end is marked."""

    item: str
    level: int
    pieces: tuple[Piece, ...]
    end: str = "same"
    end_by: str = ""


def lines(marks: tuple[Mark, ...], *, is_title: bool = False) -> list[Line]:
    """Return a marked body as paragraphs and items; a title is one line, whatever it begins with.

    Which look a line has follows the words that will stand; the signs of bold, italics and lists are taken
    out of them. An end of line that goes or comes is marked on the line it ends.
    """
    out: list[Line] = []
    row: list[tuple[str, Mark]] = []  # characters of the present line
    broken, joined = False, is_title
    for char, mark in ((c, m) for m in marks for c in m.text):
        if char != "\n":
            row.append((char, mark))
            broken = False
        elif not broken:
            out.append(_line(row, mark, joined))
            # Words after an end of line that goes are on the same line: they begin with no list mark.
            stands = joined or any(one.kind != "deleted" for _char, one in row)
            joined = mark.kind == "deleted" and stands
            row, broken = [], True
    out.append(_line(row, Mark("same", ""), joined))
    return [line for line in out if line.pieces or line.item]


def _line(row: list[tuple[str, Mark]], end: Mark, joined: bool) -> Line:
    standing = "".join(char for char, mark in row if mark.kind != "deleted")
    item = None if joined else _ITEM.match(standing)
    skipped = _signs(standing)
    if item:
        skipped |= dict.fromkeys(range(item.end()))
    bold = italic = False
    pieces: list[Piece] = []
    place = 0
    for char, mark in row:
        if mark.kind == "deleted":
            _add(pieces, Piece(char, "deleted", mark.amendment))
            continue
        sign = skipped.get(place, "")
        if sign == "**":
            bold = not bold
        elif sign == "*":
            italic = not italic
        if place not in skipped:
            _add(pieces, Piece(char, mark.kind, mark.amendment, bold, italic))
        place += 1
    return Line(
        item[2] if item else "", len(item[1]) // 2 if item else 0, tuple(pieces), end.kind, end.amendment
    )


def _signs(line: str) -> dict[int, str | None]:
    """Return the places of characters that are signs, not words; at its first, the sign that toggles."""
    found: dict[int, str | None] = {}
    open_at: dict[str, int] = {}
    for sign in _MARKS.finditer(line):
        if sign[0].startswith("\\"):
            found[sign.start()] = None
        elif sign[0] in open_at:
            for start in (open_at.pop(sign[0]), sign.start()):
                found |= dict.fromkeys(range(start, start + len(sign[0])))
                found[start] = sign[0]
        else:
            open_at[sign[0]] = sign.start()
    return found


def _add(pieces: list[Piece], piece: Piece) -> None:
    if pieces:
        last = pieces[-1]
        if (last.kind, last.amendment, last.bold, last.italic) == (
            piece.kind, piece.amendment, piece.bold, piece.italic,
        ):  # fmt: skip
            pieces[-1] = Piece(last.text + piece.text, last.kind, last.amendment, last.bold, last.italic)
            return
    pieces.append(piece)
