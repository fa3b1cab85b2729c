from django.apps import AppConfig


class LifeConfig(AppConfig):
    name = "tavolo.agreements.life"
    label = "life"
    default_auto_field = "django.db.models.BigAutoField"
