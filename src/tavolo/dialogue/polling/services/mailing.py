# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Mail of a vote: a notice to people with an account, a personal code to listed people with an address.

Who is listed without an account is also told by mail when another committee carries on their list.

A code is made at the moment its mail is written and is kept nowhere: the table holds its sealed digest. A
mail sent again carries a fresh code, and the earlier one opens nothing any more.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tavolo.common import notices
from tavolo.common.errors import Problem
from tavolo.common.limits import limit
from tavolo.dialogue import keys
from tavolo.dialogue.models import Consultation, Group, Roll
from tavolo.dialogue.polling import codes, committee
from tavolo.dialogue.polling.models import ListedVoter, OtherWay, Succession, Way
from tavolo.dialogue.polling.services.members import require_handler
from tavolo.ledger.services import record_act

BATCH = 50
log = structlog.get_logger(__name__)


@transaction.atomic
def invite(group: Group, *, actor_id: uuid.UUID, again: bool = False) -> tuple[int, int]:
    """Ask people to vote: (notices to accounts, codes by mail). `again` sends fresh codes to all.

    Nobody is left out for having voted, and nobody is reminded for not having: the committee cannot know.
    """
    require_handler(actor_id, group)
    consultation = Consultation.objects.select_for_update().get(pk=group.consultation_id)
    if consultation.state != Consultation.State.OPEN:
        raise Problem(_("Invitations are sent while the consultation is open."))
    limit(f"polling.invite:{group.pk}", per=timedelta(hours=12), count=4)
    elsewhere = OtherWay.objects.filter(group=group).values("account_id")
    accounts = Roll.objects.filter(group=group).exclude(account_id__in=elsewhere)
    context = {"consultation": consultation.title, "consultation_id": str(consultation.pk)}
    told = notices.send(accounts.values_list("account_id", flat=True), "polling.you_may_vote", context)
    mails = ListedVoter.objects.filter(group=group, way=Way.MAIL)
    if not again:
        mails = mails.exclude(mail=ListedVoter.Mail.SENT)
    waiting = mails.update(mail=ListedVoter.Mail.WAITING)
    record_act(
        actor_id=actor_id, role="member", act="polling.invited", object_type="polling.committee",
        object_id=consultation.pk, content={"group": str(group.pk), "notices": told, "mails": waiting},
    )  # fmt: skip
    return told, waiting


def send_again(voter: ListedVoter, *, actor_id: uuid.UUID) -> None:
    """Send one person a fresh code; the earlier one opens nothing from then on."""
    require_handler(actor_id, voter.group)
    if voter.group.consultation.state != Consultation.State.OPEN or voter.way != Way.MAIL:
        raise Problem(_("A code is mailed while voting is open, to people who vote by mailed code."))
    limit(f"polling.code:{voter.pk}", per=timedelta(hours=1), count=3)
    ListedVoter.objects.filter(pk=voter.pk).update(mail=ListedVoter.Mail.WAITING)


def deliver(most: int = BATCH) -> int:
    """Send waiting codes of the current territory; return how many went out."""
    return _one_by_one(_deliver_one, most)


def _one_by_one(deliver_next: Callable[[], int | None], most: int) -> int:
    """Send at most so many, each in a transaction of its own, until nothing waits; return how many went."""
    sent = 0
    for _n in range(most):
        outcome = deliver_next()
        if outcome is None:
            break
        sent += outcome
    return sent


@transaction.atomic
def _deliver_one() -> int | None:
    """Send one waiting code: 1 sent, 0 failed, None where nothing waits.

    The digest and the mark are written with the sending: a crash before the commit sends a fresh code.
    """
    voter = (
        ListedVoter.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(mail=ListedVoter.Mail.WAITING, group__consultation__state=Consultation.State.OPEN)
        .select_related("group__consultation", "group__party__organisation")
        .first()
    )
    if voter is None:
        return None
    consultation = voter.group.consultation
    code = codes.make()
    voter.code_hash = keys.load(consultation.pk).code_digest(code)
    voter.mail = ListedVoter.Mail.SENT
    try:
        with translation.override(voter.language or settings.LANGUAGE_CODE):
            _message(voter, code).send()
    except Exception as error:
        # The log names neither person nor address.
        log.warning("polling_code_not_sent", error=type(error).__name__)
        voter.mail, voter.code_hash = ListedVoter.Mail.FAILED, b""
    voter.save(update_fields=["code_hash", "mail"])
    return int(voter.mail == ListedVoter.Mail.SENT)


def announce(found: Succession) -> int:
    """Have people without an account told, once for this decision, who carries on their list."""
    reachable = ListedVoter.objects.filter(
        group__consultation=found.consultation, group__party=found.party
    ).exclude(email="")
    return int(reachable.update(news=ListedVoter.Mail.WAITING))


def deliver_news(most: int = BATCH) -> int:
    """Send waiting words about who carries on a list of the current territory; return how many went out."""
    return _one_by_one(_deliver_word, most)


@transaction.atomic
def _deliver_word() -> int | None:
    """Send one: 1 sent, 0 failed or overtaken by a return of the party, None where nothing waits."""
    voter = (
        ListedVoter.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(news=ListedVoter.Mail.WAITING, group__consultation__state=Consultation.State.OPEN)
        .select_related("group__consultation", "group__party__organisation")
        .first()
    )
    if voter is None:
        return None
    voter.news = ListedVoter.Mail.NONE
    if committee.carried_on(voter.group):
        voter.news = ListedVoter.Mail.SENT
        try:
            with translation.override(voter.language or settings.LANGUAGE_CODE):
                _word(voter).send()
        except Exception as error:
            # The log names neither person nor address.
            log.warning("polling_word_not_sent", error=type(error).__name__)
            voter.news = ListedVoter.Mail.FAILED
    voter.save(update_fields=["news"])
    return int(voter.news == ListedVoter.Mail.SENT)


def _word(voter: ListedVoter) -> EmailMessage:
    """Return the mail about who carries on. Neither subject nor text names the party whose list it was."""
    group = voter.group
    context = {
        "voter": voter, "consultation": group.consultation, "way": voter.way,
        "parties": ", ".join(str(party) for party in committee.remaining(group.consultation, group.side)),
    }  # fmt: skip
    body = render_to_string("polling/mail/carried_on.txt", context)
    return EmailMessage(_("About a vote you may take part in"), body, to=[voter.email])


def site_address() -> str:
    """Return scheme and host under which people reach this installation."""
    configured = os.environ.get("TAVOLO_URL", "")
    if configured:
        return configured.rstrip("/")
    scheme = "https" if settings.PRODUCTION else "http"
    return f"{scheme}://{(settings.ALLOWED_HOSTS or ['localhost'])[0]}"


def entrance(code: str = "") -> str:
    """Return the address of the door for slips; the code stands after #, which no server ever receives."""
    return site_address() + reverse("polling:slip") + (f"#{code}" if code else "")


def _message(voter: ListedVoter, code: str) -> EmailMessage:
    """Return the mail of one code. Its subject names no organisation: a list is nobody else's business."""
    context = {
        "voter": voter, "consultation": voter.group.consultation, "code": codes.shown(code),
        "address": entrance(code), "door": entrance(),
    }  # fmt: skip
    body = render_to_string("polling/mail/code.txt", context)
    return EmailMessage(_("Your code to vote"), body, to=[voter.email])
