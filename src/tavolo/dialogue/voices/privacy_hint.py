"""What in a text might point to a person: addresses, numbers, names after a title. Pure, and only a hint.

A hint asks the writer to look again; it refuses nothing, because "Rossi" is also a colour and a firm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]{2,}")
_PHONE = re.compile(r"(?<!\w)(?:\+|00)?\d(?:[\s./-]?\d){7,13}(?!\w)")
_TAX_CODE = re.compile(r"\b[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]\b", re.IGNORECASE)
_PLATE = re.compile(r"\b[A-Z]{2}\s?\d{3}\s?[A-Z]{2}\b")
# A title or a role and then one or two words with a capital letter.
_TITLED = re.compile(
    r"\b(?i:sig\.?(?:ra|na)?|signor[ae]?|dott\.?(?:ssa)?|ing\.?|avv\.?|geom\.?|"
    r"capo(?:turno|reparto|squadra)?|direttore|direttrice|responsabile|collega|titolare|padrone|mr\.?|mrs\.?|ms\.?)\s+"
    r"([A-ZÀ-Ý][\w'’-]+(?:\s[A-ZÀ-Ý][\w'’-]+)?)"
)
# Two words with a capital inside a sentence: a name and a surname, or an organisation.
_PAIR = re.compile(r"(?<=[\w,;:)] )([A-ZÀ-Ý][a-zà-ÿ'’]+ [A-ZÀ-Ý][a-zà-ÿ'’]+)\b")


@dataclass(frozen=True)
class Flag:
    """Something that may point to a person: `code` is email, phone, tax_code, plate or name."""

    code: str
    found: str


def look(text: str) -> list[Flag]:
    """Return what may point to a person, each thing once, in the order of the kinds.

    >>> [flag.code for flag in look("Il caporeparto Bianchi risponde al 333 1234567")]
    ['phone', 'name']
    """
    flags = [Flag("email", found) for found in _EMAIL.findall(text)]
    flags += [Flag("phone", found) for found in _PHONE.findall(text)]
    flags += [Flag("tax_code", found) for found in _TAX_CODE.findall(text)]
    flags += [Flag("plate", found) for found in _PLATE.findall(text)]
    flags += [Flag("name", found) for found in (*_TITLED.findall(text), *_PAIR.findall(text))]
    return list(dict.fromkeys(flags))
