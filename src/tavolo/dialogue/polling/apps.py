from django.apps import AppConfig


class PollingConfig(AppConfig):
    name = "tavolo.dialogue.polling"
    label = "polling"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Bring the other ways of voting to openings and counts; declare what the part gives to others."""
        from tavolo.common.database.privileges import restrict
        from tavolo.dialogue import ways
        from tavolo.dialogue.polling import imports, telling, telling_departures  # noqa: F401
        from tavolo.dialogue.polling.services import counting, declaring, departures

        ways.at_opening(counting.at_opening)
        ways.before_count(counting.before_count)
        ways.at_leaving(departures.settle_table)
        ways.at_leaving(declaring.settle_table)
        ways.before_leaving(departures.warnings)
        ways.before_leaving(declaring.warnings)
        ways.no_result(departures.has_ended)
        restrict("polling_approval", "SELECT", "INSERT")
        restrict("polling_ending", "SELECT", "INSERT")
        restrict("polling_successionconsent", "SELECT", "INSERT")
        restrict("polling_remark", "SELECT", "INSERT")
