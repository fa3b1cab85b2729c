from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "tavolo.agreements"
    label = "agreements"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Narrow the database role: versions, revisions and stances are only ever added; tell the pages
        that gather."""
        from tavolo.common.database.privileges import restrict

        for table in ("version", "revision", "stance", "comment"):
            restrict(f"agreements_{table}", "SELECT", "INSERT")

        from tavolo.agreements import gathering
        from tavolo.agreements.services import telling  # noqa: F401 - declares the kinds of notice

        gathering.register()
