"""Every route by the methods that change something: a role without access is refused for each."""

from __future__ import annotations

import pytest

from tavolo.common.policy import ROUTES
from tests.routes import Found
from tests.security.test_policy_matrix import ALL, ask, path_of, refused
from tests.world import ROLES, World

# The policy is asked before the view and knows no method: one method for everybody, all for two.
METHODS = dict.fromkeys(ROLES, ("POST",)) | dict.fromkeys(
    ("anonymous", "stranger"), ("POST", "PUT", "PATCH", "DELETE")
)


@pytest.mark.django_db
@pytest.mark.parametrize("found", ALL, ids=lambda found: found.name)
def test_a_role_without_access_is_refused_for_every_method(found: Found, world: World) -> None:
    route = ROUTES[found.name]
    path = path_of(found, world)
    for role in ROLES:
        for method in METHODS[role]:
            key = f"{method} {role}"
            wanted = route.answers.get(key, route.answers.get(f"{method} *"))
            if wanted is not None:
                answer = ask(world.client(role), method, path)
                assert answer.status_code == wanted, f"{key} {path}: {answer.status_code}"  # type: ignore[attr-defined]
            elif route.answers.get(role, route.answers.get("*")) is None:
                answer = ask(world.client(role), method, path)
                # 405 says only that the route has no such method, which is the same for everyone.
                good = refused(found, role, answer) or answer.status_code == 405  # type: ignore[attr-defined]
                assert good, f"{key} {path}: {answer.status_code}"  # type: ignore[attr-defined]
