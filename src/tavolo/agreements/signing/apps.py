from django.apps import AppConfig
from django.db.models.signals import pre_save

APPEND_ONLY = (
    "initial", "withdrawal", "reply", "copy", "signature", "declined", "sealed", "deposit",
)  # fmt: skip


class SigningConfig(AppConfig):
    name = "tavolo.agreements.signing"
    label = "signing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Narrow the database role, keep initialled texts from changing, join the pages that gather."""
        from tavolo.agreements import stating
        from tavolo.agreements.services import texts
        from tavolo.agreements.signing import gathering, voting
        from tavolo.agreements.signing.services import initialling
        from tavolo.common.database.privileges import restrict
        from tavolo.dialogue.models import Consultation

        for table in APPEND_ONLY:
            restrict(f"signing_{table}", "SELECT", "INSERT")
        restrict("signing_vote", "SELECT", "INSERT", "DELETE")
        pre_save.connect(voting.check_opening, sender=Consultation, dispatch_uid="signing.opening")
        stating.wording(voting.state_words)
        texts.guard(initialling.require_not_frozen)
        gathering.register()
