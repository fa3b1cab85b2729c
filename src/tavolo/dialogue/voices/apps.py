from django.apps import AppConfig


class VoicesConfig(AppConfig):
    name = "tavolo.dialogue.voices"
    label = "voices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what other pages gather, and narrow the database role for what is never taken back."""
        from tavolo.common.database.privileges import restrict
        from tavolo.dialogue import hooks
        from tavolo.dialogue.voices import acts, gathering, imports  # noqa: F401

        restrict("voices_review", "SELECT", "INSERT")
        restrict("voices_rule", "SELECT", "INSERT")
        acts.declare()
        hooks.door(gathering.door)
        hooks.waiting(gathering.waiting)
        hooks.event(gathering.events)
        hooks.finder("voices.outcomes", gathering.find)
