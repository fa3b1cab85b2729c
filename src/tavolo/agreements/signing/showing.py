# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Words for what parties did: used alike on pages, in the signed PDF and by programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tavolo.agreements import standing
from tavolo.agreements.models import Agreement, State
from tavolo.agreements.signing import reading, states, voting
from tavolo.agreements.signing.models import Frozen, Reply, Signature


def day(value: Any) -> str:
    """Return a day in words."""
    return formats.date_format(timezone.localtime(value) if hasattr(value, "hour") else value)


def initial_words(line: reading.Line) -> str:
    """Say whether and how a party initialled."""
    row = line.initial
    if row is None:
        if line.declined and line.declined.step == "initial":
            return _("did not initial (%(when)s)") % {"when": day(line.declined.made_at)}
        return _("did not initial")
    said = _("initialled on %(when)s, %(name)s") % {"when": day(row.made_at), "name": row.name}
    return said + (_(", with reservation pending its members' vote") if row.reserve else "")


def reply_words(line: reading.Line) -> str:
    """Say what became of a party's reservation."""
    if line.initial is None or not line.initial.reserve:
        return pgettext("reservation", "none")
    if line.reply is None:
        return _("pending until %(when)s") % {"when": day(line.initial.reserve_due)}
    what = _("lifted") if line.reply.word == Reply.Word.LIFTED else _("not lifted: its members said no")
    return _("%(what)s on %(when)s (%(ground)s)") % {
        "what": what, "when": day(line.reply.made_at), "ground": line.reply.ground,
    }  # fmt: skip


def signature_words(line: reading.Line) -> str:
    """Say whether, by whom and how a party signed."""
    if line.signatures:
        said = "; ".join(
            _("%(name)s, %(how)s, %(when)s") % {
                "name": row.name, "how": row.get_kind_display(), "when": day(row.signed_on),
            }
            for row in line.signatures
        )  # fmt: skip
        if line.signed:
            return said
        return _("%(said)s (%(have)s of %(needed)s)") % {
            "said": said, "have": len(line.signatures), "needed": line.naming.needed if line.naming else 1,
        }  # fmt: skip
    if line.declined and line.declined.step == "sign":
        return _("does not sign (%(when)s)") % {"when": day(line.declined.made_at)}
    return _("has not signed")


def level_words(row: Signature) -> str:
    """Say plainly how sure it is that this person signed, and what was not checked."""
    level = row.facts.get("level")
    if row.kind == Signature.Kind.ONLINE:
        if level == "simple_factor":
            return _(
                "%(name)s: simple electronic signature, given with an account and a second factor "
                "confirmed within five minutes. Not an advanced or qualified signature."
            ) % {"name": row.name}
        return _(
            "%(name)s: simple electronic signature in the demonstration, with a plain confirmation and "
            "no second factor. It has no value."
        ) % {"name": row.name}
    if row.kind == Signature.Kind.PAPER:
        return _("%(name)s: handwritten on the printed sheet; the scan was confirmed by who acts for the "
                 "party. The paper original stays with the parties.") % {"name": row.name}  # fmt: skip
    said = _("%(name)s: the signature in the attached file holds over the frozen sheet. The certificate "
             "says it was issued by %(issuer)s, from %(since)s to %(until)s.") % {
        "name": row.name, "issuer": row.facts.get("issuer", ""), "since": row.facts.get("valid_from", ""),
        "until": row.facts.get("valid_to", ""),
    }  # fmt: skip
    if row.facts.get("qualified_statement"):
        said += " " + _("It states that it is qualified.")
    return said + " " + _("Issuer, validity and revocation were not checked here: have them checked by a "
                          "verification service.")  # fmt: skip


