from django.apps import AppConfig

APPEND_ONLY = (
    "minutesversion",
    "sending",
    "answer",
    "communiqueversion",
    "communiqueapproval",
    "documentversion",
)


class MeetingsConfig(AppConfig):
    name = "tavolo.dialogue.meetings"
    label = "meetings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Narrow the database role, name the acts, and register with the pages that gather."""
        from tavolo.common.database.privileges import restrict
        from tavolo.dialogue.meetings import gathering
        from tavolo.dialogue.meetings.services import telling  # noqa: F401 - declares its notices

        for table in APPEND_ONLY:
            restrict(f"meetings_{table}", "SELECT", "INSERT")
        gathering.register()
