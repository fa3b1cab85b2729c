from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "tavolo.ledger"
    default_auto_field = "django.db.models.BigAutoField"