def headline(agreement: Agreement, frozen: Frozen | None) -> str:
    """Say in one sentence where the agreement stands and what is missing."""
    now = reading.standing_of(agreement, frozen)
    lines = reading.lines(agreement)
    names = {line.party.pk: str(line.party) for line in lines}
    missing = ", ".join(sorted(names[key] for key in reading.awaited(agreement.state, now)))
    if agreement.state == State.DRAFT:
        if frozen is None or frozen.version_id is None:
            return _("Draft: the text can still change. The first initials freeze it.")
        return _("Being initialled: the text is frozen. Still missing: %(parties)s.") % {"parties": missing}
    values = {"parties": missing, "due": day(frozen.reserve_due) if frozen and frozen.reserve_due else ""}
    said = {
        State.INITIALLED: _("Tentative agreement, initialled with reservation pending the members' vote, by "
                            "%(due)s. Still to answer: %(parties)s."),
        State.VOTING: VOTING[voting.phase(agreement)],
        State.CLEARED: _("The reservation is lifted, or there was none: the text can be signed. Still "
                         "missing: %(parties)s."),
        State.REJECTED: _("The members said no: this text is not signed."),
        State.SIGNED: _("Signed. It is to be deposited by %(deposit)s."),
        State.DEPOSITED: _("Signed and deposited."),
        State.ENDED: _("No longer in force."),
    }.get(State(agreement.state), "")  # fmt: skip
    values["deposit"] = day(frozen.deposit_due) if frozen and frozen.deposit_due else ""
    said = str(said) % values
    return f"{said} {unity(lines)}" if agreement.state in SIGNED else said


# What is said of the members' votes by how they stand together; "" where all ended without result.
VOTING = {
    "prepared": gettext_lazy("The members' vote is being prepared: nobody is asked yet. The reservation has "
                             "its term on %(due)s. Still to answer: %(parties)s."),
    "open": gettext_lazy("The members are being asked. The reservation has its term on %(due)s. Still to "
                         "answer: %(parties)s."),
    "closed": gettext_lazy("The members' vote has ended. The reservation has its term on %(due)s. Still to "
                           "answer: %(parties)s."),
    "": gettext_lazy("The vote ended without result: prepare another one, or answer by the organ that "
                     "decides. The reservation has its term on %(due)s. Still to answer: %(parties)s."),
}  # fmt: skip
SIGNED = (State.SIGNED, State.DEPOSITED, State.ENDED)


def unity(lines: list[reading.Line]) -> str:
    """Say of a signed text who signed it: all, or some without the others, by name."""
    signed = ", ".join(str(line.party) for line in lines if line.signed)
    absent = ", ".join(str(line.party) for line in lines if not line.signed)
    if not absent:
        return _("Unitary: all parties signed it.")
    return _("Separate: signed by %(signed)s; not signed by %(absent)s.") % {
        "signed": signed, "absent": absent,
    }  # fmt: skip


STEPS = (
    (State.DRAFT, "draft"), (State.INITIALLED, "initialled"), (State.VOTING, "vote"),
    (State.CLEARED, "cleared"), (State.SIGNED, "signed"), (State.DEPOSITED, "deposited"),
)  # fmt: skip


def path(agreement: Agreement) -> list[dict[str, Any]]:
    """Return the line of states with where the agreement is: done, here, to come.

    A vote stands in it where one is linked or may still come, the reservation where a party made one.
    """
    frozen = reading.frozen_of(agreement)
    now = reading.standing_of(agreement, frozen)
    open_still = agreement.state in (State.DRAFT, State.INITIALLED, State.VOTING, State.REJECTED)
    phase = voting.phase(agreement)
    voted = open_still or bool(phase)
    vote = pgettext("state of an agreement", "Vote")
    if phase == "prepared" and agreement.state == State.VOTING:
        vote = pgettext("state of an agreement", "Vote in preparation")
    lifted = _("Reservation lifted") if open_still or now.reserve else _("To be signed")
    labels = {
        "draft": _("Draft"), "initialled": _("Initialled"),
        "vote": vote,
        "cleared": lifted, "signed": _("Signed"), "deposited": _("Deposited"),
    }  # fmt: skip
    order = list(states.STATES)
    here = order.index(agreement.state)
    if agreement.state == State.REJECTED:
        here = order.index(State.VOTING)
    if agreement.state == State.ENDED:
        here = order.index(State.DEPOSITED)
    places = {State.DRAFT: 0, State.INITIALLED: 1, State.VOTING: 2, State.CLEARED: 3, State.SIGNED: 5,
              State.DEPOSITED: 6}  # fmt: skip
    return [
        {
            "label": labels[key], "done": places[state] < here, "here": places[state] == here,
        }
        for state, key in STEPS if key != "vote" or voted
    ]  # fmt: skip


def rule_day(frozen: Frozen | None) -> date:
    """Return the day whose rules are asked about: that of the signature, else today."""
    return frozen.signed_on if frozen is not None and frozen.signed_on else standing.today()
