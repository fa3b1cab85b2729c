"""The ways from a consultation's page into its poll: its committee, who names it, readers of the record."""

from __future__ import annotations

from typing import Any

from django import template

from tavolo.dialogue.models import Consultation
from tavolo.dialogue.polling import committee, policies

register = template.Library()


@register.inclusion_tag("polling/_ways.html", takes_context=True)
def polling_of(context: dict[str, Any], consultation: Consultation) -> dict[str, Any]:
    """Show what of the poll this visitor may open; nothing where there is nothing."""
    request = context["request"]
    account = request.user.pk if request.user.is_authenticated else None
    own = committee.membership(account, consultation.pk) if account else None
    names = (
        account is not None
        and not consultation.imported
        and committee.naming_party(account, consultation) is not None
    )
    records = consultation.has_results and (own or policies.records_at(request, consultation.pk))
    return {"poll": consultation, "committee": own is not None or names, "record": bool(records)}
