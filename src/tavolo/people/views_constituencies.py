"""Pages of constituencies (platee), for those who ask them."""

from __future__ import annotations

import uuid

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
from tavolo.people.models import OrganisationKind
from tavolo.people.roles import person
from tavolo.people.services import constituencies as services
from tavolo.people.views import once_for


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
    form = ConstituencyForm(
        request.POST or None, kinds=services.kinds_for(found, as_rsu=as_rsu), subjects=subjects
    )
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
    context = {"organisation": found, "rows": rows.order_by("name"), "form": form}
    return render(request, "people/constituencies.html", context)


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
