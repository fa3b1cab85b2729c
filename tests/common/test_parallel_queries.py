"""Large searches run in parallel workers, which take over the server's settings."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.mark.django_db
def test_a_query_may_run_in_parallel_workers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL debug_parallel_query = on")
        cursor.execute("SELECT count(*) FROM pg_class")
        assert cursor.fetchone()[0] > 0
        cursor.execute("SHOW default_text_search_config")
        assert cursor.fetchone()[0] == "pg_catalog.italian"
