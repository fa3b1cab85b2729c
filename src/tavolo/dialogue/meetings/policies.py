# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who may open which page of meetings, minutes, communiqués and documents. Default is deny.

See `access.py` for who may know of which meeting. Of a discreet meeting every address answers, to those
who may not know of it, exactly as an address that leads nowhere.

`answers` are what the policy matrix expects for a plenary whose minutes are closed and for a published
joint communiqué.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tavolo.common import files
from tavolo.common.models import StoredFile
from tavolo.common.policy import anyone, declare
from tavolo.common.sniffing import DOCX, PDF
from tavolo.dialogue import standing
from tavolo.dialogue.meetings import access, papers
from tavolo.dialogue.meetings.models import (
    AgendaItem,
    Communique,
    Decision,
    Document,
    Meeting,
    Minutes,
    Point,
)
from tavolo.dialogue.meetings.services import communiques, documents
from tavolo.dialogue.models import Table

Arguments = Mapping[str, Any]


def account_of(request: HttpRequest) -> uuid.UUID | None:
    """Return the id of whoever is signed in."""
    return request.user.pk if request.user.is_authenticated else None


def table_at(request: HttpRequest, arguments: Arguments) -> Table | None:
    """Return the table an address names, if the visitor sits there."""
    account = account_of(request)
    if account is None:
        return None
    pk = arguments.get("table_id")
    if "point_id" in arguments:
        pk = Point.objects.filter(pk=arguments["point_id"]).values_list("table_id", flat=True).first()
    return access.tables_of(account).filter(pk=pk).first()


def meeting_at(request: HttpRequest, arguments: Arguments) -> Meeting | None:
    """Return the meeting an address names (itself, by item or by decision) if the visitor may know of it."""
    pk = arguments.get("meeting_id")
    for name, model in (("item_id", AgendaItem), ("meeting_decision_id", Decision)):
        if name in arguments:
            pk = model.objects.filter(pk=arguments[name]).values_list("meeting_id", flat=True).first()
    visible = access.visible_meetings(account_of(request))
    return visible.filter(pk=pk).select_related("table").first()


def minutes_at(request: HttpRequest, arguments: Arguments) -> Minutes | None:
    """Return the minutes an address names if the visitor may read them: drafts are their keepers' only."""
    account = account_of(request)
    visible = access.visible_meetings(account)
    found = Minutes.objects.filter(pk=arguments.get("minutes_id"), meeting__in=visible)
    row = found.select_related("meeting__table", "current", "pdf", "docx", "corrects__current").first()
    if row is None or row.current_id is not None or access.keeps(account, row.meeting):
        return row
    return None


def communique_at(request: HttpRequest, arguments: Arguments) -> Communique | None:
    """Return the communiqué an address names if the visitor may read it."""
    visible = access.visible_communiques(account_of(request))
    found = visible.filter(pk=arguments.get("communique_id"))
    return found.select_related("table", "party__organisation", "current", "pdf").first()


def document_at(request: HttpRequest, arguments: Arguments) -> Document | None:
    """Return the document an address names if the visitor may see it."""
    visible = access.visible_documents(account_of(request)).filter(pk=arguments.get("document_id"))
    return visible.select_related("table", "owner__organisation", "meeting").first()


