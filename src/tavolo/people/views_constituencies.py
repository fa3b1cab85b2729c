"""Pages of constituencies (platee), for those who ask them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tavolo.common.errors import Problem
from tavolo.people import constituencies as membership
from tavolo.people import policies
from tavolo.people.forms import ConstituencyForm
from tavolo.people.models import Organisation, OrganisationKind
from tavolo.people.roles import person
from tavolo.people.services import constituencies as services
from tavolo.people.views import matching, once_for

MOST_FIRMS = 50


def constituencies(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """List an organisation's constituencies and define a new one."""
    today = timezone.localdate()
    known = policies.organisations_visible_to(request.user, today)
    found = get_object_or_404(known, pk=organisation_id)
    as_rsu = found.kind == OrganisationKind.FIRM
    subjects = known.filter(
        Q(kind=OrganisationKind.EMPLOYERS_ASSOCIATION)
        | (Q(kind=OrganisationKind.FIRM) if found.kind == OrganisationKind.UNION else Q(pk__in=[]))
    )
    text, asks_firms = request.GET.get("impresa", ""), found.kind == OrganisationKind.UNION
    offered = _offered(subjects, text, request.POST.get("subject", ""))
    form = ConstituencyForm(
        request.POST or None, kinds=services.kinds_for(found, as_rsu=as_rsu), subjects=subjects,
        offered=offered,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = once_for(
                request,
                "people.define",
                request.POST.dict(),
                lambda: services.define_constituency(
                    person(request), found, data["kind"], data["name"], today, data["subject"]
                ),
            )
        except Problem as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The constituency is defined."))
            return redirect("people:constituency", constituency_id=made)
    rows = policies.constituencies_visible_to(request.user, today).filter(organisation=found, retired_at=None)
    context = {
        "organisation": found, "rows": rows.order_by("name"), "form": form, "text": text,
        "asks_firms": asks_firms, "most": MOST_FIRMS,
    }  # fmt: skip
    return render(request, "people/constituencies.html", context)


def _offered(subjects: Any, text: str, chosen: str) -> list[Organisation]:
    """Return whom the page lets one choose: all associations, and of the firms the first that match.

    A territory has thousands of firms: a list of all of them is slow to send and hopeless to read.
    """
    bodies = subjects.exclude(kind=OrganisationKind.FIRM)
    firms = matching(subjects.filter(kind=OrganisationKind.FIRM), text).order_by("sort_key", "pk")
    found = [*bodies.order_by("sort_key", "pk"), *firms[:MOST_FIRMS]]
    if chosen and all(str(one.pk) != chosen for one in found):
        found += [one for one in _by_id(subjects, chosen) if one not in found]
    return found


def _by_id(subjects: Any, chosen: str) -> list[Organisation]:
    try:
        return list(subjects.filter(pk=uuid.UUID(chosen)))
    except ValueError:
        return []


def constituency(request: HttpRequest, constituency_id: uuid.UUID) -> HttpResponse:
    """Show a constituency and how many people it has today."""
    today = timezone.localdate()
    visible = policies.constituencies_visible_to(request.user, today).select_related(
        "organisation", "subject"
    )
    found = get_object_or_404(visible, pk=constituency_id)
    context = {"constituency": found, "size": membership.size(found, today), "today": today}
    return render(request, "people/constituency.html", context)


@require_POST
def retire(request: HttpRequest, constituency_id: uuid.UUID) -> HttpResponse:
    """Retire a constituency."""
    visible = policies.constituencies_visible_to(request.user, timezone.localdate())
    found = get_object_or_404(visible, pk=constituency_id)
    services.retire_constituency(person(request), found, timezone.now())
    messages.success(request, _("The constituency is retired. Consultations already held keep it."))
    return redirect("people:constituencies", organisation_id=found.organisation_id)
