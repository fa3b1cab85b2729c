"""A canary in every word a participant or a moderator writes in confidence."""

from __future__ import annotations

from typing import Any

from tavolo.dialogue.models import Consultation
from tavolo.dialogue.voices import moderating, proposing
from tavolo.dialogue.voices.models import Proposal, Rule

Plant = Any
# Two persons may decide, the one who is sure first: until then the moderators read it, afterwards no more.
WAITING = ("worker", "union_delegate", "employer_delegate", "secretary")
REFUSED = ("worker", "city_officer")


def plant(world: Any, plant: Plant) -> None:
    """Propose twice as a worker: one proposal waits, one is refused by two and appealed."""
    opened = Proposal.objects.get(pk=world.arguments["proposal_id"]).consultation
    author = world.people["worker"].pk
    waiting = plant("proposal that waits", lambda word: _propose(opened, author, word), *WAITING)
    refused = plant("refused proposal", lambda word: _propose(opened, author, word), *REFUSED)
    plant.at(proposal_id=waiting.pk, consultation_id=opened.pk)
    plant.at(proposal_id=refused.pk, consultation_id=opened.pk)
    rule = Rule.objects.filter(book_id=refused.book_id).order_by("code")[0]
    for name, role in (("first", "secretary"), ("second", "employer_delegate")):
        plant(
            f"{name} moderator's reason",
            lambda word, role=role: moderating.decide(
                refused, accepts=False, moderator_id=world.people[role].pk, rule=rule, words=word
            ),
            *REFUSED,
        )
    plant(
        "words of an appeal", lambda word: moderating.appeal(refused, words=word, account_id=author), *REFUSED
    )


def _propose(opened: Consultation, author: Any, word: str) -> Proposal:
    return proposing.propose_statement(
        opened, text=f"Ogni reparto deve avere un {word} nuovo.", account_id=author, key=word
    )
