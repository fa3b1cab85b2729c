from django.apps import AppConfig


class FollowingConfig(AppConfig):
    name = "tavolo.dialogue.following"
    label = "following"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let notices know who wants digests; search tables, consultations and statements."""
        from tavolo.common import notices
        from tavolo.dialogue import hooks
        from tavolo.dialogue.following import digests, doors, searching

        notices.mail_states_are(digests.mail_states)
        notices.mails_end_with(digests.footer)
        hooks.finder("dialogue", searching.find)
        hooks.door(doors.activity)
