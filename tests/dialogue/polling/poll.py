"""A poll for tests: the small table with an electoral committee, listed people, slips and paper."""

from __future__ import annotations

from dataclasses import dataclass, field

from tavolo.common.models import Territory
from tavolo.dialogue.models import Consultation, Group
from tavolo.dialogue.polling.models import CommitteeMember, CountRecord, ListedVoter
from tavolo.dialogue.polling.services import members, roll, slips
from tavolo.dialogue.services import opening
from tavolo.people.models import Account, Membership
from tests.dialogue.plain_ballots.world import draft as plain_draft
from tests.dialogue.world import START, World, build_world, draft, make_account


@dataclass
class Poll:
    """A consultation with committees: two members for CGIL and CISL each, one scrutineer."""

    world: World
    consultation: Consultation
    members: dict[str, list[Account]] = field(default_factory=dict)
    listed: list[ListedVoter] = field(default_factory=list)

    @property
    def cgil(self) -> Group:
        """The group CGIL asks."""
        return self.group("CGIL")

    def group(self, name: str) -> Group:
        """Return a group by its party's name."""
        rows = Group.objects.select_related("consultation__table", "party__organisation")
        return rows.get(consultation=self.consultation, name=name)

    @property
    def member(self) -> Account:
        """CGIL's first member of the committee."""
        return self.members["CGIL"][0]

    def open(self) -> None:
        """Give every promoter's yes."""
        for party in opening.promoters(self.consultation):
            actor = self.world.delegates[str(party)]
            opening.consent_to_open(self.consultation, party=party, actor_id=actor.pk)
        self.consultation.refresh_from_db()

    def keys(self, count: int | None = None, way: str = "slip") -> list[str]:
        """Return keys of listed people who vote a way."""
        rows = ListedVoter.objects.filter(group=self.cgil, way=way).order_by("name")
        return [f"listed:{row.pk}" for row in rows][:count]

    def hand(self, count: int, way: str = "slip") -> None:
        """Hand a slip or a paper to so many listed people."""
        roll.hand_over(self.cgil, self.keys(count, way), actor_id=self.member.pk)

    def slips(self, count: int, handed: int | None = None) -> list[str]:
        """Print slips and hand out as many, or fewer; return the codes."""
        _batch, codes = slips.print_slips(self.cgil, count, actor_id=self.member.pk)
        self.hand(count if handed is None else handed)
        return codes

    def record(self) -> CountRecord:
        """Return the workers' record."""
        return CountRecord.objects.get(consultation=self.consultation, side="workers")


def officer(world: World, name: str, person: str) -> Account:
    """Make an officer of a party's organisation."""
    account = make_account(person)
    Membership.objects.create(
        territory=world.territory, account=account, organisation=world.parties[name].organisation,
        role="officer", starts_on=START,
    )  # fmt: skip
    return account


def name(poll: Poll, party: str, account: Account, role: str = "member") -> CommitteeMember:
    """Name a person for a party, by its delegate."""
    return members.name_member(
        poll.consultation, party=poll.world.parties[party], email=account.email, role=role,
        actor_id=poll.world.delegates[party].pk,
    )  # fmt: skip


def build_poll(
    territory: Territory, *, slip: int = 12, paper: int = 12, mail: int = 0, opened: bool = True,
    plain: bool = False, **options: object,
) -> Poll:  # fmt: skip
    """Prepare a poll with committees and a list of CGIL's, and open it; `plain` for a yes-or-no ballot."""
    world = build_world(territory, **options)  # type: ignore[arg-type]
    poll = Poll(world, plain_draft(world).consultation if plain else draft(world))
    for party in ("CGIL", "CISL"):
        poll.members[party] = [officer(world, party, f"commissaria {party} {n}") for n in (1, 2)]
        for account in poll.members[party]:
            name(poll, party, account)
    rows = [(f"Operaio Schedato {n:02d}", "reparto A", "", "slip", "it") for n in range(slip)]
    rows += [(f"Operaia Cartacea {n:02d}", "reparto B", "", "paper", "it") for n in range(paper)]
    rows += [(f"Impiegata Postale {n:02d}", "", f"posta{n}@prova.example", "mail", "it") for n in range(mail)]
    if rows:
        roll.add_voters(poll.cgil, rows, actor_id=poll.member.pk)
    poll.listed = list(ListedVoter.objects.filter(group=poll.cgil).order_by("name"))
    if opened:
        poll.open()
    return poll
