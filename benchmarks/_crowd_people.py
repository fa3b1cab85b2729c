"""The people of the crowd over plain sockets: who votes with an account, who votes with a slip, who reads.

Each person is a browser of its own: a fresh connection, cookies, the page's own forms. Nobody waits between
two votes, which is harder on the server than people are.
"""

from __future__ import annotations

import base64
import json
import re
import socket
import time
import zlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

CARD = re.compile(
    r'name="version" value="([0-9a-f-]{36})">\s*<input type="hidden" name="request" value="([^"]+)"'
)
FORM = "application/x-www-form-urlencoded"
CHOICES = ("agree", "disagree", "pass")


class Browser:
    """One person's browser: a kept-alive connection and a jar of cookies."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.port = port
        self.cookies = dict(cookies or {})
        self.socket: socket.socket | None = None

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, accept: str = "text/html"
    ) -> tuple[int, dict[str, str], str]:
        """Send a request and return status, headers and text; OSError where no whole answer came."""
        body = urlencode(form).encode() if form is not None else b""
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Accept: {accept}", "Accept-Language: it"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if form is not None:
            lines += [f"Content-Type: {FORM}", f"Content-Length: {len(body)}"]
            lines.append(f"X-CSRFToken: {self.cookies.get('csrftoken', '')}")
        data = "\r\n".join([*lines, "", ""]).encode() + body
        try:
            return self._exchange(data)
        except OSError:
            self.close()
            raise

    def _exchange(self, data: bytes) -> tuple[int, dict[str, str], str]:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=120)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(data)
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _, body = got.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in rest:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                self._keep(value)
            headers[name.lower()] = value
        while len(body) < int(headers.get("content-length", 0)):
            body += self._more()
        return int(first.split(" ", 2)[1]), headers, body.decode("utf-8", "replace")

    def _more(self) -> bytes:
        assert self.socket is not None
        more = self.socket.recv(65536)
        if not more:
            raise ConnectionError("the server closed the connection")
        return more

    def _keep(self, line: str) -> None:
        name, _, value = line.partition(";")[0].partition("=")
        self.cookies[name.strip()] = value.strip().strip('"')

    def close(self) -> None:
        """Leave."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


@dataclass
class Told:
    """What one person went through. Times in seconds; `votes` are those the server acknowledged."""

    way: str
    opening: float = 0.0
    late: float = 0.0
    voting: list[float] = field(default_factory=list)
    votes: list[tuple[str, str, int]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def come(known: dict[str, Any], port: int, number: int, votes: int, due: float) -> Told:
    """Let person `number` come: open the page, vote on the first statements shown, leave.

    `due` is the moment (perf_counter) the person set out; the opening counts from it, also where it had to
    wait for a free client.
    """
    accounts = known["accounts"]
    has_account = number < len(accounts)
    told = Told("account" if has_account else "slip")
    session = {known["session_cookie"]: accounts[number]} if has_account else {}
    browser = Browser(port, session)
    told.late = max(0.0, time.perf_counter() - due)
    try:
        if has_account:
            status, _headers, page = browser.ask("GET", known["vote"])
        else:
            status, page = _by_slip(browser, known, known["codes"][number - len(accounts)])
        told.opening = time.perf_counter() - due
        cards = CARD.findall(page)
        if status != 200 or len(cards) < votes:
            told.errors.append(f"opening: status {status}, {len(cards)} statements")
            return told
        _vote(browser, known, told, cards[:votes], number)
    except OSError as error:
        told.errors.append(f"{type(error).__name__}: {error}")
    finally:
        browser.close()
    return told


def _by_slip(browser: Browser, known: dict[str, Any], code: str) -> tuple[int, str]:
    status, _headers, page = browser.ask("GET", known["door"])
    if status != 200:
        return status, page
    status, headers, page = browser.ask("POST", known["door"], {"code": code})
    if status != 302:
        return status, page
    status, _headers, page = browser.ask("GET", headers["location"])
    return status, page


def _vote(
    browser: Browser, known: dict[str, Any], told: Told, cards: list[tuple[str, str]], number: int
) -> None:
    person = voter_in(browser.cookies.get("tavolo_vote", ""))
    for place, (version, request) in enumerate(cards):
        choice = CHOICES[(number + place) % 3]
        form = {"version": version, "choice": choice, "request": request}
        began = time.perf_counter()
        status, _headers, _answer = browser.ask("POST", known["cast"], form, "application/json")
        told.voting.append(time.perf_counter() - began)
        if status == 200:
            told.votes.append((person, version, CHOICES.index(choice) + 1))
        else:
            told.errors.append(f"vote: status {status}")


def voter_in(cookie: str) -> str:
    """Return whose ballot a voting cookie opens: it is signed, not secret from who holds it."""
    text = cookie.split(":", 1)[0]
    packed = text.startswith(".")
    raw = base64.urlsafe_b64decode(text.lstrip(".") + "=" * (-len(text.lstrip(".")) % 4))
    return str(json.loads(zlib.decompress(raw) if packed else raw)[1])


def read_on(known: dict[str, Any], port: int, number: int, until: Any) -> list[tuple[str, int, float]]:
    """Let a delegate read the table's pages, one every second, until `until()`; return page, status, time."""
    browser = Browser(port, {known["session_cookie"]: known["readers"][number]})
    found: list[tuple[str, int, float]] = []
    turn = number
    while not until():
        name, path = known["pages"][turn % len(known["pages"])]
        turn += 1
        began = time.perf_counter()
        try:
            status = browser.ask("GET", quote(path))[0]
        except OSError:
            status = 0
        took = time.perf_counter() - began
        found.append((name, status, took))
        time.sleep(max(0.0, 1.0 - took))
    browser.close()
    return found
