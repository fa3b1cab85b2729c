"""The other half of the API's operations: see `test_api_schema.py`."""

from __future__ import annotations

import pytest

from tests.security.api_asker import SECOND, Asker, asker, fits, reached, withstands

__all__ = ["asker"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("room", SECOND)
def test_requests_that_fit_and_that_do_not_get_declared_answers(asker: Asker, room: str) -> None:
    fits(asker, room)


@pytest.mark.parametrize("room", SECOND)
def test_hostile_values_get_declared_answers(asker: Asker, room: str) -> None:
    withstands(asker, room)


def test_the_services_were_reached(asker: Asker) -> None:
    reached(asker)
