"""The same analysis for PostgreSQL full-text search.

PostgreSQL's own Italian dictionary folds, stops and stems differently; two analyses would give two
answers. So the database is handed stems that are ready, and only stores and matches them:

* write: ``to_tsvector('simple', %s)`` with `tsvector_text`, or ``array_to_tsvector(%s)`` with
  `tsvector_lexemes` (no positions, no ranking by nearness);
* search: ``to_tsquery('simple', %s)`` with `tsquery_text`.

Stems hold only a-z and 0-9, so the ``simple`` configuration passes them unchanged.
"""

from __future__ import annotations

from tavolo.language.stemming import stems


def tsvector_lexemes(text: str) -> list[str]:
    """Return the distinct stems of `text`, sorted: the argument of ``array_to_tsvector``.

    >>> tsvector_lexemes("Due magazzini, un magazzino a Monza")
    ['due', 'magazzin', 'monz']
    """
    return sorted({_safe(item) for item in stems(text)})


def tsvector_text(text: str) -> str:
    """Return the stems of `text` in order, joined by spaces, for ``to_tsvector('simple', ...)``.

    >>> tsvector_text("Corso sulla sicurezza in C++")
    'cors sicurezz cplusplus'
    """
    return " ".join(_safe(item) for item in stems(text))


def tsquery_text(text: str, every: bool = False) -> str:
    """Return a query for ``to_tsquery('simple', ...)``; any stem matches, or every one when `every`.

    An empty string means that the text holds no telling word: ask nothing of the database then.

    >>> tsquery_text("magazzino a Monza")
    'magazzin | monz'
    """
    glue = " & " if every else " | "
    return glue.join(dict.fromkeys(_safe(item) for item in stems(text)))


def _safe(item: str) -> str:
    return item.replace("+", "plus").replace("#", "sharp")
