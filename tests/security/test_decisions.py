"""Every field of words or bytes at the table and of agreements has a decision: private, sealed or shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.test.utils import isolate_apps

from tavolo.site.rooms import AGREEMENT, TABLE
from tests.security.decisions import DECIDED

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("tavolo.dialogue", "tavolo.agreements")
WORDS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, SearchVectorField)


def holds_words(field: object) -> bool:
    """Say whether somebody could write words into a field; a fixed choice is none."""
    if isinstance(field, ArrayField):
        return holds_words(field.base_field)
    return isinstance(field, WORDS) and not field.choices


def fields(found: Iterable[type[models.Model]]) -> set[str]:
    """Return the fields of words or bytes of some models, each as `label.model.field`."""
    return {
        f"{model._meta.label_lower}.{field.name}"
        for model in found
        for field in model._meta.get_fields()
        if holds_words(field)
    }


def of_the_rooms() -> list[type[models.Model]]:
    """Return the models of tables and agreements, all their parts included."""
    spaces = tuple(f"{room}." for room in ROOMS)
    configs = [one for one in apps.get_app_configs() if one.name in ROOMS or one.name.startswith(spaces)]
    return [model for config in configs for model in config.get_models()]


def decided() -> dict[str, str]:
    return {f"{model}.{field}": says for model, lines in DECIDED.items() for field, says in lines.items()}


def undecided(found: Iterable[type[models.Model]], lines: Mapping[str, str]) -> list[str]:
    return sorted(fields(found) - set(lines))


def test_every_field_has_a_decision() -> None:
    assert undecided(of_the_rooms(), decided()) == [], "say in tests/security/decisions.py whom it is for"


@pytest.mark.parametrize("part", ["dialogue", "agreements", *TABLE, *AGREEMENT])
def test_every_part_is_looked_at(part: str) -> None:
    """Forgetting the decision of any one field of any part is noticed."""
    own = [name for name in decided() if name.startswith(f"{part}.")]
    assert own
    for name in own:
        left = {other: says for other, says in decided().items() if other != name}
        assert undecided(of_the_rooms(), left) == [name]


@pytest.mark.parametrize("part", ["agreements", *AGREEMENT, "meetings"])
def test_a_new_field_without_a_decision_is_noticed(part: str) -> None:
    with isolate_apps(f"tavolo.{'dialogue' if part == 'meetings' else 'agreements'}"):

        class Added(models.Model):
            """A model somebody adds tomorrow."""

            said = models.TextField()
            more = ArrayField(models.CharField(max_length=9))
            kept = models.BinaryField()
            counted = models.IntegerField()
            chosen = models.CharField(max_length=1, choices=[("a", "A")])

            class Meta:
                app_label = part

    wanted = [f"{part}.added.{name}" for name in ("kept", "more", "said")]
    assert undecided([*of_the_rooms(), Added], decided()) == wanted


def test_no_decision_is_left_over_from_a_field_that_is_gone() -> None:
    assert sorted(set(decided()) - fields(of_the_rooms())) == []


def test_every_sealed_field_names_a_test_that_is_there() -> None:
    named = {says.split(" ", 1)[1] for says in decided().values() if says.startswith("sealed ")}
    assert sorted(name for name in named if not (ROOT / name).is_file()) == []


def test_a_decision_is_one_of_three() -> None:
    assert {says.split(" ", 1)[0] for says in decided().values()} == {"private", "sealed", "shared"}
