# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Pages of firms that apply the agreement: the request, the verification, what the workers see."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tavolo.agreements import standing
from tavolo.agreements.life import bodies, policies
from tavolo.agreements.life import standing as life
from tavolo.agreements.life import views as pages
from tavolo.agreements.life.forms import ApplyForm, FirmOpinionForm
from tavolo.agreements.life.models import Application
from tavolo.agreements.life.services import applying, joint
from tavolo.agreements.life.services.terms import CHECKLIST
from tavolo.common.idempotency import new_key
from tavolo.people.models import Role


def _application(request: HttpRequest, application_id: uuid.UUID) -> Application:
    found = policies.application_at(request, {"application_id": application_id})
    if found is None:
        raise Http404
    return found


def apply(request: HttpRequest, signed_agreement_id: uuid.UUID) -> HttpResponse:
    """Apply the agreement for one's firm."""
    agreement = pages.agreement_of({"signed_agreement_id": signed_agreement_id})
    firms = applying.firms_of(request.user.pk, Role.OWNER)
    terms = life.terms_of(agreement)
    first = firms[0]
    form = ApplyForm(
        firms, terms.checklist if terms else list(CHECKLIST), request.POST or None,
        initial={"employees": first.employees, "starts_on": standing.today()},
    )  # fmt: skip
    made: list[Application] = []

    def work() -> Application:
        data = dict(form.cleaned_data)
        firm = next(one for one in firms if str(one.pk) == data.pop("firm"))
        made.append(applying.apply(agreement, firm, actor_id=request.user.pk, **data))
        return made[0]

    if request.method == "POST" and form.is_valid() and pages.done(
        request, "apply", work, _("The request is recorded and who must answer is told.")
    ):  # fmt: skip
        return redirect("life:application", made[0].pk) if made else redirect("life:mine")
    with_rsu = any(applying.representatives(one.pk) for one in firms)
    lead = (
        _("Your firm has an RSU or RSA: they sign the application with you.")
        if with_rsu
        else _("Your firm has no RSU or RSA: the bilateral committee gives its opinion first.")
    )
    return pages.form_page(request, agreement, _("Apply this agreement in my firm"), form, lead)


@require_GET
def application(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Show a firm's application to the firm and to the committee."""
    row, account = _application(request, application_id), request.user.pk
    seat = bodies.seat_of(account, row.body) if row.body else None
    opinions = list(row.opinions.all())
    waiting = row.state == Application.State.WAITING
    context = {
        "row": row, "agreement": row.agreement, "seat": seat, "key": new_key(), "waiting": waiting,
        "opinion": next((one for one in opinions if one.confirmed_on), None),
        "open": [(one, seat is not None and one.proposed_side != seat.party.side) for one in opinions
                 if one.confirmed_on is None] if seat and waiting else [],
        "owns": account in applying.owners(row.firm_id),
        "represents": waiting and row.through == Application.Through.RSU
        and account in applying.representatives(row.firm_id),
        "form": FirmOpinionForm(), "late": waiting and row.opinion_by and row.opinion_by < standing.today(),
        "terms": life.terms_of(row.agreement),
    }  # fmt: skip
    return render(request, "life/application.html", context)


@require_POST
def check(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Mark which points of the list the committee found in order."""
    row = _application(request, application_id)
    pages.done(
        request, "check",
        lambda: applying.check(row, actor_id=request.user.pk, found=request.POST.getlist("found")),
        _("The verification is recorded."),
    )  # fmt: skip
    return redirect("life:application", row.pk)


@require_POST
def opinion(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Propose the committee's opinion on a firm."""
    row, form = _application(request, application_id), FirmOpinionForm(request.POST)
    if not form.is_valid():
        return pages.form_page(request, row.agreement, _("Opinion of the committee"), form)
    pages.done(
        request, "opinion",
        lambda: joint.propose_text(row.body, actor_id=request.user.pk, application=row, **form.cleaned_data),
        _("The opinion is proposed; it counts once a member of the other side confirms it."),
    )  # fmt: skip
    return redirect("life:application", row.pk)


@require_POST
def withdraw(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Take a waiting request back."""
    row = _application(request, application_id)
    pages.done(
        request, "withdraw", lambda: applying.withdraw(row, actor_id=request.user.pk),
        _("The request is taken back."),
    )  # fmt: skip
    return redirect("life:application", row.pk)


@require_POST
def rsu(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Sign, or refuse, as RSU or RSA of the firm."""
    row, signs = _application(request, application_id), request.POST.get("do") == "sign"
    pages.done(
        request, "rsu", lambda: applying.answer_as_rsu(row, actor_id=request.user.pk, signs=signs),
        _("Your answer is recorded."),
    )  # fmt: skip
    return redirect("life:application", row.pk)


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show which agreements apply where a person works; owners also see their own requests."""
    owned = applying.firms_of(request.user.pk, Role.OWNER, Role.HR, Role.RSU)
    requests = Application.objects.filter(firm__in=owned).select_related("agreement", "firm")
    context = {"applying": applying.applying_to(request.user.pk), "requests": requests}
    return render(request, "life/mine.html", context)
