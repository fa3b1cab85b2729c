# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""How an agreement stands on a day: its terms, who signed, notices, the text in force. Questions only."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from tavolo.agreements import standing
from tavolo.agreements.life import rules
from tavolo.agreements.life.models import Accession, NoticeEnds, Termination, Terms
from tavolo.agreements.models import Agreement, Version
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.signing.reading import namings, signatures, signed_by
from tavolo.agreements.text.model import ROOT, Clause, Text
from tavolo.common.remembering import remembered
from tavolo.dialogue.models import Party


@remembered
def signatories(agreement: Agreement) -> list[Party]:
    """Return the parties that signed; the contractors where no signature is kept here (made elsewhere)."""
    found = standing.contractors(agreement)
    signed = signed_by(signatures(agreement), namings(agreement))
    return [party for party in found if party.pk in signed] if signed else found


@remembered
def terms_of(agreement: Agreement) -> Terms | None:
    """Return the terms that hold: the newest both sides have said are those of the text."""
    found = Terms.objects.filter(agreement=agreement, holds_from__isnull=False)
    return found.order_by("-number").first()


@remembered
def proposed_terms(agreement: Agreement) -> Terms | None:
    """Return terms that wait for a side's word, if newer than those that hold."""
    newest = Terms.objects.filter(agreement=agreement).order_by("-number").first()
    return newest if newest is not None and newest.holds_from is None else None


def term_of(terms: Terms) -> rules.Term:
    """Return the terms as the pure functions take them."""
    return rules.Term(
        terms.starts_on, terms.ends_on, terms.renewal_months, terms.notice_days, terms.continued,
        terms.continued_months,
    )  # fmt: skip


@remembered
def notices_of(agreement: Agreement) -> list[Termination]:
    """Return the notices of termination given on an agreement."""
    return list(Termination.objects.filter(agreement=agreement).select_related("party__organisation"))


@remembered
def notice_for_all(agreement: Agreement, terms: Terms) -> Termination | None:
    """Return the notice that ends the agreement for everybody, the earliest to take effect.

    Where a notice ends it only for its giver, all signatories of a side having given one ends it for all.
    """
    given = notices_of(agreement)
    if not given:
        return None
    if terms.notice_ends == NoticeEnds.EVERYBODY:
        return min(given, key=lambda one: (one.effect_on, one.given_on))
    gone = {one.party_id for one in given}
    parties = signatories(agreement)
    for side in {party.side for party in parties}:
        own = [party.pk for party in parties if party.side == side]
        if own and set(own) <= gone:
            return max((one for one in given if one.party_id in own), key=lambda one: one.effect_on)
    return None


def force(agreement: Agreement, day: date | None = None) -> rules.Force | None:
    """Return how an agreement stands on a day, today unless given; None without terms that hold."""
    terms = terms_of(agreement)
    if terms is None:
        return None
    notice = notice_for_all(agreement, terms)
    return rules.force_on(
        term_of(terms), day or standing.today(), notice.effect_on if notice else None,
        notice.given_on if notice else None,
    )  # fmt: skip


def dated(agreement: Agreement) -> tuple[rules.Term, date | None] | None:
    """Return an agreement's terms, and its last day by notice; None where no days of it are known.

    Of an agreement made elsewhere the days are those its record in the archive names.
    """
    terms = terms_of(agreement)
    if terms is not None:
        notice = notice_for_all(agreement, terms)
        return term_of(terms), notice.effect_on if notice else None
    brought = getattr(agreement, "elsewhere", None)
    return (rules.Term(brought.starts_on, brought.ends_on), None) if brought is not None else None


def family(agreement: Agreement) -> list[Agreement]:
    """Return the agreement with everything signed that amends it, directly or through another."""
    found, layer = [agreement], [agreement.pk]
    while layer:
        more = list(
            Agreement.objects.filter(amends_id__in=layer, state__in=standing.PUBLIC)
            .exclude(pk__in=[one.pk for one in found])
            # A record of the archive that was corrected speaks no more: its correction does.
            .exclude(elsewhere__correction__isnull=False)
        )
        found += more
        layer = [one.pk for one in more]
    return found


def texts_in_force(agreement: Agreement, day: date) -> list[Agreement]:
    """Return the agreements whose text holds on a day: this one first, then what amends it, oldest first."""
    rows = {str(one.pk): one for one in family(agreement)}
    linked = []
    for key, one in rows.items():
        known = dated(one)
        if known is not None:
            amends = str(one.amends_id) if one.amends_id and one.pk != agreement.pk else None
            linked.append(rules.Linked(key, amends, *known))
    return [rows[key] for key in rules.texts_in_force(linked, str(agreement.pk), day)]


@dataclass(frozen=True)
class InForce:
    """The text that holds on a day; by clause the amending agreement its words come from; what fell.

    `removed` holds each clause an amending agreement left out, with its number before, and that agreement.
    """

    text: Text | None
    taken: dict[str, Agreement]
    removed: list[tuple[Clause, str, Agreement]]


def in_force(agreement: Agreement, day: date) -> InForce:
    """Return the text that holds on a day, with everything signed that amends it by then."""
    return put_together(texts_in_force(agreement, day))


