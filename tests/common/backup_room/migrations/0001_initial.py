from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.CreateModel(
            name="Note",
            fields=[("id", models.UUIDField(primary_key=True, serialize=False)), ("text", models.TextField())],
        ),
    ]
