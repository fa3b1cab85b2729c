from django.apps import AppConfig


class PartyRoomConfig(AppConfig):
    name = "tavolo.dialogue.party_room"
    label = "party_room"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Narrow the database role for what is never taken back; tell register and gathering pages."""
        from tavolo.common.database.privileges import restrict
        from tavolo.dialogue.party_room import policies, telling  # noqa: F401 - declares kinds of files

        for table in ("lodgedposition", "release", "delivery", "votecast", "namedvote"):
            restrict(f"party_room_{table}", "SELECT", "INSERT")
        telling.connect()
