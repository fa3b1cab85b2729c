# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A list of voters as a file: CSV or XLSX, checked row by row, saved whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.common.errors import Problem
from tavolo.common.imports import parsers
from tavolo.common.imports.declare import Column, Importer, Part, Work, register
from tavolo.dialogue.models import Consultation, Group
from tavolo.dialogue.polling import committee
from tavolo.dialogue.polling.models import ListedVoter, Way
from tavolo.dialogue.polling.services import roll

NAME = "polling.voters"
_WAYS = {
    "mail": Way.MAIL, "e-mail": Way.MAIL, "email": Way.MAIL, "posta": Way.MAIL,
    "slip": Way.SLIP, "scheda": Way.SLIP, "qr": Way.SLIP,
    "paper": Way.PAPER, "carta": Way.PAPER, "cartacea": Way.PAPER,
}  # fmt: skip


def way(cell: str) -> str:
    """Return the way of voting a cell names; ValueError with a sentence for any other word."""
    found = _WAYS.get(cell.casefold().strip())
    if found is None:
        raise ValueError(_("Write mail, slip or paper."))
    return str(found)


COLUMNS = (
    Column("name", parsers.text(150), aliases=("nome", "nominativo", "nome e cognome"),
           says=gettext_lazy("name and surname")),
    Column("detail", parsers.text(120), required=False, aliases=("dettaglio", "reparto", "matricola"),
           says=gettext_lazy("what tells namesakes apart")),
    Column("email", parsers.email, required=False, aliases=("e-mail", "mail", "posta elettronica"),
           says=gettext_lazy("e-mail address, where there is one")),
    Column("way", way, required=False, aliases=("modo", "canale", "come vota"),
           says=gettext_lazy("mail, slip or paper; empty: mail with an address, else slip")),
    Column("language", parsers.text(8), required=False, aliases=("lingua",),
           says=gettext_lazy("language of the mail, as it or ar")),
)  # fmt: skip


def _group(subject_id: uuid.UUID | None) -> Group | None:
    return Group.objects.select_related("consultation").filter(pk=subject_id).first() if subject_id else None


def _may_use(request: HttpRequest, subject_id: uuid.UUID | None) -> bool:
    group = _group(subject_id)
    return (
        group is not None
        and request.user.is_authenticated
        and group.consultation.state == Consultation.State.DRAFT
        and committee.handles(request.user.pk, group)
    )


def check(work: Work) -> Iterator[Problem]:
    """Find what single rows cannot tell: a code by mail without address, people listed already."""
    group = _group(work.subject_id)
    if group is None:
        yield Problem(_("This group does not exist any more."))
        return
    rows = ListedVoter.objects.filter(group=group).values_list("name", "detail")
    known = {(name.casefold(), detail.casefold()) for name, detail in rows}
    for row in work.rows("voters"):
        key = (row["name"].casefold(), (row["detail"] or "").casefold())
        if key in known:
            yield row.problem(_("This person is on the list already."), "name")
        if row["way"] == Way.MAIL and not row["email"]:
            yield row.problem(_("Without an e-mail address choose slip or paper."), "way")


def save(work: Work) -> Mapping[str, int]:
    """Add all rows to the group's list; the service asks once more who may."""
    group = _group(work.subject_id)
    if group is None:
        raise Problem(_("This group does not exist any more."))
    rows = [
        (row["name"], row["detail"] or "", row["email"] or "", row["way"] or "", row["language"] or "")
        for row in work.rows("voters")
    ]
    return {_("people added"): roll.add_voters(group, rows, actor_id=work.owner_id)}


def _list_page(subject_id: uuid.UUID | None) -> str:
    return reverse("polling:roll", args=[subject_id]) if subject_id else ""


register(
    Importer(
        name=NAME,
        title=gettext_lazy("List of voters without an account"),
        says=gettext_lazy(
            "Only the electoral committee reads this list; it is deleted some weeks after the close."
        ),
        parts=(Part("voters", gettext_lazy("People who may vote"), COLUMNS, unique=("name", "detail")),),
        may_use=_may_use,
        check=check,
        save=save,
        most_rows=roll.MOST_LISTED,
        link=_list_page,
    )
)
