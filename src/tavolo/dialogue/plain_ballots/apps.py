from django.apps import AppConfig


class PlainBallotsConfig(AppConfig):
    name = "tavolo.dialogue.plain_ballots"
    label = "plain_ballots"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the acts and register with the pages that gather."""
        from tavolo.dialogue.plain_ballots import gathering, policies  # noqa: F401 - declares its files

        gathering.register()
