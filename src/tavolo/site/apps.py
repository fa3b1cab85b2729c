from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "tavolo.site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the register who reads acts and who holds checkpoints, once every room is loaded."""
        from tavolo.site import register_readers

        register_readers.connect()
