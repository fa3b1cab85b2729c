"""Every field of words or bytes at the table has a decision: private, sealed or shared."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.db import models

from tests.security.decisions import DECIDED

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("tavolo.dialogue", "tavolo.agreements")
WORDS = (models.CharField, models.TextField, models.JSONField, models.BinaryField)


def fields() -> set[str]:
    """Return every field of words or bytes at the table and of agreements, save those of fixed choices."""
    found = set()
    for config in apps.get_app_configs():
        if config.name in ROOMS or config.name.startswith("tavolo.dialogue."):
            for model in config.get_models():
                found |= {
                    f"{model._meta.label_lower}.{field.name}"
                    for field in model._meta.get_fields()
                    if isinstance(field, WORDS) and not field.choices
                }
    return found


def decided() -> dict[str, str]:
    return {f"{model}.{field}": says for model, lines in DECIDED.items() for field, says in lines.items()}


def test_every_field_has_a_decision() -> None:
    assert sorted(fields() - set(decided())) == [], "say in tests/security/decisions.py whom it is for"


def test_no_decision_is_left_over_from_a_field_that_is_gone() -> None:
    assert sorted(set(decided()) - fields()) == []


def test_every_sealed_field_names_a_test_that_is_there() -> None:
    named = {says.split(" ", 1)[1] for says in decided().values() if says.startswith("sealed ")}
    assert sorted(name for name in named if not (ROOT / name).is_file()) == []


def test_a_decision_is_one_of_three() -> None:
    assert {says.split(" ", 1)[0] for says in decided().values()} == {"private", "sealed", "shared"}
