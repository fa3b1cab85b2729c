# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What a person can do on an agreement now, what comes next, and what each word of waiting is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tavolo.agreements.models import Agreement, State
from tavolo.agreements.signing import reading, states, voting
from tavolo.agreements.signing.models import Copy, Frozen, Signatory
from tavolo.dialogue.models import Party, Side

COMING = {
    State.DRAFT: gettext_lazy("Now: the parties initial. Then: with a reservation, the members' vote; "
                              "without one, the signature."),
    State.INITIALLED: gettext_lazy("Now: who made a reservation asks its members. Then: the record of the "
                                   "count, and each party answers to its reservation."),
    State.CLEARED: gettext_lazy("Now: %(missing)s sign. Then: the deposit, within thirty days."),
    State.SIGNED: gettext_lazy("Now: the deposit, by %(due)s. Then: the terms are recorded in “Life of the "
                               "agreement”, what is owed in “Commitments”."),
    State.DEPOSITED: gettext_lazy("Signed and deposited: record the terms in “Life of the agreement” and "
                                  "what is owed in “Commitments”, if that is not done yet."),
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A step a person may take: its route, words, whether it is the next thing, whether it is due now."""

    route: str
    words: str
    next: bool = False
    due: bool = True


def steps(
    found: Agreement, frozen: Frozen | None, party: Party | None, now: states.Standing, secretary: bool
) -> list[Step]:
    """Return what this person can do now; what is allowed but not due yet is marked so."""
    if party is None and not secretary:
        return []
    held = frozen is not None and frozen.version_id is not None
    rows = _party(found, party, now, held) if party is not None else []
    if found.state == State.CLEARED:
        rows.append(Step("copy", _("Upload the scan of the signed sheet"), due=secretary))
    if party and held and found.state in (State.DRAFT, State.INITIALLED, State.VOTING, State.CLEARED):
        left = bool(reading.declined(found, frozen, states.step_of(found.state)) or now.rejected)
        rows.append(Step("separate", _("Go on without those who do not go along"), due=left))
    if found.state == State.SIGNED:
        rows.append(Step("deposit", _("Record the deposit"), next=True))
    return rows


def _party(found: Agreement, party: Party, now: states.Standing, held: bool) -> list[Step]:
    """Return the steps of a contracting party."""
    state, own, rows = found.state, party.pk, []
    if state == State.DRAFT and own not in now.initialled:
        rows.append(Step("initial", _("Initial the text"), next=True))
    missing = now.missing_initials if state == State.DRAFT else now.missing_signatures
    if own in missing and ((state == State.DRAFT and held) or state == State.CLEARED):
        rows.append(Step("decline", _("Record that we do not go along")))
    if state in (State.INITIALLED, State.VOTING):
        rows += _answering(found, party, now)
    if state in (State.INITIALLED, State.VOTING, State.CLEARED) and own not in now.signed:
        named = Signatory.objects.filter(naming__agreement=found, naming__party=party).exists()
        due = state == State.CLEARED
        rows.append(Step("signatories", _("Name who signs"), next=due and not named, due=due))
    if state == State.CLEARED and own in now.missing_signatures:
        rows.append(Step("sign", _("Sign here"), next=True))
        scanned = Copy.objects.filter(agreement=found).exists()
        rows.append(Step("confirm", _("Confirm the signed copy"), due=scanned))
        rows.append(Step("attach", _("Attach a signature made with your own card"), due=False))
    return rows


def _answering(found: Agreement, party: Party, now: states.Standing) -> list[Step]:
    """Return vote and answer: the answer is due once the party's own vote, where it has one, is counted."""
    vote = voting.own_vote(found, party)
    # Closed is enough, whoever publishes figures or not: the answer rests on the record of the count.
    voted = vote is not None and vote.consultation.state in ("closed", "published")
    rows = []
    if party.pk in now.missing_answers:
        none = vote is None and party.side != Side.WORKERS
        rows.append(Step("reservation", _("Answer to our reservation"), next=voted, due=voted or none))
        rows.append(Step("vote", vote_words(party), next=vote is None and not none, due=vote is None))
    else:
        rows.append(Step("vote", vote_words(party), due=False))
    return rows


def vote_words(party: Party | None) -> str:
    """Return what a party's vote is called: of its members, or of the firms it organises."""
    if party is not None and party.side == Side.EMPLOYERS:
        return _("The vote of the member firms")
    return _("The members' vote")


def awaited_words(state: str) -> str:
    """Return what is awaited of a party in a state."""
    if state == State.DRAFT:
        return _("initials awaited")
    return _("signature awaited") if state == State.CLEARED else _("awaited")


def coming(found: Agreement, frozen: Frozen | None, missing: str) -> str:
    """Say in one line what happens now and what follows; `missing` names whom one waits for."""
    if found.state == State.VOTING:
        return _voting(found, missing)
    due = formats.date_format(frozen.deposit_due) if frozen and frozen.deposit_due else ""
    said = COMING.get(State(found.state), "")
    return str(said) % {"missing": missing, "due": due} if said else ""


def _voting(found: Agreement, missing: str) -> str:
    phase = voting.phase(found)
    if phase == "prepared":
        return _("Now: the vote is prepared; it opens once every party that asks somebody has consented. "
                 "Then: the count and its record, and each party answers to its reservation.")  # fmt: skip
    if phase == "open":
        days = [row.consultation.closes_on for row in voting.votes(found) if row.consultation.closes_on]
        until = _(" until %(day)s") % {"day": formats.date_format(max(days))} if days else ""
        return _("Now: the vote is open%(until)s. Then: the count and its record, and each party answers to "
                 "its reservation.") % {"until": until}  # fmt: skip
    if phase == "closed":
        return _("Now: %(missing)s answer to the reservation, on the record of the count. Then: the "
                 "signature.") % {"missing": missing}  # fmt: skip
    return ""


def desk(rows: list[Step], missing: str) -> str:
    """Say to the joint secretariat what is its to do here."""
    if rows:
        return _("As the secretariat you can do what stands below; initials and signatures are the parties'.")
    if missing:
        return _("Nothing here is the secretariat's to do: it is up to %(who)s.") % {"who": missing}
    return _("Nothing here is the secretariat's to do.")


def going_on(found: Agreement) -> dict[str, Any]:
    """Return which step a separate way would be about, by name who took it and who did not."""
    step = states.step_of(found.state)
    lines = reading.lines(found)
    did = {
        "initial": lambda line: line.initial is not None,
        "answer": lambda line: (
            line.initial is not None
            and (not line.initial.reserve or (line.reply is not None and line.reply.word == "lifted"))
        ),
        "sign": lambda line: line.signed,
    }[step]
    name = {
        "initial": pgettext("step", "initialled the text"),
        "answer": pgettext("step", "lifted its reservation, or made none"),
        "sign": pgettext("step", "signed"),
    }[step]  # fmt: skip
    return {
        "name": name, "on": [str(line.party) for line in lines if did(line)],
        "left": [str(line.party) for line in lines if not did(line)],
    }  # fmt: skip
