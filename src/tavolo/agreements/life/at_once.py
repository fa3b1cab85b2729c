# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Reading terms and notices of many agreements at once; see `signing.at_once`."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable

from tavolo.agreements.life import standing as life
from tavolo.agreements.life.models import Termination, Terms
from tavolo.agreements.models import Agreement
from tavolo.common.remembering import foresee, unforeseen


def terms(agreements: Iterable[Agreement]) -> None:
    """Foresee the terms that hold and those that wait for a side's word."""
    wanted = [args[0] for args in unforeseen(life.proposed_terms, [(one,) for one in agreements])]
    if not wanted:
        return
    newest: dict[uuid.UUID, Terms] = {}
    holding: dict[uuid.UUID, Terms] = {}
    for row in Terms.objects.filter(agreement__in=wanted).order_by("number"):
        newest[row.agreement_id] = row
        if row.holds_from is not None:
            holding[row.agreement_id] = row
    waiting = {key: row for key, row in newest.items() if row.holds_from is None}
    foresee(life.proposed_terms, {(one,): waiting.get(one.pk) for one in wanted})
    foresee(life.terms_of, {(one,): holding.get(one.pk) for one in wanted})


def notices(agreements: Iterable[Agreement]) -> None:
    """Foresee the notices of termination given on each."""
    wanted = [args[0] for args in unforeseen(life.notices_of, [(one,) for one in agreements])]
    if not wanted:
        return
    given = defaultdict(list)
    for row in Termination.objects.filter(agreement__in=wanted).select_related("party__organisation"):
        given[row.agreement_id].append(row)
    foresee(life.notices_of, {(one,): given[one.pk] for one in wanted})
