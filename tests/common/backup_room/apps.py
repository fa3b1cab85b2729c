"""The room of the backup tests: its notes can be erased, and are narrowed for the app."""

from collections.abc import Sequence

from django.apps import AppConfig

from tavolo.common.backup import erasures
from tavolo.common.database.privileges import restrict


class BackupRoomConfig(AppConfig):
    name = "tests.common.backup_room"
    label = "backup_room"

    def ready(self) -> None:
        restrict("backup_room_note", "SELECT", "INSERT")
        erasures.handler("note")(erase_notes)


def erase_notes(ids: Sequence[str]) -> int:
    """Erase the notes that are there."""
    from django.apps import apps

    return apps.get_model("backup_room", "Note").objects.filter(id__in=ids).delete()[0]