def put_together(holding: list[Agreement]) -> InForce:
    """Return the text that an agreement and those that amend it make, the oldest first."""
    if not holding:
        return InForce(None, {}, [])
    base, taken, removed = text_of(current(holding[0])), {}, []
    for one in holding[1:]:
        later = text_of(current(one))
        gone = left_out(one, later)
        removed += [
            (base.clauses[key], base.numbers.get(key, ""), one) for key in gone if key in base.clauses
        ]
        base, changed = merged(without(base, gone), later, _copied(one))
        taken |= dict.fromkeys(changed, one)
    return InForce(base, {key: one for key, one in taken.items() if key in base.clauses}, removed)


def text_in_force(agreement: Agreement, day: date) -> tuple[Text | None, dict[str, Agreement]]:
    """Return the text that holds on a day and, by clause, the amending agreement its words come from."""
    found = in_force(agreement, day)
    return found.text, found.taken


def left_out(amending: Agreement, later: Text) -> set[str]:
    """Return the clauses an amending agreement began with and left out: it takes them out of the text.

    An amending agreement of only some clauses never held the others, and leaves them as they are.
    """
    first = Version.objects.filter(agreement=amending).order_by("number").first()
    began = text_of(first).clauses if first else {}
    return {key for key in began if key not in later.clauses and key != ROOT}


def _copied(amending: Agreement) -> Text | None:
    """Return the text an amending agreement made elsewhere was written over, where it is kept whole.

    A clause it left as it was there is not its own: another amendment may have worded it meanwhile.
    """
    if getattr(amending, "elsewhere", None) is None:
        return None
    first = Version.objects.filter(agreement=amending).order_by("number").first()
    return text_of(first) if first is not None and first.pk != current(amending).pk else None


def without(text: Text, gone: set[str]) -> Text:
    """Return the text without some clauses; points below them that stay move up into their place."""

    def kept(clauses: Iterable[Clause]) -> Iterable[Clause]:
        for one in clauses:
            below = tuple(kept(one.children))
            yield from below if one.id in gone else (replace(one, children=below),)

    return Text(replace(text.root, children=tuple(kept(text.root.children))))


def merged(base: Text, later: Text, copied: Text | None = None) -> tuple[Text, list[str]]:
    """Return the text with the clauses of a later one: those with the same id replaced, others added.

    Clauses the later one only copied (`copied`) stay as they are in the base. A new clause stands behind the
    neighbour it has in the later text, else last below the same clause.
    """
    changed, added = [], []
    for clause in later.clauses.values():
        own = copied.clauses.get(clause.id) if copied is not None else None
        if clause.id == ROOT or (own is not None and _alone(own) == _alone(clause)):
            continue
        if clause.id in base.clauses:
            if _alone(clause) != _alone(base.clauses[clause.id]):
                base = base.with_clause(clause)
                changed.append(clause.id)
        elif later.parents[clause.id] not in added:
            added.append(clause.id)
    top = [later.clauses[key] for key in added if not set(later.ancestors(key)) & set(added)]
    for one in top:
        base = _placed(base, later, _fresh(one, base))
    return base, [*changed, *added]


def _alone(clause: Clause) -> Clause:
    return replace(clause, children=())


def _placed(base: Text, later: Text, clause: Clause) -> Text:
    """Return the text with a new clause behind its neighbour of the later text, else last in its place."""
    parent = later.parents[clause.id]
    home = base.clauses.get(parent, base.root)
    around = [one.id for one in later.clauses[parent].children]
    before = around[: around.index(clause.id)]
    known = [place for place, one in enumerate(home.children) if one.id in before]
    at = max(known) + 1 if known else len(home.children)

    def rebuilt(one: Clause) -> Clause:
        children = tuple(rebuilt(child) for child in one.children)
        if one.id == home.id:
            children = (*children[:at], clause, *children[at:])
        return replace(one, children=children)

    return Text(rebuilt(base.root))


def _fresh(clause: Clause, base: Text) -> Clause:
    """Return a clause without points the base already has: those were replaced in their own place."""
    kept = tuple(_fresh(one, base) for one in clause.children if one.id not in base.clauses)
    return replace(clause, children=kept)


def bound(agreement: Agreement) -> list[str]:
    """Return the names of all who are bound: signatories, then those who joined later."""
    later = Accession.objects.filter(agreement=agreement, state=Accession.State.JOINED)
    names = [str(party) for party in signatories(agreement)]
    return [*names, *(str(one.organisation) for one in later.select_related("organisation"))]


def apart(agreement: Agreement) -> list[str]:
    """Return the contracting parties that did not sign, for an agreement signed without them."""
    signed = {party.pk for party in signatories(agreement)}
    return [str(party) for party in standing.contractors(agreement) if party.pk not in signed]


def acting_signatory(account_id: uuid.UUID | None, agreement: Agreement) -> Party | None:
    """Return the signatory a person may act for today, if any."""
    party = standing.acting_party(account_id, agreement)
    signed: Iterable[uuid.UUID] = (one.pk for one in signatories(agreement))
    return party if party is not None and party.pk in set(signed) else None
