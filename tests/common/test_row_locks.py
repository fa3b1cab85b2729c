"""No row is locked that the app may not change: PostgreSQL refuses FOR UPDATE where UPDATE is not granted.

Tests run as the owner of the tables, who may lock anything; the app's own role is told apart here, by reading
the source for locks and the registry of rights for what the app may do.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.db.models import Model

import tavolo
from tavolo.common.database.privileges import ORDINARY, restricted_tables

SOURCE = Path(tavolo.__path__[0])


def locks() -> Iterator[tuple[str, str]]:
    """Yield the module and the class's name of every `Class.objects...select_for_update(...)`."""
    for file in sorted(SOURCE.rglob("*.py")):
        module = ".".join(("tavolo", *file.relative_to(SOURCE).with_suffix("").parts))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "select_for_update":
                base: ast.expr = node.value
                while isinstance(base, ast.Attribute | ast.Call):
                    base = base.value if isinstance(base, ast.Attribute) else base.func
                if isinstance(base, ast.Name) and base.id[0].isupper():
                    yield module, base.id


def model_of(module: str, name: str) -> type[Model]:
    """Return the model a module calls by a name, also where a function imports it."""
    found = getattr(import_module(module), name, None)
    if found is None:
        named = [model for model in apps.get_models() if model.__name__ == name]
        assert len(named) == 1, f"{module}: which model is {name}?"
        found = named[0]
    return found


def test_the_app_may_update_every_row_it_locks() -> None:
    allowed = restricted_tables()
    found = list(locks())
    assert len(found) > 100
    wrong = [
        f"{module}: {name}"
        for module, name in found
        if "UPDATE" not in allowed.get(model_of(module, name)._meta.db_table, ORDINARY)
    ]
    assert not wrong, wrong
