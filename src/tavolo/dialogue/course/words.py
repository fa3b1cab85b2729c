"""What pages and records call the phases, acts and roles of a course."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tavolo.dialogue.course import rules
from tavolo.dialogue.course.models import PhaseKind

ACTS: dict[str, Any] = {
    rules.MEET: _("convene a meeting"),
    rules.PREPARE: _("prepare a consultation"),
    rules.OPEN: _("open a consultation"),
    rules.LODGE: _("lodge positions"),
    rules.OVERLAP: _("ask for a blind overlap"),
    rules.PROPOSE: _("propose a text"),
    rules.AMEND: _("amend the text"),
    rules.INITIAL: _("initial the tentative agreement"),
    rules.LIFT: _("lift a reservation"),
    rules.SIGN: _("sign the agreement"),
    rules.DEPOSIT: _("deposit the agreement"),
    rules.REPORT: _("report on commitments"),
}
ROLES: dict[str, Any] = {
    rules.SECRETARIAT: _("joint secretariat"),
    rules.WORKERS: _("workers' side"),
    rules.EMPLOYERS: _("employers' side"),
    rules.PUBLIC: _("public bodies"),
}
# One line on what a phase is for, in words for somebody who has never sat at a table.
MEANING: dict[str, Any] = {
    rules.PREPARATION: _("The parties agree on themes, people and days."),
    rules.LISTENING: _("Each party asks its own people what they think."),
    rules.POSITIONS: _("Each party lodges what it asks and what it could accept."),
    rules.CONVERGENCE: _("The parties look for what they already share."),
    rules.DRAFTING: _("The text is written and amended, clause by clause."),
    rules.TENTATIVE: _("The delegations initial a text, reserving the vote of those who gave the mandate."),
    rules.MEMBERS_VOTE: _("Those who gave the mandate say yes or no."),
    rules.SIGNATURE: _("Reservations are lifted, the agreement is signed and deposited."),
    rules.FOLLOW_UP: _("The parties check together that commitments are kept."),
}


def kind_name(kind: str) -> str:
    """Return what a kind of phase is called, its code where nobody knows it."""
    return str(PhaseKind(kind).label) if kind in PhaseKind.values else kind


def act_name(act: str) -> str:
    """Return what an act is called."""
    return str(ACTS.get(act, act))


def roles_text(roles: tuple[str, ...] | list[str]) -> str:
    """Return roles in words: "everybody" where all of them are meant."""
    if set(roles) == set(rules.ROLES):
        return gettext("everybody at the table")
    if set(roles) == set(rules.PARTIES):
        return gettext("all parties")
    return ", ".join(str(ROLES[role]) for role in rules.ROLES if role in roles) or gettext("nobody")


def fault_text(fault: rules.Fault) -> str:
    """Return a fault of a composition as a sentence that says where it is and what to do."""
    where = gettext("Phase %(place)s: ") % {"place": fault.place} if fault.place else ""
    return where + _sentence(fault)


def _sentence(fault: rules.Fault) -> str:
    if fault.code == "order":
        before, after = fault.what.split()
        text = gettext("“%(after)s” cannot come right after “%(before)s”: move it, or put a phase between.")
        return text % {"after": kind_name(after), "before": kind_name(before)}
    if fault.code == "role":
        act, role = fault.what.split()
        return gettext("“%(act)s” can never be open to %(role)s: take it away.") % {
            "act": act_name(act), "role": str(ROLES.get(role, role)),
        }  # fmt: skip
    sentences = {
        "none": gettext("A course needs at least one phase."),
        "too_many": gettext("A course has at most %(what)s phases: join some of them."),
        "kind": gettext("“%(what)s” is no kind of phase."),
        "title": gettext("The title is too long: use at most %(what)s characters."),
        "days": gettext("It ends before it begins: correct the planned days."),
        "overlap": gettext("It begins before the phase that comes before it: correct the planned days."),
        "act": gettext("“%(what)s” is no act of a table."),
        "no_acts": gettext("It opens no act to anybody: choose at least one."),
    }
    return sentences[fault.code] % {"what": fault.what}
