from django.apps import AppConfig


class OverlapConfig(AppConfig):
    name = "tavolo.dialogue.overlap"
    label = "overlap"
    default_auto_field = "django.db.models.BigAutoField"
