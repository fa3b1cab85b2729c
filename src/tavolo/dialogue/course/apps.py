from django.apps import AppConfig


class CourseConfig(AppConfig):
    name = "tavolo.dialogue.course"
    label = "course"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the register and the gathering pages what this part gives; narrow the database role."""
        from tavolo.common.database.privileges import restrict
        from tavolo.dialogue.course import connections, personal_data, retention  # noqa: F401

        restrict("course_passage", "SELECT", "INSERT", "UPDATE")
        restrict("course_interruption", "SELECT", "INSERT", "UPDATE")
        restrict("course_reminder", "SELECT", "INSERT", "DELETE")
        connections.connect()
