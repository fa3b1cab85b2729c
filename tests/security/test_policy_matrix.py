"""Every route, as every role and as nobody: the declared answer, and no route without a declaration."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from tavolo.common.policy import ROUTES
from tests.routes import Found, walk
from tests.world import ROLES, World

# Imported here so that the routes exist when the parameters are made.
import tavolo.site.urls  # noqa: F401  isort:skip

ALL = sorted({found.name: found for found in walk()}.values(), key=lambda found: found.name)


def test_every_route_has_a_declared_policy() -> None:
    missing = [f"{found.name or '(unnamed)'} {found.pattern}" for found in ALL if found.name not in ROUTES]
    assert not missing, "routes without a policy: " + ", ".join(missing)


def test_no_policy_is_left_over_from_a_route_that_is_gone() -> None:
    known = {found.name for found in ALL}
    assert not sorted(set(ROUTES) - known)


def test_a_policy_names_only_known_roles() -> None:
    allowed = {"*", *ROLES}
    answers = [(name, key) for name, route in ROUTES.items() for key in route.answers]
    wrong = [f"{name}: {key}" for name, key in answers if key.split()[-1] not in allowed]
    assert not wrong


def refused(found: Found, role: str, answer: object) -> bool:
    """Say whether an answer is the refusal: login page or 401 for nobody, 404 for everybody else."""
    status = answer.status_code  # type: ignore[attr-defined]
    if role != "anonymous":
        return status == 404
    if found.pattern.startswith("api/v1"):
        return status == 401
    return status == 302 and answer["Location"].startswith(reverse("account_login"))  # type: ignore[index]


def ask(client: Client, method: str, path: str) -> object:
    """Send an empty request of a method."""
    if method == "GET":
        return client.get(path)
    if path.startswith("/api/"):
        return client.generic(method, path, json.dumps({}), content_type="application/json")
    return client.generic(method, path)


def path_of(found: Found, world: World) -> str:
    """Return a path to the route that leads to something that exists."""
    missing = [name for name in found.arguments if name not in world.arguments]
    assert not missing, f"tests/world.py has no value for {missing} of {found.name}"
    return reverse(found.name, kwargs={name: world.arguments[name] for name in found.arguments})


@pytest.mark.django_db
@pytest.mark.parametrize("found", ALL, ids=lambda found: found.name)
def test_each_role_gets_the_declared_answer(found: Found, world: World) -> None:
    route = ROUTES[found.name]
    path = path_of(found, world)
    wrong = []
    for role in ROLES:
        answer = ask(world.client(role), "GET", path)
        wanted = route.answers.get(role, route.answers.get("*"))
        good = refused(found, role, answer) if wanted is None else answer.status_code == wanted  # type: ignore[attr-defined]
        if not good:
            wrong.append(f"{role}: wanted {wanted or 'refusal'}, got {answer.status_code}")  # type: ignore[attr-defined]
    assert not wrong, f"{found.name} {path}: " + "; ".join(wrong)
