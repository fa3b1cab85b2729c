# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What other pages of the room show of this part."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language

from tavolo.dialogue.models import Consultation
from tavolo.dialogue.voices import gathering, importance, seeds
from tavolo.dialogue.voices.languages import words_of

register = template.Library()
MOST = 10


@register.inclusion_tag("voices/_importance.html")
def importance_of(consultation: Consultation) -> dict[str, Any]:
    """Show which statements were marked as important, where that may be shown."""
    lines = importance.shares(consultation, (get_language() or "it")[:2])
    lines = [line for line in lines if line.total.marked][:MOST]
    return {"lines": lines, "names": [share.name for share in lines[0].by_label] if lines else []}


@register.filter
def language_name(code: str) -> str:
    """Return the name a language gives itself."""
    return str(words_of(code)["name"])


@register.simple_tag
def waiting_seeds(consultation: Consultation) -> set[Any]:
    """Return the versions of a consultation that wait for the asking sides' consents."""
    return seeds.waiting_in(consultation.pk)


@register.inclusion_tag("voices/_links.html", takes_context=True)
def voices_of(context: Any, consultation: Consultation) -> dict[str, Any]:
    """Show what this visitor can do here with participants' statements."""
    return gathering.links_of(context["request"], consultation) | {"consultation": consultation}
