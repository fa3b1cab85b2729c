# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Versions: the current one, its text, and the adding of another."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import lru_cache

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.agreements.models import Agreement, State, Version
from tavolo.agreements.text.canonical import canonical, read_canonical, text_hash
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.model import Text
from tavolo.common.errors import Problem
from tavolo.common.remembering import remembered


@lru_cache(maxsize=64)
def _read(canonical_text: str) -> Text:
    return read_canonical(canonical_text.encode())


def text_of(version: Version) -> Text:
    """Return a version's text."""
    return _read(version.canonical)


@remembered
def current(agreement: Agreement) -> Version:
    """Return the newest version of an agreement."""
    found = Version.objects.filter(agreement=agreement).order_by("-number").first()
    if found is None:
        raise Problem(_("This agreement has no text yet."))
    return found


def version_number(agreement: Agreement, number: int) -> Version:
    """Return a version by its number."""
    found = Version.objects.filter(agreement=agreement, number=number).first()
    if found is None:
        raise Problem(_("There is no version %(number)s of this text.") % {"number": number})
    return found


def locked(agreement: Agreement) -> Agreement:
    """Return the agreement with its row locked: whatever changes its text or state goes one at a time."""
    return Agreement.objects.select_for_update().get(pk=agreement.pk)


_guards: list[Callable[[Agreement], None]] = []


def guard(function: Callable[[Agreement], None]) -> None:
    """Register what else may keep a draft from changing (a party's initials): it raises, or returns."""
    if function not in _guards:
        _guards.append(function)


def require_draft(agreement: Agreement) -> None:
    """Raise unless the text may still change."""
    if agreement.state != State.DRAFT:
        raise Problem(
            _("This text is no longer a draft: it was initialled, and changes only as a new agreement.")
        )
    for refuse in _guards:
        refuse(agreement)


def add_version(
    agreement: Agreement, text: Text, *, made: str, actor_id: uuid.UUID | None, note: str = ""
) -> Version:
    """Add a version to the locked agreement; the same text twice in a row is refused."""
    last = Version.objects.filter(agreement=agreement).aggregate(top=Max("number"))["top"] or 0
    own = text_hash(text)
    if last and Version.objects.filter(agreement=agreement, number=last, hash=own).exists():
        raise Problem(_("The text would be the same as before: nothing to do."))
    return Version.objects.create(
        territory_id=agreement.territory_id, agreement=agreement, number=last + 1,
        canonical=canonical(text).decode(), hash=own, made=made, note=note[:300], made_by_id=actor_id,
        made_at=timezone.now(),
    )  # fmt: skip


def said(error: TextError) -> Problem:
    """Return a text's error as a sentence for people."""
    from django.utils.translation import get_language

    language = "it" if (get_language() or "it").startswith("it") else "en"
    words = error.sentence(language)
    return Problem(words[0].upper() + words[1:] + ".")
