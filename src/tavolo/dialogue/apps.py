from django.apps import AppConfig


class DialogueConfig(AppConfig):
    name = "tavolo.dialogue"
    default_auto_field = "django.db.models.BigAutoField"
