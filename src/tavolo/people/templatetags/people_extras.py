"""Template filters of this room."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from tavolo.people.identifiers import size_class

register = template.Library()


@register.filter
def size_name(employees: int | None) -> str:
    """Return the size class of an organisation in words, or nothing when it is unknown."""
    names = {"micro": _("micro"), "small": _("small"), "medium": _("medium"), "large": _("large"), "": ""}
    return names[size_class(employees)]
