# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The list of issues with options: written by the secretariat, agreed by every party in its exact version."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.overlap import keys, seats
from tavolo.dialogue.overlap.models import Agreement, Exercise, Issue, Lodging, Option
from tavolo.dialogue.overlap.payload import Payload
from tavolo.dialogue.overlap.services import steps
from tavolo.dialogue.overlap.solver.question import MOST_ISSUES, MOST_OPTIONS
from tavolo.language.folding import fold

LONGEST = timedelta(days=180)
MOST_LOOKS = 3
PERIOD = timedelta(days=365)
Lines = Sequence[tuple[str, Sequence[str]]]


def issues_of(exercise: Exercise) -> list[Issue]:
    """Return the issues in the order of the list, options ready."""
    return list(Issue.objects.filter(exercise=exercise).order_by("position").prefetch_related("options"))


def sizes(exercise: Exercise) -> list[int]:
    """Return how many options each issue has."""
    return [len(issue.options.all()) for issue in issues_of(exercise)]


def digest(exercise: Exercise) -> str:
    """Return the hash of the exact version the parties agree to: issues, options, last day."""
    text = [[issue.title, [option.text for option in issue.options.all()]] for issue in issues_of(exercise)]
    said = json.dumps([exercise.version, exercise.closes_on.isoformat(), text], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


@transaction.atomic
def write_list(exercise: Exercise, lines: Lines, *, closes_on: date, actor_id: uuid.UUID) -> int:
    """Write the list anew, by the joint secretariat; return its version. Earlier yeses hold no more."""
    exercise = steps.locked(exercise)
    if not standing.is_secretary(actor_id, exercise.table_id):
        raise Problem(_("Only the joint secretariat may do this."))
    if exercise.state != Exercise.State.LISTING:
        raise Problem(
            _("The list can be written only after all parties have asked and before all agree to it.")
        )
    clean = _checked(lines)
    day = standing.today()
    if not day <= closes_on <= day + LONGEST:
        raise Problem(
            _("Choose a last day between today and %(days)s days from now.") % {"days": LONGEST.days}
        )
    Issue.objects.filter(exercise=exercise).delete()
    for place, (title, options) in enumerate(clean):
        issue = Issue.objects.create(
            territory_id=exercise.territory_id, exercise=exercise, position=place, title=title
        )
        Option.objects.bulk_create(
            Option(territory_id=exercise.territory_id, issue=issue, position=number, text=text)
            for number, text in enumerate(options)
        )
    exercise.version += 1
    exercise.closes_on = closes_on
    exercise.save(update_fields=["version", "closes_on"])
    require_looks_left(exercise)
    steps.tell(exercise, "list_written", secretariat=False)
    return exercise.version


def _checked(lines: Lines) -> list[tuple[str, list[str]]]:
    """Return the list without blanks; raise where it cannot be answered."""
    clean = [(" ".join(title.split()), [" ".join(o.split()) for o in options]) for title, options in lines]
    clean = [(title, [o for o in options if o]) for title, options in clean]
    clean = [(title, options) for title, options in clean if title or options]
    if not 1 <= len(clean) <= MOST_ISSUES:
        raise Problem(_("Write from 1 to %(most)s issues.") % {"most": MOST_ISSUES})
    for number, (title, options) in enumerate(clean, start=1):
        where = {"number": number, "most": MOST_OPTIONS}
        if not title or len(title) > 160:
            raise Problem(_("Issue %(number)s: give it a name of at most 160 characters.") % where)
        if not 2 <= len(options) <= MOST_OPTIONS or len({fold(o) for o in options}) != len(options):
            raise Problem(_("Issue %(number)s: write from 2 to %(most)s different options.") % where)
        if any(len(option) > 240 for option in options):
            raise Problem(_("Issue %(number)s: shorten its options to 240 characters.") % where)
    if len({fold(title) for title, _options in clean}) != len(clean):
        raise Problem(_("Two issues have the same name: each must be asked once."))
    return clean


def earlier_looks(exercise: Exercise) -> int:
    """Return how often, in the last year, an overlap at this table was shown on an issue of this list."""
    names = {fold(issue.title) for issue in Issue.objects.filter(exercise=exercise)}
    since = standing.today() - PERIOD
    before = Exercise.objects.filter(table_id=exercise.table_id, looked_on__gt=since).exclude(pk=exercise.pk)
    rows = Issue.objects.filter(exercise__in=before).values_list("exercise_id", "title")
    return len({pk for pk, title in rows if fold(title) in names})


def require_looks_left(exercise: Exercise) -> None:
    """Raise where an issue of the list was looked at too often: each look tells a little more."""
    if earlier_looks(exercise) >= MOST_LOOKS:
        raise Problem(
            _(
                "An issue of this list was in %(most)s exercises shown within a year. Each tells a little "
                "more about each party: talk about it openly, or leave it out."
            )
            % {"most": MOST_LOOKS}
        )


@transaction.atomic
def consent_to_list(exercise: Exercise, *, version: int, actor_id: uuid.UUID) -> bool:
    """Agree to the list in its exact version; the last yes opens the lodging. Returns whether it is open."""
    exercise = steps.locked(exercise)
    party = seats.require_party(actor_id, exercise)
    if version != exercise.version or not version:
        raise Problem(_("The list has changed in the meantime: read the new version before you agree."))
    if exercise.state != Exercise.State.LISTING:
        if party.pk in steps.agreed(exercise, Agreement.Step.LIST, version):
            return True
        raise Problem(_("This list is not waiting for consents."))
    if exercise.closes_on < standing.today():
        raise Problem(_("The last day of this list has passed: ask the secretariat for a new one."))
    if steps.agree(exercise, party, Agreement.Step.LIST, version):
        steps.act(
            exercise, "list_agreed", actor_id=actor_id, role="delegate",
            content={"party": str(party.pk), "version": version, "sha256": digest(exercise)},
        )  # fmt: skip
    if not steps.all_agreed(exercise, Agreement.Step.LIST, version):
        return False
    _open(exercise)
    return True


def _open(exercise: Exercise) -> None:
    """Write every party's row at one moment, all alike to whoever has no key."""
    require_looks_left(exercise)
    # The key is stored before anything is sealed; if this transaction fails, the next one replaces it.
    keys.create(exercise.pk)
    empty = Payload.empty().encode()
    Lodging.objects.bulk_create(
        Lodging(
            territory_id=exercise.territory_id, exercise=exercise, party=party,
            sealed=keys.seal_for(exercise.pk, party.pk, empty),
        )
        for party in seats.parties(exercise)
    )  # fmt: skip
    exercise.state = Exercise.State.LODGING
    exercise.save(update_fields=["state"])
    steps.tell(exercise, "open")
