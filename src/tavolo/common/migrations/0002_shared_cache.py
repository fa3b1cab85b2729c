"""The table of Django's database cache: rate limits must be counted by all workers together."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("common", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE common_shared_cache (
                cache_key varchar(255) NOT NULL PRIMARY KEY,
                value text NOT NULL,
                expires timestamp with time zone NOT NULL
            );
            CREATE INDEX common_shared_cache_expires ON common_shared_cache (expires);
            """,
            "DROP TABLE common_shared_cache",
        )
    ]
