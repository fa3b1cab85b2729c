from django.apps import AppConfig


class PartyRoomConfig(AppConfig):
    name = "tavolo.dialogue.party_room"
    label = "party_room"
    default_auto_field = "django.db.models.BigAutoField"
