"""Who may read what acts say, and who holds checkpoints for an organisation.

The register knows neither tables nor members. The rooms above tell it, when their application is ready:

    readers.readable("dialogue.table", lambda request, table_id: ...)
    readers.name_acts({"dialogue.table_opened": _lazy("A table was opened")})
    readers.holders_are(lambda request: {organisation.pk: organisation.name, ...})

What nobody declared is readable by nobody: only its hash is shown.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tavolo.ledger.merkle.acts import ERASED
from tavolo.ledger.models import ActContent

Reader = Callable[[HttpRequest, uuid.UUID], bool]
READERS: dict[str, Reader] = {}
NAMES: dict[str, Any] = {
    ERASED: _("The text of an act was erased"),
    "ledger.key_introduced": _("The register began to sign with a new key"),
}
ROLES: dict[str, Any] = {
    "delegate": _("delegate"),
    "secretariat": _("joint secretariat"),
    "secretary": _("joint secretariat"),
    "officer": _("officer"),
    "operator": _("operator of the site"),
    "owner": _("owner of the firm"),
    "hr": _("personnel office"),
    "rsu": _("workplace union representative"),
    "promoters": _("promoters of the consultation"),
    "system": _("the register itself"),
    "member": _("member"),
    "self": _("the person concerned"),
}
_holders: list[Callable[[HttpRequest], Mapping[uuid.UUID, str]]] = []


def readable(object_type: str, may_read: Reader) -> None:
    """Declare who may read acts on a type of object, given the object's id."""
    READERS[object_type] = may_read


def name_acts(names: Mapping[str, Any]) -> None:
    """Declare what acts are called on pages."""
    NAMES.update(names)


def holders_are(find: Callable[[HttpRequest], Mapping[uuid.UUID, str]]) -> None:
    """Declare which organisations a visitor acts for, with their names."""
    _holders.append(find)


def organisations_of(request: HttpRequest) -> dict[uuid.UUID, str]:
    """Return the organisations for which this visitor may hold checkpoints."""
    if not request.user.is_authenticated:
        return {}
    return {key: name for find in _holders for key, name in find(request).items()}


def may_read(request: HttpRequest, content: ActContent) -> bool:
    """Return whether this visitor may read what an act says."""
    if content.object_type.startswith("ledger."):
        return True
    reader = READERS.get(content.object_type)
    return reader is not None and reader(request, content.object_id)


def role_of(role: str) -> Any:
    """Return what a role is called, or its code where it has no other name."""
    return ROLES.get(role, role)


def name_of(act: str) -> Any:
    """Return what an act is called, or its code where nobody named it."""
    return NAMES.get(act, act)
