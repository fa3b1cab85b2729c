"""Write many rows at once with COPY: seventy thousand people in seconds, not minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import Field


def copy_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows of Python values to a model's table, inside the current transaction.

    `fields` are model field names; every column without a default in the database must be among them.
    Constraints and triggers hold as for any other insert.
    """
    meta = model._meta
    found = [meta.get_field(name) for name in fields]
    columns = [field.column or "" for field in found if isinstance(field, Field)]
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    table = connection.ops.quote_name(meta.db_table)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
