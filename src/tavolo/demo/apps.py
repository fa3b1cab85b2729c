from django.apps import AppConfig
from django.conf import settings


class DemoConfig(AppConfig):
    name = "tavolo.demo"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer the demonstration's people, in the demonstration only."""
        if settings.DEMO:
            from tavolo.demo.personas import personas
            from tavolo.people.personas import list_by

            list_by(personas)
