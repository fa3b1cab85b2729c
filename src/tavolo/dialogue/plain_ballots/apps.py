from django.apps import AppConfig


class PlainBallotsConfig(AppConfig):
    name = "tavolo.dialogue.plain_ballots"
    label = "plain_ballots"
    default_auto_field = "django.db.models.BigAutoField"
