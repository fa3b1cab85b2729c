from django.apps import AppConfig


class PollingConfig(AppConfig):
    name = "tavolo.dialogue.polling"
    label = "polling"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Bring the other ways of voting to openings and counts; declare what the part gives to others."""
        from tavolo.common.database.privileges import restrict
        from tavolo.dialogue import ways
        from tavolo.dialogue.polling import imports, telling  # noqa: F401
        from tavolo.dialogue.polling.services import counting

        ways.at_opening(counting.at_opening)
        ways.before_count(counting.before_count)
        restrict("polling_approval", "SELECT", "INSERT")
        restrict("polling_remark", "SELECT", "INSERT")
