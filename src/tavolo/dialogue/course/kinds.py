# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The joint decisions of this part: what each needs, does, and says to the parties who answer it."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tavolo.dialogue.course import words
from tavolo.dialogue.course.models import NoAgreement, Origin
from tavolo.dialogue.course.services import admitting, ending, interruptions, phases
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.delegations.models import JointDecision, Needs
from tavolo.dialogue.models import Side

PHASE, COMPOSED, ADOPTED = "course.phase_changed", "course.composed", "course.adopted"
SUSPENDED, RESUMED, COOLING_OFF = "course.suspended", "course.resumed", "course.cooling_off"
CONCLUDED, NO_AGREEMENT = "course.concluded", "course.no_agreement"
ADMITTED = "course.party_admitted"
ALL = (PHASE, COMPOSED, ADOPTED, SUSPENDED, RESUMED, COOLING_OFF, CONCLUDED, NO_AGREEMENT, ADMITTED)


def _day(text: str | None) -> str:
    return str(date_format(date.fromisoformat(text), "DATE_FORMAT")) if text else ""


def _move(decision: JointDecision) -> str:
    content = decision.content
    return gettext("The table passes to the phase “%(phase)s”. %(reason)s") % {
        "phase": content["title"], "reason": content["reason"],
    }  # fmt: skip


def _phases(decision: JointDecision) -> str:
    lines = []
    for place, row in enumerate(decision.content["phases"], start=1):
        days = " – ".join(day for day in (_day(row["planned_from"]), _day(row["planned_to"])) if day)
        name = row["title"] or words.kind_name(row["kind"])
        own = _own_acts(row["acts"]) if row["acts"] is not None else ""
        lines.append(f"{place}. {name}" + (f" ({days})" if days else "") + (f": {own}" if own else ""))
    return "\n".join(lines)


def _own_acts(acts: dict[str, list[str]]) -> str:
    said = [f"{words.act_name(act)} ({words.roles_text(roles)})" for act, roles in acts.items() if roles]
    return "; ".join(said)


def _adoption(decision: JointDecision) -> str:
    origin = str(Origin(decision.content["origin"]).label)
    text = f"{origin}: {decision.content['reference']}\n{_phases(decision)}"
    days = decision.content.get("notice")
    if days:
        said = gettext("Notice of meetings, in days: plenary %(notice_plenary)s, restricted "
                       "%(notice_restricted)s.")  # fmt: skip
        text += "\n" + said % days
    return text


def _cooling_off(decision: JointDecision) -> str:
    content = decision.content
    rests = (
        gettext("The talks rest meanwhile.") if content["pauses"] else gettext("The talks go on meanwhile.")
    )
    span = gettext("From %(first)s to %(last)s, both included.") % {
        "first": _day(content["starts_on"]), "last": _day(content["ends_on"]),
    }  # fmt: skip
    return f"{span} {rests}\n{content['text']}"


def _no_agreement(decision: JointDecision) -> str:
    found = NoAgreement.objects.filter(pk=decision.content["record"]).first()
    points = found.points if found else ""
    return gettext("The table ends without agreement; the record is closed for good.") + f"\n{points}"


def _admission(decision: JointDecision) -> str:
    content = decision.content
    said = gettext("%(name)s (%(side)s) is admitted to the table; it sits there once it has accepted.")
    return said % {"name": content["name"], "side": Side(content["side"]).label} + f"\n{content['reason']}"


def declare() -> None:
    """Declare the kinds; called once the application is ready."""
    kind = decisions.kind
    kind(
        PHASE, title=_("Passing to another phase"), apply=phases.apply_move, check=phases.check_move,
        describe=_move,
    )  # fmt: skip
    kind(
        COMPOSED, title=_("Change of the table's phases"), apply=phases.apply_composition,
        check=phases.check_composition, describe=_phases,
    )  # fmt: skip
    kind(
        ADOPTED, title=_("Course of the table"), apply=phases.apply_adoption, check=phases.check_adoption,
        describe=_adoption,
    )  # fmt: skip
    kind(
        SUSPENDED, title=_("Suspension of the talks"), apply=interruptions.apply_suspension,
        check=interruptions.check_suspension, describe=lambda decision: decision.content["reason"],
    )  # fmt: skip
    kind(
        RESUMED, title=_("Resumption of the talks"), apply=interruptions.apply_resumption,
        check=interruptions.check_resumption, describe=lambda decision: decision.content["text"],
    )  # fmt: skip
    kind(
        COOLING_OFF, title=_("Cooling-off period"), apply=interruptions.apply_cooling_off,
        check=interruptions.check_cooling_off, describe=_cooling_off, needs=Needs.EACH_PARTY,
    )  # fmt: skip
    kind(
        ADMITTED, title=_("Admission of a party"), apply=admitting.apply_admission,
        check=admitting.check_admission, describe=_admission, needs=Needs.EACH_PARTY,
    )  # fmt: skip
    kind(
        CONCLUDED, title=_("Conclusion of the table"), apply=ending.apply_conclusion,
        check=ending.check_conclusion, describe=lambda decision: decision.content["text"],
    )  # fmt: skip
    kind(
        NO_AGREEMENT, title=_("Closure without agreement"), apply=ending.apply_no_agreement,
        check=ending.check_no_agreement, describe=_no_agreement,
    )  # fmt: skip
