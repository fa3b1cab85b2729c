# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A party's own figures, which it sees before anybody else."""

from __future__ import annotations

import csv
import io
import math
from typing import Any

from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue.convergence.export import safe_cell
from tavolo.dialogue.convergence.intervals import share_interval
from tavolo.dialogue.models import Consultation, Party
from tavolo.dialogue.services.analysing import statement_id, text_in
from tavolo.dialogue.services.results import view_for

LEVEL = 0.95


def own_figures(consultation: Consultation, party: Party, language: str) -> dict[str, Any] | None:
    """Return the party's counts with exact intervals, or None where it has none of its own."""
    view = view_for(consultation, party)
    if view.own is None:
        return None
    own = view.own
    agree, disagree, passed = own.counts.T
    seen = own.counts.sum(axis=1)
    census = max(own.eligible, int(seen.max(initial=0)))
    low, high = share_interval(agree, seen, census, LEVEL)
    rows = []
    for place, version in enumerate(view.versions):
        hidden = bool(own.hidden[place])
        total = int(seen[place])
        rows.append(
            {
                "id": statement_id(version),
                "text": text_in(version, language),
                "hidden": hidden,
                "agree": int(agree[place]),
                "disagree": int(disagree[place]),
                "passed": int(passed[place]),
                "seen": total,
                "low": round(float(low[place]), 4),
                "high": round(float(high[place]), 4),
                "low_percent": int(100 * float(low[place])),
                "high_percent": math.ceil(100 * float(high[place])),
            }
        )
    return {"party": str(party), "voters": own.voters, "eligible": own.eligible, "rows": rows}


def own_csv(consultation: Consultation, party: Party, language: str) -> bytes:
    """Return the party's own figures as CSV."""
    figures = own_figures(consultation, party, language)
    if figures is None:
        raise Problem(_("Too few people of this party voted: it has no figures of its own."))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    names = ("id", "text", "agree", "disagree", "passed", "seen", "low", "high")
    writer.writerow(names)
    for row in figures["rows"]:
        if not row["hidden"]:
            writer.writerow([safe_cell(row[name]) for name in names])
    return ("\ufeff" + out.getvalue()).encode()
