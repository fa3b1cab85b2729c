"""Who may see jobs, files, imports and notices: the person they belong to, and nobody else."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from tavolo.common.models import ImportRun, Job, Notice
from tavolo.common.policy import anyone, declare, signed_in

EVERYBODY_SIGNED_IN = {"*": 200, "anonymous": 302}


def jobs_visible_to(account: Any) -> QuerySet[Job]:
    """Return the jobs a person started."""
    return Job.objects.filter(owner_id=account.pk) if account.is_authenticated else Job.objects.none()


def imports_visible_to(account: Any) -> QuerySet[ImportRun]:
    """Return the imports a person began."""
    found = ImportRun.objects.filter(owner_id=account.pk)
    return found if account.is_authenticated else ImportRun.objects.none()


def notices_visible_to(account: Any) -> QuerySet[Notice]:
    """Return the notices addressed to a person."""
    return Notice.objects.filter(account_id=account.pk) if account.is_authenticated else Notice.objects.none()


def own_job(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow the person who started the job."""
    return jobs_visible_to(request.user).filter(pk=_id(arguments, "job_id")).exists()


def own_import(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow the person who began the import."""
    return imports_visible_to(request.user).filter(pk=_id(arguments, "import_id")).exists()


def _id(arguments: Mapping[str, Any], name: str) -> uuid.UUID:
    value = arguments[name]
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))


# The matrix's job and import were begun by CGIL's delegate; its file lies in CGIL's room.
OWNER, OWNER_POSTS = {"union_delegate": 200}, {"union_delegate": 405}

declare("common:job", own_job, says="the person who started the work", answers=OWNER)
declare("common:job_cancel", own_job, says="the person who started the work", answers=OWNER_POSTS)
declare(
    "common:file", signed_in, says="whom the policy of the file's kind allows, asked each time", answers=OWNER
)
declare("common:imports", signed_in, says="everybody who is signed in", answers=EVERYBODY_SIGNED_IN)
declare("common:import_new", signed_in, says="whom the import's own policy allows")
declare("common:import", own_import, says="the person who began the import", answers=OWNER)
declare("common:import_confirm", own_import, says="the person who began the import", answers=OWNER_POSTS)
declare("common:import_cancel", own_import, says="the person who began the import", answers=OWNER_POSTS)
declare("common:import_problems", own_import, says="the person who began the import", answers=OWNER)
declare("common:notices", signed_in, says="one's own notices", answers=EVERYBODY_SIGNED_IN)
declare(
    "common:notices_read",
    signed_in,
    says="one's own notices",
    answers={"*": 405, "anonymous": 302, "POST *": 302},
)
declare("common:retention", anyone, says="how long data are kept", answers={"*": 200})
declare("api-1.0.0:common_job", own_job, says="the person who started the work", answers=OWNER)
