from django.apps import AppConfig
from django.db.models.signals import post_migrate

from tavolo.common.database.privileges import after_migrate


class CommonConfig(AppConfig):
    name = "tavolo.common"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(after_migrate, sender=self, dispatch_uid="tavolo.common.privileges")
