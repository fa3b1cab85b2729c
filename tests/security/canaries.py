"""Canary strings in private fields, and the search for them in every byte somebody else can obtain.

A part of the house plants its canaries in `tests/canaries/<part>.py`: `plant(world) -> list[Canary]`, or
in this package's own `test_canaries.py`. Each canary is a unique word in one private field together with
the roles that may read it; every other role's pages, API answers, files, search, notices and mails are
then searched for it, as are the logs.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import logging
import re
import uuid
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.urls import NoReverseMatch, reverse

from tavolo.common.policy import ROUTES
from tests.routes import Found, walk
from tests.world import World

# Routes that change the visitor's own session would end the crawl; they show nothing.
SKIPPED = ("account_logout", "set_language", "people:step_into", "people:persona")


@dataclass(frozen=True)
class Canary:
    """A unique word in one private field. `readers` are the roles that may meet it."""

    field: str
    word: str
    readers: frozenset[str] = field(default_factory=frozenset)
    # Behind row security or sealed: not one table of the database shows it while every room is closed.
    guarded: bool = True
    # Accounts beyond the roles of the matrix that may be told of it.
    also: frozenset[Any] = field(default_factory=frozenset)
    # A title that the register of acts names to whoever may read that act.
    in_acts: bool = False


class Planter:
    """Makes canaries: `plant("draft text", lambda word: services.write(..., text=word))`."""

    def __init__(self) -> None:
        self.planted: list[Canary] = []
        self.places: list[dict[str, object]] = []

    def __call__(
        self, name: str, put: Callable[[str], Any], *readers: str, guarded: bool = True,
        also: Iterable[Any] = (), in_acts: bool = False,
    ) -> Any:  # fmt: skip
        """Put a fresh word into a field; return what `put` returned."""
        word = fresh_word()
        made = put(word)
        self.planted.append(Canary(name, word, frozenset(readers), guarded, frozenset(also), in_acts))
        return made

    def at(self, **arguments: object) -> None:
        """Say where the planted things are: every route with these arguments is asked for them too."""
        # Things told one after the other share a round of requests as long as no argument has two values.
        last = self.places[-1] if self.places else {}
        if self.places and all(last.get(name, value) == value for name, value in arguments.items()):
            last.update(arguments)
        else:
            self.places.append(arguments)


def fresh_word() -> str:
    """Return a word no text has held before; the stemmer leaves it as it is."""
    return f"canarino{uuid.uuid4().hex[:16]}0"


# Every canary, in lower case: one search of an answer finds all of them.
WORD = re.compile(rb"canarino[0-9a-f]{16}0")


def plant_everywhere(world: World, plant: Planter) -> None:
    """Let every module of tests/canaries plant its own."""
    try:
        package = import_module("tests.canaries")
    except ModuleNotFoundError:
        return
    for found in iter_modules(package.__path__):
        import_module(f"tests.canaries.{found.name}").plant(world, plant)


@dataclass(frozen=True)
class Leak:
    """A canary where it should not be."""

    canary: str
    role: str
    place: str


Places = Iterable[dict[str, object]]


def crawl(world: World, role: str, places: Places = ()) -> Iterator[tuple[str, bytes]]:
    """Yield every byte a role obtains by GET: each route with known arguments, and with those of `places`."""
    client = world.client(role)
    for place, path in _paths(world, places):
        yield place, _ask(client, path)


def _paths(world: World, places: Places) -> Iterator[tuple[str, str]]:
    asked: set[str] = set()
    for found in walk():
        if not found.name or found.name in SKIPPED or _takes_only_posts(found.name):
            continue
        for arguments in ({}, *places):
            if arguments and not set(arguments) & set(found.arguments):
                continue
            path = _path(found, {**world.arguments, **arguments})
            if path and path not in asked:
                asked.add(path)
                yield f"{found.name} {path}", path


def _takes_only_posts(name: str) -> bool:
    """Say whether everybody who may come in is told that the route has no GET (the matrix asks them all)."""
    answers = ROUTES[name].answers if name in ROUTES else {}
    got = [status for key, status in answers.items() if " " not in key and status != 302]
    return bool(got) and set(got) == {405}


def echoes(world: World, role: str, canaries: Iterable[Canary]) -> Iterator[Leak]:
    """Search for each canary as a role that may not read it; a page repeats the words asked for, no more.

    What stands in the answer is compared with the answer to a word that was never planted anywhere.
    """
    client, stranger = world.client(role), fresh_word()
    for found in walk():
        if found.arguments or not ("search" in found.name or "cerca" in found.pattern):
            continue
        path = reverse(found.name)
        plain = _ask(client, f"{path}?q={stranger}").lower().count(stranger.encode())
        for one in canaries:
            answer = _ask(client, f"{path}?q={one.word}").lower()
            if role not in one.readers and answer.count(one.word.encode()) != plain:
                yield Leak(one.field, role, f"{path}?q=")


def _path(found: Found, given: dict[str, Any]) -> str | None:
    try:
        return reverse(found.name, kwargs={name: given[name] for name in found.arguments})
    except (KeyError, NoReverseMatch):
        return None


def _ask(client: Any, path: str) -> bytes:
    """Return headers and body; what is packed is searched unpacked too. What breaks is an empty page."""
    client.raise_request_exception = False
    answer = client.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    heads = "\n".join(f"{name}: {value}" for name, value in answer.items()).encode()
    return b"\n".join((heads, body, *_unpacked(body)))


def _unpacked(body: bytes) -> Iterator[bytes]:
    if body.startswith(b"PK\x03\x04"):
        with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(body)) as packed:
            for name in packed.namelist():
                yield name.encode() + b"\n" + packed.read(name)
    if body.startswith(b"\x1f\x8b"):
        with suppress(OSError, EOFError):
            yield gzip.decompress(body)
    if body.startswith(b"%PDF-"):
        yield _pdf_text(body)


# Many roles are given the same file, byte for byte: its text is read once.
_read: dict[str, bytes] = {}


def _pdf_text(body: bytes) -> bytes:
    from pypdf import PdfReader

    digest = hashlib.sha256(body).hexdigest()
    if digest not in _read:
        _read[digest] = b""
        with suppress(Exception):
            pages = PdfReader(io.BytesIO(body)).pages
            _read[digest] = "\n".join(page.extract_text() for page in pages).encode()
    return _read[digest]


@dataclass(frozen=True)
class Sweep:
    """What one role met on a round of every address: each canary's word with the first place it stood in."""

    role: str
    met: dict[str, str]
    asked: int
    logged: str

    def leaks(self, canaries: Iterable[Canary]) -> list[Leak]:
        """Return every canary met by a role that may not read it."""
        unread = [one for one in canaries if self.role not in one.readers]
        return [Leak(one.field, self.role, self.met[one.word]) for one in unread if one.word in self.met]


def sweep(world: World, role: str, places: Places = ()) -> Sweep:
    """Ask every address as a role and keep which canaries were met, and what was logged meanwhile."""
    met: dict[str, str] = {}
    asked = 0
    with recorded_logs() as lines:
        for place, content in crawl(world, role, places):
            asked += 1
            for word in set(WORD.findall(content.lower())):
                met.setdefault(word.decode(), place)
    return Sweep(role, met, asked, "\n".join(lines))


class Recorder(logging.Handler):
    """Keeps every log record as the production formatter writes it."""

    def __init__(self) -> None:
        from tavolo.site.logs import QuietFormatter

        super().__init__(logging.DEBUG)
        self.setFormatter(QuietFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self.lines.append(self.format(record))


@contextmanager
def recorded_logs() -> Iterator[list[str]]:
    """Record everything logged meanwhile, the root logger's and Tavolo's own."""
    recorder = Recorder()
    loggers = [logging.getLogger(name) for name in ("", "tavolo", "django", "django.request")]
    for one in loggers:
        one.addHandler(recorder)
    try:
        yield recorder.lines
    finally:
        for one in loggers:
            one.removeHandler(recorder)
