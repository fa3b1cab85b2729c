from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "tavolo.ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Narrow what the application's database role may do, and open the register to the auditor."""
        from tavolo.common.database.privileges import open_to_auditor, restrict
        from tavolo.ledger import erasures  # noqa: F401 - tells a restore how to erase again

        append_only = ("act", "leaf", "node", "checkpoint", "registerkey")
        for table in append_only:
            restrict(f"ledger_{table}", "SELECT", "INSERT")
        restrict("ledger_actcontent", "SELECT", "INSERT", "DELETE")
        restrict("ledger_pendingact", "SELECT", "INSERT", "DELETE")
        restrict("ledger_heldcheckpoint", "SELECT", "INSERT")
        # Hashes and signatures, and how much waits: nothing that says what an act is about.
        open_to_auditor(*(f"ledger_{table}" for table in append_only), "ledger_pendingact")
