# mypy: disable-error-code="attr-defined, no-any-return, arg-type"
"""Pages of the register: checkpoints to download and hold, an act with its proof, exports."""

from __future__ import annotations

import io
import tempfile
import uuid
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from tavolo.common.limits import limit
from tavolo.common.serving import attachment
from tavolo.ledger import checkpoints, exports, readers, signing, storage
from tavolo.ledger.models import Act, ActContent, Checkpoint, Leaf
from tavolo.ledger.sequencer import waiting
from tavolo.ledger.services import statement_of

RECENT = 200
SHOWN = 30
HASHES_PER_HOUR = 12
EXTRACTS_PER_HOUR = 120


@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """Show the register: how many acts, the checkpoints, the key, and how to check everything."""
    page = Paginator(Checkpoint.objects.order_by("-size"), 20).get_page(request.GET.get("page"))
    held = checkpoints.holders(page)
    mine = readers.organisations_of(request)
    rows = [
        {
            "checkpoint": row,
            "holders": len(held.get(row.pk, ())),
            "mine": [name for key, name in mine.items() if key in held.get(row.pk, ())],
        }
        for row in page
    ]
    context = {
        "size": storage.size(),
        "newest": checkpoints.latest(),
        "waiting": waiting(),
        "rows": rows,
        "page": page,
        "organisations": sorted(mine.items(), key=lambda item: item[1]),
        "keys": [key.text() for key in signing.known_keys()],
        "acts": _recent(request),
    }
    return render(request, "ledger/register.html", context)


def _recent(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the newest acts this visitor may read."""
    found: list[dict[str, Any]] = []
    asked: dict[tuple[str, uuid.UUID], bool] = {}
    for content in ActContent.objects.order_by("-recorded_at", "act_id")[:RECENT]:
        place = (content.object_type, content.object_id)
        if place not in asked:
            asked[place] = readers.may_read(request, content)
        if asked[place]:
            found.append(
                {
                    "content": content,
                    "name": readers.name_of(content.act_name),
                    "role": readers.role_of(content.role),
                }
            )
        if len(found) == SHOWN:
            break
    return found


@require_GET
def checkpoint(request: HttpRequest, checkpoint_id: uuid.UUID) -> HttpResponseBase:
    """Send a checkpoint as a text file."""
    found = get_object_or_404(Checkpoint, pk=checkpoint_id)
    return _note(found)


@require_POST
def hold(request: HttpRequest, checkpoint_id: uuid.UUID) -> HttpResponseBase:
    """Send a checkpoint and note that an organisation holds it from now on."""
    try:
        organisation_id = uuid.UUID(request.POST.get("organisation", ""))
    except ValueError:
        raise Http404 from None
    found = get_object_or_404(Checkpoint, pk=checkpoint_id)
    if organisation_id not in readers.organisations_of(request):
        raise Http404
    checkpoints.hold(found.pk, organisation_id)
    return _note(found)


def _note(found: Checkpoint) -> HttpResponseBase:
    response = HttpResponse(found.note.encode(), content_type="text/plain; charset=utf-8")
    return attachment(response, f"sigillo-{found.size}.txt")


@require_GET
def act(request: HttpRequest, act_id: uuid.UUID) -> HttpResponse:
    """Show an act's place in the tree with its proof, and its words to whom may read them."""
    found = get_object_or_404(Act, pk=act_id)
    content = ActContent.objects.filter(act=found).first()
    leaf = Leaf.objects.filter(act=found).first()
    top = checkpoints.latest()
    proved = leaf is not None and top is not None and leaf.index < top.size
    path = storage.tree(top.size).inclusion(leaf.index) if proved and top and leaf else []
    readable = content is not None and readers.may_read(request, content)
    context = {
        "act": found,
        "leaf": leaf,
        "hash": bytes(leaf.hash).hex() if leaf else "",
        "commitment": bytes(found.commitment).hex(),
        "top": top if proved else None,
        "path": [value.hex() for value in path],
        "erased": content is None,
        "statement": statement_of(content).as_dict() if content and readable else None,
        "name": readers.name_of(content.act_name) if content and readable else "",
        "role": readers.role_of(content.role) if content and readable else "",
        "recorded_at": content.recorded_at if content and readable else None,
    }
    return render(request, "ledger/act.html", context)


@require_GET
def extract(request: HttpRequest, act_id: uuid.UUID) -> HttpResponseBase:
    """Send one act with its proof, for `tavolo verify`; with its words to whom may read them."""
    found = get_object_or_404(Act, pk=act_id)
    limit(f"ledger extract:{request.user.pk}", per=timedelta(hours=1), count=EXTRACTS_PER_HOUR)
    content = ActContent.objects.filter(act=found).first()
    readable = content is None or readers.may_read(request, content)
    out = io.BytesIO()
    exports.write_extract(out, [found.pk], statements=readable)
    response = HttpResponse(out.getvalue(), content_type="application/jsonl")
    return attachment(response, f"estratto-{found.pk}.jsonl")


@require_GET
def hashes(request: HttpRequest) -> HttpResponseBase:
    """Send the whole register without words, for `tavolo verify`."""
    limit(f"ledger hashes:{request.user.pk}", per=timedelta(hours=1), count=HASHES_PER_HOUR)
    # Unnamed and removed when the response is closed: nothing half-written stays.
    out = tempfile.TemporaryFile(prefix="tavolo-register-")  # noqa: SIM115 - the response closes it
    top = exports.write_whole(out, statements=False)
    out.seek(0)
    return attachment(FileResponse(out, content_type="application/jsonl"), f"registro-{top.size}.jsonl")
