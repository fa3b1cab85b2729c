"""The PostgreSQL extensions Tavolo may use: those every usual server package brings as well.

All are "trusted": the owner of the database creates them, no superuser is needed. Migrations create
them with Django's operations (`BtreeGistExtension`, `TrigramExtension`, `UnaccentExtension`).
"""

from __future__ import annotations

# Name -> what it is for. `vector` is in the embedded build too but not in a usual server package.
EXTENSIONS = {
    "btree_gist": "periods that must not overlap (memberships, roles, bookings)",
    "pg_trgm": "search that forgives a typing error",
    "unaccent": "search without accents",
}
