from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "tavolo.agreements.archive"
    label = "archive"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Narrow the database role, keep the index, name the acts, and register with pages that gather."""
        from tavolo.agreements.archive import gathering, indexing
        from tavolo.common.database.privileges import restrict
        from tavolo.dialogue import hooks

        restrict("archive_elsewhere", "SELECT", "INSERT")
        indexing.facts(indexing.signed_here)
        indexing.connect()
        gathering.name_acts()
        hooks.finder("archive", gathering.find)
