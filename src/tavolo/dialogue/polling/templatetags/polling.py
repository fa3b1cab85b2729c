"""The ways from a consultation's page into its poll: its committee, who names it, readers of the record."""

from __future__ import annotations

from typing import Any

from django import template

from tavolo.dialogue.models import Consultation
from tavolo.dialogue.polling import committee, policies
from tavolo.dialogue.polling.models import Ending
from tavolo.dialogue.polling.services import departures

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
    return {
        "poll": consultation, "committee": own is not None or names, "record": bool(records),
        **departed(consultation),
        "decides": bool(account) and policies.decides(request, {"consultation_id": consultation.pk}),
    }  # fmt: skip


def departed(poll: Consultation) -> dict[str, Any]:
    """Return what everybody who sees a vote may read about promoters that left it."""
    endings = list(Ending.objects.filter(consultation=poll).order_by("side"))
    over = {row.side for row in endings}
    open_now = poll.state == Consultation.State.OPEN
    left = [
        {
            "party": party, "carried": departures.carried(poll, party),
            "by": ", ".join(str(one) for one in committee.remaining(poll, party.side)),
        }
        for party in (committee.departed(poll) if open_now else [])
        if party.side not in over
    ]  # fmt: skip
    return {"endings": endings, "left": left}
