from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    name = "tavolo.agreements.commitments"
    label = "commitments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Narrow the database role; tell the register and the gathering pages what this part gives."""
        from tavolo.agreements.commitments import connections, personal_data  # noqa: F401
        from tavolo.common.database.privileges import restrict

        for table in ("assent", "claim", "answer", "evidence"):
            restrict(f"commitments_{table}", "SELECT", "INSERT")
        restrict("commitments_commitment", "SELECT", "INSERT", "UPDATE")
        connections.connect()
