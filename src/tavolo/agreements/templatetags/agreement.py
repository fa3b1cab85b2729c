# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The way through one agreement: the same line of pages above its text, signatures, life, commitments."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from tavolo.agreements import standing
from tavolo.agreements.life.services.applying import firms_of
from tavolo.agreements.models import Agreement, State
from tavolo.people.models import Role

register = template.Library()


@register.inclusion_tag("agreements/_nav.html", takes_context=True)
def agreement_nav(context: dict[str, Any], agreement: Agreement, tab: str = "") -> dict[str, Any]:
    """Show the pages of an agreement this person may open; `tab` names the one that is open."""
    user = context["request"].user
    account = user.pk if user.is_authenticated else None
    sits = standing.sits_at(account, agreement)
    public = agreement.state in standing.PUBLIC
    rows = [("text", _("Text"), reverse("agreements:text", args=[agreement.pk]))]
    if sits:
        rows += _work(agreement, account)
    if agreement.table_id and (sits or public):
        rows.append(
            ("signing", _("Initials and signatures"), reverse("signing:agreement", args=[agreement.pk]))
        )
    if public:
        rows.append(("life", _("Life of the agreement"), reverse("life:life", args=[agreement.pk])))
        name = "commitments:of_agreement" if sits else "commitments:public"
        rows.append(("commitments", _("Commitments"), reverse(name, args=[agreement.pk])))
        rows.append(("verify", _("Verification"), reverse("archive:verify_agreement", args=[agreement.pk])))
    return {"rows": rows, "tab": tab}


def _work(agreement: Agreement, account: Any) -> list[tuple[str, str, str]]:
    """Return the pages of the work on the text; of a made one, those that tell how it came about."""
    at = [agreement.pk]
    rows = [
        ("amendments", _("Amendments"), reverse("agreements:amendments", args=at)),
        ("matrix", _("Who says what"), reverse("agreements:matrix", args=at)),
    ]
    if agreement.state == State.DRAFT:
        rows.append(("marked", _("Marked text"), reverse("agreements:marked", args=at)))
    rows.append(("compare", _("Versions"), reverse("agreements:compare", args=at)))
    writes = standing.acting_party(account, agreement) or standing.is_secretary(account, agreement)
    if agreement.state == State.DRAFT and writes:
        rows.append(("word", _("Word and files"), reverse("agreements:word", args=at)))
    return rows


@register.simple_tag(takes_context=True)
def works_in_a_firm(context: dict[str, Any]) -> bool:
    """Say whether the visitor works in a firm, or owns one: then there is a page on what applies there."""
    user = context["request"].user
    held = (Role.WORKER, Role.RSU, Role.HR, Role.OWNER)
    return bool(user.is_authenticated and firms_of(user.pk, *held))
