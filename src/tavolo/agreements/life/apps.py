from django.apps import AppConfig


class LifeConfig(AppConfig):
    name = "tavolo.agreements.life"
    label = "life"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Narrow the database role; tell the register and the gathering pages what this part gives."""
        from tavolo.agreements.life import connections, personal_data  # noqa: F401
        from tavolo.common.database.privileges import restrict

        for table in ("termsassent", "termination", "accessionanswer", "question", "sideanswer"):
            restrict(f"life_{table}", "SELECT", "INSERT")
        for table in ("terms", "accession", "application", "jointtext"):
            restrict(f"life_{table}", "SELECT", "INSERT", "UPDATE")
        connections.connect()
