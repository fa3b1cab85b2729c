"""Requests that fit the API's schema, that do not, and that programs choke on; what answered otherwise.

Schemathesis draws requests that fit the schema and requests that do not; a third set takes fitting bodies and
puts in what programs choke on: NUL, half surrogates, numbers and dates no column can hold. Real ids of the
small territory stand in the addresses most of the time, so that the services are reached. Every request is
taken back before the next. Seeded: the same requests each time.
"""

from __future__ import annotations

import copy
import json
import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis import checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tavolo.common.territory import in_territory
from tavolo.people.services.tokens import create_token
from tavolo.site.api import api
from tavolo.site.rooms import AGREEMENT, TABLE
from tests.world import World

ROLES = ("union_delegate", "secretary", "stranger")
ROOMS = [
    "people", "dialogue", "agreements", "ledger", "common", "following",
    *(part.replace("_", "-") for part in (*TABLE, *AGREEMENT)),
]  # fmt: skip
# About half of the operations: two files share the rooms, so that two processes share the work.
FIRST = ["delegations", "course", "meetings", "party-room", "polling"]
SECOND = [room for room in ROOMS if room not in FIRST]
FITTING, UNFITTING, HARMED = 2, 1, 1
CHECKS = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.I)
DAY = re.compile(r"\d{4}-\d\d-\d\d(T.*)?$")


class Asker:
    """Sends cases as a role, compares the answers with the schema, and keeps what was wrong."""

    def __init__(self, world: World) -> None:
        self.world = world
        raw = copy.deepcopy(dict(api.get_openapi_schema(path_prefix="/api/v1/")))
        self.schema = schemathesis.openapi.from_dict(json.loads(json.dumps(raw)), config=SchemathesisConfig())
        self.keys = {}
        with in_territory(world.territory):
            for role in ROLES:
                made = create_token(world.people[role], "prova", ["read", "write"], 30, timezone.now())
                self.keys[role] = made[1]
        self.wrong: dict[str, str] = {}
        self.answers: dict[int, int] = {}

    def operations(self, room: str) -> Iterator[Any]:
        """Yield the operations below a room's address."""
        for found in self.schema.get_all_operations():
            operation = found.ok()
            if operation.path.startswith(f"/api/v1/{room}/"):
                yield operation

    def ask(self, case: Any, role: str, body: bytes | None = None) -> None:
        """Send a case (with `body` in the place of its own) as a role, and take back what it did."""
        label = f"{case.operation.method.upper()} {case.operation.path}"
        headers = {"Authorization": f"Bearer {self.keys[role]}"}
        try:
            sent = case.as_transport_kwargs(base_url="http://testserver", headers=headers)
            if body is not None:
                sent = {k: v for k, v in sent.items() if k not in ("json", "data", "files")} | {"data": body}
            known = {k: v for k, v in sent.items() if k in REQUEST}
            prepared = requests.Request(**known).prepare()
        except (ValueError, requests.exceptions.RequestException):
            return  # no client could send this
        with transaction.atomic():
            try:
                answer = self.send(prepared)
                self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
                case.validate_response(answer, checks=CHECKS)
            except (Exception, BaseExceptionGroup) as error:
                self.wrong.setdefault(f"{label} [{kind_of(error)}]", told(error, prepared, role))
            finally:
                transaction.set_rollback(True)

    def send(self, prepared: requests.PreparedRequest) -> Response:
        """Let Django answer a prepared request in this process."""
        headers = {k: v for k, v in prepared.headers.items() if k.lower() not in ("content-length", "cookie")}
        kind = headers.pop("Content-Type", "application/octet-stream")
        content = prepared.body or b""
        answer = Client(raise_request_exception=True).generic(
            prepared.method, prepared.path_url, content, content_type=kind, headers=headers
        )
        whole = answer.getvalue() if answer.streaming else answer.content
        said = {name: [value] for name, value in answer.headers.items()}
        return Response(
            status_code=answer.status_code, headers=said, content=whole, request=prepared, elapsed=0.0,
            verify=False,
        )  # fmt: skip

    def place(self, case: Any, real: int) -> None:
        """Put ids that exist into the address and the body, unless the draw says to leave the invented."""
        if not real:
            return
        known = self.world.arguments
        for name in dict(case.path_parameters or {}):
            if name in known:
                case.path_parameters[name] = quote(str(known[name]), safe="")
        if isinstance(case.body, dict):
            for name, value in case.body.items():
                if name in known and isinstance(value, str) and UUID.match(value):
                    case.body[name] = str(known[name])


