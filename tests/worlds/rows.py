"""Acts, checkpoints, jobs, imports, files, a recording: they exist, so that reading is proved too.

The job and the import belong to CGIL's delegate, the file lies in CGIL's room, the act speaks of a thing
only CGIL reads.
"""

from __future__ import annotations

from typing import Any


def arguments(seated: Any, written: Any, found: dict[str, object]) -> dict[str, object]:
    """Return rows of the common services and of the register; `found` are the arguments known so far."""
    from tavolo.common.imports.declare import IMPORTERS
    from tavolo.common.models import ImportRun, Job
    from tavolo.common.row_security import opened
    from tavolo.dialogue.models import StatementVersion
    from tavolo.dialogue.party_room.models import RoomFile
    from tavolo.dialogue.voices.translating import store_audio
    from tavolo.ledger import checkpoints
    from tavolo.ledger.models import ActContent

    owner, territory = written.people["cgil_delegate"], seated.table.territory
    job = Job.objects.create(territory=territory, kind="common.import_check", owner_id=owner, state="done")
    problem = {"file": "iscritti.csv", "row": 2, "column": "email", "message": "manca la chiocciola"}
    run = ImportRun.objects.create(
        territory=territory, importer=sorted(IMPORTERS)[0], owner_id=owner, state="refused",
        problem_count=1, problems=[problem],
    )  # fmt: skip
    room_id = found["room_id"]
    with opened([room_id]):  # type: ignore[list-item]
        file = RoomFile.objects.get(pk=found["room_file_id"]).stored_id
    read_aloud = StatementVersion.objects.select_related("consultation").get(pk=found["version_id"])
    language = str(found["language"])
    store_audio(
        read_aloud, language=language, source=b"ID3" + bytes(64), name="voce.mp3", actor_id=owner,
    )  # fmt: skip
    act = ActContent.objects.filter(object_type="party_room.room", object_id=room_id).first()
    act = act or ActContent.objects.filter(object_type="dialogue.table").first()
    assert act is not None
    return {
        "job_id": job.pk, "import_id": run.pk, "file_id": file, "act_id": act.act_id,
        "checkpoint_id": checkpoints.sign().pk,
    }  # fmt: skip
