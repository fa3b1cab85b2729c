from django.apps import AppConfig

APPEND_ONLY = (
    "initial", "withdrawal", "reply", "copy", "signature", "declined", "sealed", "deposit",
)  # fmt: skip


class SigningConfig(AppConfig):
    name = "tavolo.agreements.signing"
    label = "signing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Narrow the database role, keep initialled texts from changing, join the pages that gather."""
        from tavolo.agreements.services import texts
        from tavolo.agreements.signing import gathering
        from tavolo.agreements.signing.services import initialling
        from tavolo.common.database.privileges import restrict

        for table in APPEND_ONLY:
            restrict(f"signing_{table}", "SELECT", "INSERT")
        texts.guard(initialling.require_not_frozen)
        gathering.register()
