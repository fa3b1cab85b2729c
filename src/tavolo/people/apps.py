from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tavolo.people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect signals and declare jobs, imports, notices and retention."""
        from tavolo.people import imports, mail, retention, second_factor  # noqa: F401
        from tavolo.people.services import accounts  # noqa: F401
