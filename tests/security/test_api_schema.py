"""The API answers only what its schema declares, whatever is sent: no 5xx, no undeclared status or body.

Every operation of these rooms (`test_api_schema_more.py` has the others), and the rules all answers keep.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve

from tavolo.common.policy import ROUTES
from tavolo.site import api_schema
from tavolo.site.api import api
from tests.security.api_asker import FIRST, ROOMS, SECOND, Asker, asker, fits, reached, withstands

__all__ = ["asker"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("room", FIRST)
def test_requests_that_fit_and_that_do_not_get_declared_answers(asker: Asker, room: str) -> None:
    fits(asker, room)


@pytest.mark.parametrize("room", FIRST)
def test_hostile_values_get_declared_answers(asker: Asker, room: str) -> None:
    withstands(asker, room)


def test_the_services_were_reached(asker: Asker) -> None:
    reached(asker)


def test_every_operation_is_of_a_room(asker: Asker) -> None:
    """No operation is left out by the two files."""
    told = sorted(path for path in asker.schema if path.split("/")[3] not in ROOMS)
    assert told == []
    assert sorted([*FIRST, *SECOND]) == sorted(ROOMS)


def test_every_id_in_an_address_has_a_row_to_point_at(asker: Asker) -> None:
    names = {name for path in asker.schema for name in re.findall(r"{(\w+)}", path)}
    assert names <= set(asker.world.arguments)


def answer_to(asker: Asker, method: str, path: str, body: bytes, **headers: str) -> Any:
    client = Client(headers={"Authorization": f"Bearer {asker.keys['union_delegate']}"})
    return client.generic(method, path, body, content_type="application/json", headers=headers)


def suspension(asker: Asker) -> str:
    return f"/api/v1/course/tables/{asker.world.arguments['table_id']}/suspension"


def test_what_is_no_json_is_told_so(asker: Asker) -> None:
    for body in (b"{", b"\xff\xfe", b'{"a": NaN}', b"[" * 100_000):
        answer = answer_to(asker, "POST", suspension(asker), body)
        assert answer.status_code == 400, body[:10]
        assert "JSON" in answer.json()["detail"]


def test_a_refused_character_is_named_with_its_place(asker: Asker) -> None:
    answer = answer_to(asker, "POST", suspension(asker), b'{"text": "a\\u0000b"}')
    assert answer.status_code == 422
    assert "body.text" in answer.json()["detail"]
    assert "U+0000" in answer.json()["detail"]


def test_a_missing_field_is_a_sentence_and_a_place(asker: Asker) -> None:
    answer = answer_to(asker, "POST", suspension(asker), b"{}")
    assert answer.status_code == 422
    assert isinstance(answer.json()["detail"], str)
    assert answer.json()["errors"][0]["place"].startswith("body.")


def test_an_address_that_leads_nowhere_answers_programs_in_json(asker: Asker) -> None:
    for path in ("/api/v1/course/tables/not-an-id", "/api/v1/nowhere", "/api/v1/dialogue/tables/%00"):
        answer = answer_to(asker, "GET", path, b"")
        assert answer.status_code == 404
        assert answer.json() == {"detail": "Not found."}


def test_a_method_an_address_does_not_have_is_405(asker: Asker) -> None:
    answer = answer_to(asker, "DELETE", suspension(asker), b"")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"


def test_a_key_against_double_sending_that_is_too_long_is_refused(asker: Asker) -> None:
    body = json.dumps({"text": "Prova"}).encode()
    answer = answer_to(asker, "POST", suspension(asker), body, **{"Idempotency-Key": "k" * 201})
    assert answer.status_code == 422


def test_without_a_key_every_private_address_is_401(asker: Asker) -> None:
    """Public is what its policy declares so: everybody, or nobody's 401 named as something else."""
    asked = 0
    for path, operations in asker.schema.raw_schema["paths"].items():
        filled = re.sub(r"{(\w+)}", lambda found: str(asker.world.arguments[found[1]]), path)
        answers = ROUTES[resolve(filled).view_name].answers
        for method in operations:
            answer = Client().generic(method.upper(), filled, b"{}", content_type="application/json")
            told = f"{method} {path}: {answer.status_code}"
            if {"*", "anonymous"} & set(answers):
                assert answer.status_code < 500, told
            else:
                assert answer.status_code == 401, told
                asked += 1
    assert asked > 250


def test_the_picture_of_the_api_is_up_to_date() -> None:
    kept = api_schema.SNAPSHOT.read_text(encoding="utf-8") if api_schema.SNAPSHOT.exists() else ""
    assert kept == api_schema.written(), "the API changed: run python -m tavolo.site.api_schema"


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [
        operation["operationId"]
        for operations in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].values()
        for operation in operations.values()
    ]
    assert len(names) == len(set(names))
    assert settings.ROOT_URLCONF == "tavolo.site.urls"


def test_a_name_in_the_schema_means_one_thing() -> None:
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    mine = schema["paths"]["/api/v1/course/tables/{table_id}/suspension"]["post"]["responses"]["200"]
    other = schema["paths"]["/api/v1/voices/proposals/{proposal_id}/appeal"]["post"]["responses"]["200"]
    references = {json.dumps(one["content"]["application/json"]["schema"]) for one in (mine, other)}
    assert len(references) == 2
    told = json.dumps(schema, default=str)
    referred = set(re.findall(r'"#/components/schemas/(\w+)"', told))
    assert referred <= set(schema["components"]["schemas"])
