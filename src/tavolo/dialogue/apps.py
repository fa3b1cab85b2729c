from django.apps import AppConfig


class DialogueConfig(AppConfig):
    name = "tavolo.dialogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the import; narrow the database role: a release is never taken back."""
        from tavolo.common.database.privileges import restrict
        from tavolo.dialogue import imports  # noqa: F401

        restrict("dialogue_release", "SELECT", "INSERT")