def sits(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who sit at the table: delegations, observers included, and the secretariat."""
    return table_at(request, arguments) is not None


def works(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the secretariat and those who may act for a party of the table."""
    table = table_at(request, arguments)
    account = account_of(request)
    return table is not None and (
        standing.is_secretary(account, table.pk) or standing.acting_party(account, table.pk) is not None
    )


def sees_meeting(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who may know of the meeting."""
    return meeting_at(request, arguments) is not None


def keeps_meeting(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who run the meeting: the secretariat, or the keeper of a discreet one."""
    found = meeting_at(request, arguments)
    return found is not None and access.keeps(account_of(request), found)


def sees_minutes(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who may read the minutes."""
    return minutes_at(request, arguments) is not None


def keeps_minutes(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who run the meeting of the minutes."""
    found = minutes_at(request, arguments)
    return found is not None and access.keeps(account_of(request), found.meeting)


def answers_minutes(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who may answer for a party called to the meeting."""
    found = minutes_at(request, arguments)
    return found is not None and access.answering_party(account_of(request), found.meeting) is not None


def reads_communique(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow everybody once published; before, those at the table (joint) or of the party."""
    return communique_at(request, arguments) is not None


def has_communique_file(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow whoever reads a published communiqué."""
    found = communique_at(request, arguments)
    return found is not None and found.pdf_id is not None


def writes_communique(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who draft the communiqué."""
    found = communique_at(request, arguments)
    account = account_of(request)
    return found is not None and account is not None and communiques.may_write(account, found)


def acts_on_communique(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who may act for a party of the communiqué's table."""
    found = communique_at(request, arguments)
    account = account_of(request)
    return (
        found is not None
        and account is not None
        and standing.acting_party(account, found.table_id) is not None
    )


def sees_document(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those the document is for."""
    return document_at(request, arguments) is not None


def may_read_document(request: HttpRequest, stored: StoredFile) -> bool:
    """Tell the file route who may fetch a version of a document."""
    return access.visible_documents(account_of(request)).filter(versions__file_id=stored.pk).exists()


def may_read_frozen(request: HttpRequest, stored: StoredFile) -> bool:
    """Tell the file route who may fetch closed minutes or a published communiqué."""
    account = account_of(request)
    visible = access.visible_meetings(account)
    minutes = Minutes.objects.filter(meeting__in=visible)
    return (
        minutes.filter(pdf_id=stored.pk).exists()
        or minutes.filter(docx_id=stored.pk).exists()
        or access.visible_communiques(account).filter(pdf_id=stored.pk).exists()
    )


files.kind(documents.KIND, may_read=may_read_document, types=documents.TYPES, largest=documents.LARGEST)
files.kind(papers.FROZEN, may_read=may_read_frozen, types={PDF, DOCX}, largest=50 * files.MIB)

DELEGATES = ("union_delegate", "other_union_delegate", "employer_delegate")
SITTING = dict.fromkeys((*DELEGATES, "secretary"), 200)
SECRETARY = {"secretary": 200}
_SITS = "delegations and joint secretariat of the table"
_KEEPS = "the joint secretariat (the keeper, for a restricted or party meeting)"


def _posts(roles: Mapping[str, int]) -> dict[str, int]:
    """Return the answers of a route that takes only POST: 405 for those who may send one."""
    return dict.fromkeys(roles, 405)


for name in ("table", "points", "documents", "communiques"):
    declare(f"meetings:{name}", sits, says=_SITS, answers=SITTING)
for name in ("new", "document_new", "communique_new"):
    declare(f"meetings:{name}", works, says="secretariat and acting delegates", answers=SITTING)
declare("meetings:point_state", works, says="secretariat and acting delegates", answers=_posts(SITTING))
for name in ("meeting", "calendar"):
    declare(f"meetings:{name}", sees_meeting, says="whom the meeting is for", answers=SITTING)
for name in ("change", "agenda", "attendance", "people", "decide", "write"):
    declare(f"meetings:{name}", keeps_meeting, says=_KEEPS, answers=SECRETARY)
for name in ("cancel", "item_remove", "item_move", "decision_remove"):
    declare(f"meetings:{name}", keeps_meeting, says=_KEEPS, answers=_posts(SECRETARY))
for name in ("minutes", "version", "copy"):
    declare(f"meetings:{name}", sees_minutes, says="whom the meeting is for, once sent", answers=SITTING)
declare(
    "meetings:answer", answers_minutes, says="acting delegates of the parties called",
    answers=_posts(dict.fromkeys(DELEGATES, 405)),
)  # fmt: skip
for name in ("send", "take_back"):
    declare(f"meetings:{name}", keeps_minutes, says=_KEEPS, answers=_posts(SECRETARY))
declare("meetings:correct", keeps_minutes, says=_KEEPS, answers=SECRETARY)
declare("meetings:document", sees_document, says="those the document is for", answers=SITTING)
declare("meetings:published", anyone, says="published communiqués", answers={"*": 200})
declare("meetings:communique", reads_communique, says="everybody, once published", answers={"*": 200})
declare("meetings:communique_pdf", has_communique_file, says="everybody, once published", answers={"*": 200})
declare("meetings:communique_edit", writes_communique, says="those who draft it", answers=SITTING)
for name in ("communique_approve", "communique_publish"):
    declare(
        f"meetings:{name}", acts_on_communique, says="acting delegates",
        answers=_posts(dict.fromkeys(DELEGATES, 405)),
    )  # fmt: skip

_API = "api-1.0.0:meetings_"
_SEEN = "as on the page"
for name in ("meetings", "points", "sources", "documents", "communiques"):
    declare(f"{_API}{name}", sits, says=_SITS, answers=SITTING)
declare(f"{_API}point", works, says="secretariat and acting delegates", answers=_posts(SITTING))
for name in ("meeting", "calendar"):
    declare(f"{_API}{name}", sees_meeting, says=_SEEN, answers=SITTING)
for name in (
    "cancel",
    "people",
    "agenda",
    "attendance",
    "decisions",
    "item",
    "item_move",
    "decision",
    "write",
):
    declare(f"{_API}{name}", keeps_meeting, says=_KEEPS, answers=_posts(SECRETARY))
for name in ("minutes", "pdf", "docx", "versions", "copy"):
    declare(f"{_API}{name}", sees_minutes, says=_SEEN, answers=SITTING)
for name in ("send", "take_back", "correction"):
    declare(f"{_API}{name}", keeps_minutes, says=_KEEPS, answers=_posts(SECRETARY))
declare(
    f"{_API}answers", answers_minutes, says="acting delegates of the parties called",
    answers=_posts(dict.fromkeys(DELEGATES, 405)),
)  # fmt: skip
for name in ("document", "document_file"):
    declare(f"{_API}{name}", sees_document, says=_SEEN, answers=SITTING)


def reads_communique_signed_in(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow signed-in people who may read the communiqué: the API has no anonymous readers."""
    return bool(request.user.is_authenticated) and reads_communique(request, arguments)


declare(
    f"{_API}communique", reads_communique_signed_in, says="everybody signed in, once published",
    answers=dict.fromkeys(
        (*SITTING, "operator", "firm_owner", "worker", "plain_worker", "city_officer", "stranger"), 200
    ),
)  # fmt: skip
for name in ("communique_approve", "communique_publish"):
    declare(
        f"{_API}{name}", acts_on_communique, says="acting delegates",
        answers=_posts(dict.fromkeys(DELEGATES, 405)),
    )  # fmt: skip
