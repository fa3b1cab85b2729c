"""Tables made at one stroke: what a first migration does, without drawing the whole state for every step.

Django renders every related model anew after each operation of a migration. All our rows belong to a
territory, so all models are related, and a first migration of thirty tables and a hundred constraints took
seconds to draw and milliseconds to do. `Tables` carries out the same operations on the state in one go and
then creates each table as it stands at the end, constraints and indexes included.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation

ALLOWED = (CreateModel, AddField, AddConstraint, AddIndex)


class Tables(Operation):
    """Create the models that `operations` (as Django's autodetector writes them) describe."""

    reversible = True

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations
        made = {one.name_lower for one in operations if isinstance(one, CreateModel)}
        for one in operations:
            if not isinstance(one, ALLOWED):
                raise TypeError(f"{type(one).__name__} cannot be part of the first tables")
            target = one.name if isinstance(one, CreateModel) else one.model_name
            if target.lower() not in made:
                raise ValueError(f"{type(one).__name__} speaks of {target}, which is not made here")

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Bring the state to its end without drawing it in between."""
        state.__dict__.pop("apps", None)
        for one in self.operations:
            one.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Create the tables; references between them are added when all stand."""
        for model in self._models(app_label, to_state):
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.create_model(model)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the tables, the last first."""
        for model in reversed(self._models(app_label, from_state)):
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.delete_model(model)

    def describe(self) -> str:
        """Say what is done, for the command line."""
        return "Create the first tables"

    def _models(self, app_label: str, state: Any) -> list[Any]:
        names = [one.name for one in self.operations if isinstance(one, CreateModel)]
        return [state.apps.get_model(app_label, name) for name in names]
