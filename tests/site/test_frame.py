"""The frame of every page: languages, health, error pages, headers, logs."""

from __future__ import annotations

import json
import logging

import pytest
from django.core.management import call_command
from django.test import Client

from tavolo.site.logs import QuietFormatter
from tests.world import World

pytestmark = pytest.mark.django_db


def test_pages_speak_italian_unless_asked_otherwise(world: World) -> None:
    client = world.client("anonymous")
    assert b'lang="it"' in client.get("/", headers={"accept-language": "it"}).content
    client.post("/lingua/", {"language": "en", "next": "/"})
    assert b'lang="en"' in client.get("/").content


def test_no_page_allows_inline_script_or_style_or_another_host(world: World) -> None:
    policy = world.client("anonymous").get("/").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_health_tells_alive_from_ready(world: World) -> None:
    client = Client()
    assert client.get("/health/live").json() == {"status": "alive"}
    answer = client.get("/health/ready")
    assert answer.status_code == 200, answer.json()


def test_missing_and_forbidden_look_the_same(world: World) -> None:
    client = world.client("stranger")
    missing = client.get("/questa-pagina-non-esiste/")
    assert missing.status_code == 404
    assert b"<h1>" in missing.content


def test_a_log_line_holds_no_path_no_address_no_message() -> None:
    secret = "maria.rossi@example.org"
    try:
        raise ValueError(secret)
    except ValueError as error:
        record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Error: %s", (secret,), None)
        record.exc_info = (type(error), error, error.__traceback__)
    line = QuietFormatter().format(record)
    assert secret not in line
    assert json.loads(line)["exception"] == "ValueError"


def test_an_unscoped_query_raises() -> None:
    from django_scopes import ScopeError

    from tavolo.people.models import Organisation

    with pytest.raises(ScopeError):
        Organisation.objects.count()


def test_migrations_are_complete() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
