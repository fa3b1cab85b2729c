import pytest


@pytest.mark.django_db
def test_the_session_has_a_database():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        assert cursor.fetchone()[0]
