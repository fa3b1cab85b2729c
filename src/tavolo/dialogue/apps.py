from django.apps import AppConfig


class DialogueConfig(AppConfig):
    name = "tavolo.dialogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Narrow what the application's database role may do: a release is never taken back."""
        from tavolo.common.database.privileges import restrict

        restrict("dialogue_release", "SELECT", "INSERT")
