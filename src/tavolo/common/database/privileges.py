"""What the roles `app` and `auditor` may do with each table, granted after every migration.

The app may read and write rows of every table; it can never change a table's form, empty it at one
stroke (TRUNCATE) or give rights away. A room narrows that further for its own tables, usually when its
application is made ready:

    restrict("ledger_leaf", "SELECT", "INSERT")     # append-only for the app
    open_to_auditor("ledger_leaf", "ledger_act")    # the auditor sees these and nothing else
"""

from __future__ import annotations

from typing import Any, Protocol

from psycopg import sql

from tavolo.common.database.settings import (
    ROLES,
    connection_settings,
    has_own_url,
    uses_external_server,
)

POSSIBLE = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
ORDINARY = ("SELECT", "INSERT", "UPDATE", "DELETE")

_restricted: dict[str, tuple[str, ...]] = {"django_migrations": ("SELECT",)}
_audited: set[str] = set()


class Cursor(Protocol):
    """The part of a cursor used here: Django's and psycopg's both fit."""

    def execute(self, query: Any, params: Any = ...) -> Any: ...
    def fetchall(self) -> Any: ...


def restrict(table: str, *allowed: str) -> None:
    """Let the app do no more than `allowed` (of SELECT, INSERT, UPDATE, DELETE) on `table`."""
    unknown = set(allowed) - POSSIBLE
    if unknown:
        raise ValueError(f"not a right the app can have: {', '.join(sorted(unknown))}")
    _restricted[table] = allowed


def restricted_tables() -> dict[str, tuple[str, ...]]:
    """Return the tables on which the app has less than the ordinary rights, with what it has."""
    return dict(_restricted)


def open_to_auditor(*tables: str) -> None:
    """Let the auditor read these tables; it reads no other."""
    _audited.update(tables)


def grant(cursor: Cursor, app: str, auditor: str | None) -> None:
    """Set the rights of the roles named `app` and `auditor` on everything in the schema public.

    The cursor is the owner's, inside a transaction: nobody sees the state in between. Repeating it
    changes nothing. Tables named in the registry that do not exist are passed over.
    """
    _run(cursor, "GRANT USAGE ON SCHEMA public TO {}", app)
    _run(cursor, "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}", app)
    _grant_on_later_tables(cursor, app)
    if auditor:
        _run(cursor, "GRANT USAGE ON SCHEMA public TO {}", auditor)
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    tables = [row[0] for row in cursor.fetchall()]
    held = _held_rights(cursor, [role for role in (app, auditor) if role])
    for table in tables:
        _set(cursor, table, app, set(_restricted.get(table, ORDINARY)), held.get((table, app), set()))
        if auditor:
            wanted = {"SELECT"} if table in _audited else set()
            _set(cursor, table, auditor, wanted, held.get((table, auditor), set()))


def role_names() -> tuple[str, str | None] | None:
    """Return the names of the app's and the auditor's role, or None where one account does everything."""
    if not uses_external_server():
        return ROLES["app"], ROLES["auditor"]
    if not has_own_url("owner"):
        return None
    auditor = connection_settings("auditor")["USER"] if has_own_url("auditor") else None
    return connection_settings("app")["USER"], auditor


def grant_app_privileges(connection: Any) -> None:
    """Grant over a Django connection, if it is the owner's and the roles exist on its server."""
    names = role_names()
    if names is None:
        return
    from django.db import transaction

    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user <> %s AND EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [names[0]] * 2
        )
        if cursor.fetchone()[0]:
            grant(cursor, *names)


def after_migrate(using: str = "default", **_: Any) -> None:
    """Receive Django's post_migrate signal."""
    from django.db import connections

    grant_app_privileges(connections[using])


def _grant_on_later_tables(cursor: Cursor, app: str) -> None:
    """Let the app use tables the owner makes outside migrations (a cache table, say) from the start."""
    cursor.execute(
        "SELECT FROM pg_default_acl d, aclexplode(d.defaclacl) a JOIN pg_roles r ON r.oid = a.grantee"
        " WHERE d.defaclrole = current_user::regrole AND d.defaclobjtype = 'r' AND r.rolname = %s",
        [app],
    )
    if not cursor.fetchall():
        words = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT"
        _run(cursor, f"{words} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {{}}", app)
        _run(cursor, f"{words} USAGE, SELECT ON SEQUENCES TO {{}}", app)


def _held_rights(cursor: Cursor, roles: list[str]) -> dict[tuple[str, str], set[str]]:
    cursor.execute(
        """
        SELECT c.relname, r.rolname, a.privilege_type
        FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND r.rolname = ANY(%s)
        """,
        [roles],
    )
    held: dict[tuple[str, str], set[str]] = {}
    for table, role, right in cursor.fetchall():
        held.setdefault((table, role), set()).add(right)
    return held


def _set(cursor: Cursor, table: str, role: str, wanted: set[str], held: set[str]) -> None:
    """Bring one role's rights on one table to `wanted`; say nothing to the server if they are."""
    for template, rights in (("REVOKE {} ON", held - wanted), ("GRANT {} ON", wanted - held)):
        if rights:
            words = template.format(", ".join(sorted(rights)))
            direction = "FROM" if words.startswith("REVOKE") else "TO"
            _run(cursor, f"{words} public.{{}} {direction} {{}}", table, role)


def _run(cursor: Cursor, template: str, *names: str) -> None:
    statement = sql.SQL(template).format(*[sql.Identifier(name) for name in names])
    cursor.execute(statement)
