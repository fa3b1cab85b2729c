from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "tavolo.common"
    default_auto_field = "django.db.models.BigAutoField"
