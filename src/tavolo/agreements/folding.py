# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Which clauses one reads now: all, those that wait for one's party, those somebody would change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tavolo.agreements.showing import ClauseView

ALL, OURS = "tutto", "noi"


@dataclass(frozen=True)
class Choice:
    """A part of the text one may ask for, with how many clauses it has."""

    key: str
    name: str
    count: int
    chosen: bool


def choices(views: Sequence[ClauseView], *, party: bool, chosen: str) -> list[Choice]:
    """Return what can be asked for: the whole text, and each part of it that holds a clause.

    `party`: the viewer acts for a party, so that clauses can wait for it. An unknown wish is the whole text.
    """
    kept = _kept(party)
    rows = [(key, name, sum(map(test, views))) for key, (name, test) in kept.items()]
    known = chosen if chosen in kept else ALL
    return [Choice(key, name, n, key == known) for key, name, n in rows if n or key in (ALL, known)]


def shown(views: Sequence[ClauseView], *, party: bool, chosen: str) -> list[ClauseView]:
    """Return the clauses asked for, in the order of the text.

    Of those that wait for one's party the first is unfolded: once answered, the next takes its place.
    """
    kept = _kept(party)
    _name, test = kept.get(chosen, kept[ALL])
    found = [one for one in views if test(one)]
    if chosen == OURS and found:
        found[0].unfolded = True
    return found


def _kept(party: bool) -> dict[str, tuple[str, Callable[[ClauseView], bool]]]:
    found: dict[str, tuple[str, Callable[[ClauseView], bool]]] = {
        ALL: (_("The whole text"), lambda _one: True)
    }
    if party:
        found[OURS] = (_("Waits for us"), lambda one: one.waits)
    found["emendamenti"] = (_("With open amendments"), lambda one: bool(one.amendments))
    found["aperte"] = (_("Not yet accepted by all"), lambda one: not one.agreed)
    return found
