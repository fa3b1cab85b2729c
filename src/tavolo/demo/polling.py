"""The demonstration's electoral committees: slips and paper for the open consultation, a record of a count.

Nothing that was printed is kept: to try a slip, print one more from the committee's page.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tavolo.demo.dialogue import SEATS, Seated, Step
from tavolo.demo.society import Society
from tavolo.dialogue.models import Consultation, Group, Roll
from tavolo.dialogue.polling.models import CommitteeMember
from tavolo.dialogue.polling.services import assemblies, members, papers, record, roll, slips
from tavolo.dialogue.services import consultations
from tavolo.people.models import Account, Constituency, ConstituencyKind

# Each union's delegate and officer; the association's officer for the firms it asks.
NAMED = {
    "cgil": ("cgil_delegate", "cgil_officer"),
    "cisl": ("cisl_officer",),
    "uil": ("uil_officer",),
    "employers": ("association_officer",),
}
LIST = (
    ("Aicha El Idrissi", "reparto finitura", "", "slip", "ar"),
    ("Marian Popescu", "magazzino", "", "slip", "ro"),
    ("Oksana Bondar", "pulizie, turno di notte", "", "slip", "uk"),
    ("Rosa Brambilla", "mensa", "", "paper", "it"),
    ("Wang Li", "montaggio", "", "slip", "zh"),
    ("Giuseppe Ferrario", "manutenzione", "giuseppe.ferrario@lavoratori.example", "mail", "it"),
)


def build(seated: Seated, society: Society, step: Step) -> None:
    """Name committees, hand out slips, key some paper, approve the first count's record, prepare a list."""
    polls = list(Consultation.objects.filter(table=seated.table, imported=False).order_by("created_at"))
    first = next(poll for poll in polls if poll.state == Consultation.State.PUBLISHED)
    running = next(poll for poll in polls if poll.state == Consultation.State.OPEN)
    step("polls: electoral committees")
    for poll in (first, running):
        for key in seated.parties:
            _name(seated, society, poll, key)
    _scrutineer(seated, society, running)
    step("polls: slips and paper ballots of the open consultation")
    _hand_out(seated, society, running)
    step("polls: record of the first count")
    _record(seated, society, first)
    step("polls: a list of people without an account")
    _prepare(seated, society)


def _name(seated: Seated, society: Society, poll: Consultation, key: str) -> None:
    actor = society.people[SEATS[key][1]]
    for person in NAMED[key]:
        account = Account.objects.get(pk=society.people[person])
        members.name_member(poll, party=seated.parties[key], email=account.email, actor_id=actor)


def _scrutineer(seated: Seated, society: Society, poll: Consultation) -> None:
    """Name a worker who is CGIL's member as scrutineer."""
    group = Group.objects.get(consultation=poll, party=seated.parties["cgil"])
    person = Roll.objects.filter(group=group).order_by("account__name", "account_id").first()
    assert person is not None
    members.name_member(
        poll, party=seated.parties["cgil"], email=person.account.email, role="scrutineer",
        actor_id=society.people["cgil_delegate"],
    )  # fmt: skip


def _hand_out(seated: Seated, society: Society, poll: Consultation) -> None:
    """Let some of CGIL's members vote by slip or on paper, print for them, start a tablet, key one urn."""
    actor = society.people["cgil_officer"]
    group = Group.objects.select_related("consultation").get(consultation=poll, party=seated.parties["cgil"])
    people = Roll.objects.filter(group=group).order_by("account__name", "account_id")
    chosen = list(people.values_list("account_id", flat=True)[10:18])
    keys = [f"account:{account}" for account in chosen]
    roll.choose_ways(group, keys[:2], "paper", actor_id=actor)
    roll.choose_ways(group, keys[2:], "slip", actor_id=actor)
    slips.print_slips(group, 4, actor_id=actor)
    _batch, numbers = papers.print_papers(group, 2, actor_id=actor)
    roll.hand_over(group, keys[:5], actor_id=actor)
    lot = papers.begin_lot(group, 1, actor_id=actor)
    papers.key_paper(lot, numbers[0], {0: 1, 1: 2}, actor_id=actor)
    assemblies.start(
        poll, place="Mensa, primo turno", until=timezone.now() + timedelta(hours=8), actor_id=actor
    )


def _record(seated: Seated, society: Society, poll: Consultation) -> None:
    """Write the workers' record of the first count, with a remark, approved by every member."""
    actor = society.people["cgil_officer"]
    written = record.draw_up(poll, "workers", actor_id=actor)
    record.add_remark(
        written, kind="irregularity", actor_id=society.people["cisl_officer"],
        text="In due assemblee la rete è mancata per circa mezz'ora; chi attendeva ha votato nel turno dopo.",
    )  # fmt: skip
    record.add_remark(
        written,
        kind="statement",
        actor_id=society.people["uil_officer"],
        text="La commissione ha lavorato in accordo. Si chiede per la prossima volta un secondo tablet.",
    )
    written = record.put_to_approval(written, actor_id=actor)
    for member in CommitteeMember.objects.filter(consultation=poll, side="workers", role="member"):
        record.approve(written, digest=written.digest, actor_id=member.account_id)


def _prepare(seated: Seated, society: Society) -> None:
    """Prepare CGIL's consultation of people on a list, few of whom have an e-mail address."""
    cgil, author = seated.parties["cgil"], society.people["cgil_delegate"]
    constituency = Constituency.objects.create(
        territory=society.territory, kind=ConstituencyKind.LISTED, organisation=cgil.organisation,
        name="Addetti agli appalti di mensa e pulizie",
    )  # fmt: skip
    poll = consultations.create_consultation(
        table=seated.table, actor_id=author, title="Appalti: turni e riposi",
        question="Quali turni e quali riposi chiedere per chi lavora negli appalti?",
        introduction="Si vota in assemblea con la scheda QR, o su carta. Non serve un indirizzo e-mail.",
        capacity=40,
    )  # fmt: skip
    group = consultations.add_group(
        poll, party=cgil, constituency=constituency, actor_id=author, name="Addetti agli appalti"
    )
    for text in (
        "Il turno di notte va programmato con almeno due settimane di anticipo.",
        "Dopo sei giorni di lavoro servono due giorni di riposo consecutivi.",
    ):
        consultations.add_statement(poll, text=text, actor_id=author)
    _name(seated, society, poll, "cgil")
    roll.add_voters(group, LIST, actor_id=society.people["cgil_officer"])
