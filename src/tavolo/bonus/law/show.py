"""What holds on a day and why, as lines to print."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tavolo.bonus.law.tree import load_law
from tavolo.bonus.rules.parameters import Conflict, LawValue, value_text
from tavolo.common.errors import Problem

_WORDS = {
    "it": {
        "payment": "data di pagamento",
        "signing": "data di firma",
        "accrual": "data di maturazione",
        "from": "dal",
        "to": "al",
        "open": "fino a modifica",
        "none": "nessun valore: un calcolo che lo usa si ferma",
        "verified": "letto",
        "from memory": "A MEMORIA, da confermare",
        "conflict": "altra lettura",
        "read": "su",
    },
    "en": {
        "payment": "payment date",
        "signing": "signing date",
        "accrual": "accrual date",
        "from": "from",
        "to": "to",
        "open": "until changed",
        "none": "no value: a computation that uses it stops",
        "verified": "read",
        "from memory": "FROM MEMORY, to confirm",
        "conflict": "other reading",
        "read": "on",
    },
}


def law_lines(day: date, lang: str, key: str | None = None) -> Iterator[str]:
    """Lines for every parameter on `day`, or for one; Problem when the key is unknown."""
    tree, words = load_law(), _WORDS[lang]
    if key is not None and key not in tree.parameters:
        raise Problem(f"the law has no parameter '{key}'; it has {', '.join(tree.parameters)}")
    for parameter, value in tree.on(day):
        if key is not None and parameter.key != key:
            continue
        governed = words[parameter.key_date]
        yield f"{parameter.key}: {parameter.description[lang]} ({parameter.unit}; {governed})"
        if value is None:
            yield f"    {words['none']}"
            continue
        yield from _value(value, words)
    yield f"{'versione' if lang == 'it' else 'version'} {tree.version}"


def _value(value: LawValue, words: dict[str, str]) -> Iterator[str]:
    end = words["open"] if value.end is None else f"{words['to']} {value.end.isoformat()}"
    yield f"    {value_text(value.value)}    {words['from']} {value.start.isoformat()} {end}"
    yield f"    {_source(value, words)}"
    for other in value.conflicts:
        yield f"    {words['conflict']}: {value_text(other.value)} ({other.note}) - {_source(other, words)}"


def _source(item: LawValue | Conflict, words: dict[str, str]) -> str:
    reference = item.reference
    status = f"{words[reference.status]} {words['read']} {reference.link_text} ({reference.read_on})"
    return f"{reference.short()} - {status}"