REQUEST = {"method", "url", "headers", "files", "data", "params", "auth", "cookies", "json"}


def kind_of(error: BaseException) -> str:
    """Return the first words of what was wrong, so that the same fault is told once."""
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"[:160]


def told(error: BaseException, prepared: requests.PreparedRequest, role: str) -> str:
    """Return what a person needs to find the fault."""
    frames = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "tavolo" in frame.filename and "/tests/" not in frame.filename
    ]
    body = prepared.body if isinstance(prepared.body, bytes | str) else b""
    details = str(error) + " ".join(str(one) for one in getattr(error, "exceptions", ()))
    return f"as {role}: {prepared.method} {prepared.path_url} {body[:300]!r} {frames[-3:]} {details[:900]}"


def draws(strategy: Any, examples: int, use: Callable[[Any, int], None]) -> None:
    """Draw some cases and use each; the draw's number says whether invented ids stay."""

    @seed(20260301)
    @hypothesis_settings(
        max_examples=examples, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=strategy, real=st.integers(0, 4))
    def run(case: Any, real: int) -> None:
        use(case, real)

    run()


@pytest.fixture(scope="module")
def asker(world: World, django_db_blocker: Any) -> Iterator[Asker]:
    with django_db_blocker.unblock():
        yield Asker(world)


def report(asker: Asker, room: str) -> None:
    """Fail with everything that was wrong below a room's address."""
    found = [f"{what}\n    {how}" for what, how in asker.wrong.items() if f"/api/v1/{room}/" in what]
    assert not found, f"{len(found)} undeclared answers:\n" + "\n".join(found)


HOSTILE: dict[str, Callable[[Any], Any]] = {
    "NUL": lambda v: v + "\x00" if isinstance(v, str) else v,
    "half a surrogate": lambda v: v + "\ud800" if isinstance(v, str) else v,
    "32 bits": lambda v: 2**31 if isinstance(v, int) else v,
    "64 bits": lambda v: 2**63 - 1 if isinstance(v, int) else v,
    "beyond": lambda v: -(2**70) if isinstance(v, int) else v,
    "nothing": lambda v: "" if isinstance(v, str) else -1,
    "long": lambda v: v + "a b " * 6000 if isinstance(v, str) else v,
}


def far(year: str, value: str) -> str:
    """Return a day or a moment far away."""
    return f"{year}T00:00:00+14:00" if "T" in value else year


def altered(value: Any, change: Callable[[Any], Any], year: str) -> Any:
    """Return a body with every text and number changed; ids stay, days go far away."""
    if isinstance(value, dict):
        return {name: altered(inner, change, year) for name, inner in value.items()}
    if isinstance(value, list):
        return [altered(inner, change, year) for inner in value]
    if isinstance(value, str) and UUID.match(value):
        return value
    if isinstance(value, str) and DAY.match(value):
        return far(year, value)
    return change(value) if isinstance(value, str | int) and not isinstance(value, bool) else value


def fits(asker: Asker, room: str) -> None:
    """Send what fits the schema of a room's operations, and what does not, as each role."""

    def use(case: Any, real: int) -> None:
        asker.place(case, real)
        for role in ROLES:
            asker.ask(case, role)

    for operation in asker.operations(room):
        draws(operation.as_strategy(generation_mode=GenerationMode.POSITIVE), FITTING, use)
        try:
            draws(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE), UNFITTING, use)
        except BaseException as error:
            if type(error).__name__ not in ("Unsatisfiable", "SkipTest", "Skipped", "UnsatisfiedAssumption"):
                raise  # nothing to make wrong: an operation without parameters
    report(asker, room)


def withstands(asker: Asker, room: str) -> None:
    """Send fitting bodies with every text, number and day of them made hostile."""

    def use(case: Any, real: int) -> None:
        if not isinstance(case.body, dict | list) or case.media_type != "application/json":
            return
        asker.place(case, 1)
        for number, change in enumerate(HOSTILE.values()):
            hostile = altered(case.body, change, ("0001-01-01", "9999-12-31")[number % 2])
            asker.ask(case, "union_delegate", json.dumps(hostile).encode())

    for operation in asker.operations(room):
        if operation.body:
            draws(operation.as_strategy(generation_mode=GenerationMode.POSITIVE), HARMED, use)
    report(asker, room)


def reached(asker: Asker) -> None:
    """Fail where the requests never came as far as the services."""
    counted = asker.answers
    assert counted.get(200, 0) > 100, counted
    assert counted.get(404, 0) > 100, counted
    assert counted.get(422, 0) > 100, counted
