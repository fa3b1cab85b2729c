"""One-click personas exist in the demonstration and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.http import Http404
from django.test import RequestFactory, override_settings
from django.urls import NoReverseMatch, reverse

from tavolo.people import personas
from tests.people.conftest import Cast

ASK = """
import django, sys
django.setup()
from django.urls import NoReverseMatch, reverse
from tavolo.people import urls
print(sorted(p.name for p in urls.urlpatterns if p.name in ("personas", "step_into")))
"""


@pytest.mark.parametrize(("mode", "routes"), [("production", "[]"), ("demo", "['personas', 'step_into']")])
def test_the_routes_are_in_the_url_configuration_of_the_demonstration_only(mode: str, routes: str) -> None:
    environment = {**os.environ, "TAVOLO_MODE": mode, "DJANGO_SETTINGS_MODULE": "tavolo.site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == routes, done.stderr


def test_outside_the_demonstration_there_is_no_such_address(cast: Cast) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("people:personas")
    assert cast.client().get("/persone/").status_code == 404
    assert cast.client("stranger").post(f"/persone/{cast.who['operator'].pk}/").status_code == 404


def test_the_view_refuses_by_itself_outside_the_demonstration(cast: Cast) -> None:
    request = RequestFactory().post("/persone/")
    with pytest.raises(Http404):
        personas.step_into(request, cast.who["operator"].pk)
    with pytest.raises(Http404):
        personas.choose(request)


@override_settings(DEMO=True)
def test_an_account_with_a_password_cannot_be_stepped_into(cast: Cast) -> None:
    account = cast.who["operator"]
    account.set_password("una frase lunga e tranquilla")
    account.save()
    with pytest.raises(Http404):
        personas.step_into(RequestFactory().post("/persone/"), account.pk)


def test_personas_are_the_representatives_unless_somebody_lists_others(cast: Cast) -> None:
    names = {one.name for one in personas.representatives()}
    assert "Cgil Delegate" in names
    assert "Worker" not in names
