from django.apps import AppConfig


class PollingConfig(AppConfig):
    name = "tavolo.dialogue.polling"
    label = "polling"
    default_auto_field = "django.db.models.BigAutoField"
