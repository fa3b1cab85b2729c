from django.apps import AppConfig


class DelegationsConfig(AppConfig):
    name = "tavolo.dialogue.delegations"
    label = "delegations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Narrow the database role; tell the register and the gathering pages what this part gives."""
        from tavolo.common.database.privileges import restrict
        from tavolo.dialogue.delegations import connections

        for table in ("answer", "appointment", "revocation", "departure"):
            restrict(f"delegations_{table}", "SELECT", "INSERT")
        restrict("delegations_jointdecision", "SELECT", "INSERT", "UPDATE")
        connections.connect()
