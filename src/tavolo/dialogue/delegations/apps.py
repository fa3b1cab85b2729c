from django.apps import AppConfig


class DelegationsConfig(AppConfig):
    name = "tavolo.dialogue.delegations"
    label = "delegations"
    default_auto_field = "django.db.models.BigAutoField"
