# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Whom this part tells what, and how it records. A notice names the agreement, never a text or a firm."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tavolo.agreements import standing
from tavolo.agreements.models import Agreement
from tavolo.common import notices
from tavolo.dialogue.delegations.telling import acting_accounts
from tavolo.ledger.services import record_act


def _life(context: Any) -> str:
    return reverse("life:life", args=[context["agreement_id"]])


def _to(name: str) -> Any:
    return lambda context: reverse(f"life:{name}", args=[context["about"]])


for name, title, text, link in (
    ("terms_proposed", _("Terms of an agreement wait for your side"),
     _("%(agreement)s: say whether the terms entered are those of the text."), _life),
    ("terms_hold", _("The terms of an agreement are recorded"),
     _("%(agreement)s: both sides say that the terms entered are those of the text."), _life),
    ("terminated", _("Notice of termination was given"),
     _("%(agreement)s: a signatory has given notice of termination. Read it there."), _life),
    ("accession", _("An organisation asks to join an agreement"),
     _("%(agreement)s: say whether your party consents."), _life),
    ("accession_closed", _("A request to join an agreement is decided"),
     _("%(agreement)s: the signatories have answered."), _life),
    ("date", _("A date in the life of an agreement is near"),
     _("%(agreement)s: %(what)s, on %(day)s."), _life),
    ("application", _("A firm asks for the committee's opinion"),
     _("%(agreement)s: a firm without workplace representation applies it; give the opinion by %(day)s."),
     _to("application")),
    ("application_rsu", _("Your firm asks to apply an agreement with you"),
     _("%(agreement)s: as RSU or RSA, read the request and answer."), _to("application")),
    ("application_closed", _("Your firm's application is decided"),
     _("%(agreement)s: the answer is on its page."), _to("application")),
    ("joint_text", _("A joint text waits for your side"),
     _("%(agreement)s: a member of the joint body has proposed a text; confirm it, or talk it over."),
     _to("body")),
    ("question", _("A question of interpretation was put to a joint body"),
     _("%(agreement)s: write what your side holds."), _to("interpretation")),
    ("answered", _("A question of interpretation is answered"),
     _("%(agreement)s: the joint answer stands beside the clause."), _to("interpretation")),
    ("member", _("You sit in a joint body"),
     _("%(agreement)s: a party has named you."), _to("body")),
    ("sitting", _("A joint body has a new date"), _("%(agreement)s: %(what)s, on %(day)s."), _to("body")),
):  # fmt: skip
    notices.kind(f"life.{name}", title=title, text=text, link=link)


def tell(
    account_ids: Iterable[uuid.UUID], kind: str, agreement: Agreement, *, about: Any = None,
    what: str = "", day: str = "",
) -> None:  # fmt: skip
    """Send a notice of this part on an agreement, perhaps on one of its things."""
    notices.send(
        account_ids, f"life.{kind}",
        {"agreement": agreement.title, "agreement_id": str(agreement.pk),
         "about": str(about.pk) if about is not None else "", "what": what, "day": day},
    )  # fmt: skip


def delegates(agreement: Agreement, but: Any = None) -> set[uuid.UUID]:
    """Return who acts today for the contracting parties, without those of `but`."""
    parties = [one for one in standing.contractors(agreement) if but is None or one.pk != but.pk]
    return acting_accounts(parties)


def record(
    agreement: Agreement, act: str, actor_id: uuid.UUID, role: str, content: dict[str, Any],
    about: Any = None, kind: str = "life.agreement",
) -> None:  # fmt: skip
    """Record a formal act of an agreement's life; only ids and facts."""
    record_act(
        actor_id=actor_id, role=role, act=f"life.{act}", object_type=kind,
        object_id=about.pk if about is not None else agreement.pk,
        content={"agreement": str(agreement.pk), **content},
    )  # fmt: skip
