"""Identifiers of Italian organisations: partita IVA, codice fiscale, ATECO code, municipality, size."""

from __future__ import annotations

from functools import cache

import ateco
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as BadNumber
from stdnum.it import codicefiscale, iva

from tavolo.people import places

# Size classes of the EU recommendation 2003/361/EC, by employees alone: (from, name).
SIZE_CLASSES = ((0, "micro"), (10, "small"), (50, "medium"), (250, "large"))


def clean_partita_iva(value: str) -> str:
    """Return the eleven digits of a partita IVA; refuse one whose check digit is wrong."""
    if not value.strip():
        return ""
    try:
        return str(iva.validate(value))
    except BadNumber as error:
        raise ValidationError(
            _("This is not a valid partita IVA: eleven digits are needed, the last one checks the others.")
        ) from error


def clean_codice_fiscale(value: str) -> str:
    """Return a codice fiscale in capitals: eleven digits of a body, or sixteen characters of a person."""
    if not value.strip():
        return ""
    try:
        return str(codicefiscale.validate(value))
    except BadNumber as error:
        raise ValidationError(
            _("This is not a valid codice fiscale: compare it with the original, one character is wrong.")
        ) from error


def clean_ateco(value: str) -> str:
    """Return an ATECO 2025 code with its dots; refuse unknown codes and bare sections or divisions."""
    if not value.strip():
        return ""
    try:
        found = ateco.lookup(value.strip(), edition="2025")
    except ValueError:
        found = None
    if found is None or len(found.code.replace(".", "")) < 3:
        raise ValidationError(
            _("This code is not in ATECO 2025. Take it from the firm's registry extract (as 25.62.00).")
        )
    return str(found.code)


@cache
def ateco_title(code: str) -> str:
    """Return the Italian title of an ATECO 2025 code, or nothing."""
    try:
        found = ateco.lookup(code, edition="2025") if code else None
    except ValueError:
        return ""
    return str(found.title) if found else ""


def clean_municipality(value: str) -> str:
    """Return the usual spelling of a municipality's name; refuse a name nobody knows."""
    if not value.strip():
        return ""
    found = places.find(value)
    if found is None:
        near = ", ".join(places.suggestions(value, 3))
        hint = _("Did you mean: %(names)s?") % {"names": near} if near else _("Write its full Italian name.")
        raise ValidationError(_("This municipality is not known.") + " " + hint)
    return found.name


def size_class(employees: int | None) -> str:
    """Return micro, small, medium or large by the number of employees; nothing when it is unknown."""
    if employees is None:
        return ""
    return [name for least, name in SIZE_CLASSES if employees >= least][-1]
