from django.apps import AppConfig


class OverlapConfig(AppConfig):
    name = "tavolo.dialogue.overlap"
    label = "overlap"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Narrow the database role, name the acts, and register with the pages that gather."""
        from tavolo.common.database.privileges import restrict
        from tavolo.dialogue.overlap import gathering, telling

        restrict("overlap_outcome", "SELECT", "INSERT")
        telling.register()
        gathering.register()
