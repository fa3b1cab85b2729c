"""Canaries in what is not public of a signed agreement's life: terms to confirm, questions, firms' papers."""

from __future__ import annotations

from typing import Any

from tavolo.agreements.life.models import Application, JointBody
from tavolo.agreements.life.services import applying, joint, terms
from tavolo.agreements.models import Agreement
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.standing import today
from tavolo.agreements.text.model import ROOT
from tavolo.people.models import Membership
from tests.canaries.agreements import TABLE, seated

# In the demonstration the joint bodies' members are the delegates of CGIL and of the employers.
MEMBERS = ("union_delegate", "employer_delegate")


def plant(world: Any, plant: Any) -> None:
    """Propose terms, ask a question, answer for a side, propose joint texts, let another firm apply."""
    agreement = Agreement.objects.get(pk=world.arguments["signed_agreement_id"])
    body = JointBody.objects.get(agreement=agreement, kind="interpretation")
    people = seated(agreement.table_id)
    cgil = world.people["union_delegate"].pk
    clause = next(key for key in text_of(current(agreement)).clauses if key != ROOT)

    def put(name: str, write: Any, *readers: str, also: Any = people) -> Any:
        return plant(f"life: {name}", write, *(readers or TABLE), guarded=False, also=also)

    for field in ("continued_text", "to_national_text", "to_company_text"):
        said = {"starts_on": today(), "continued": "until_renewed"}
        put(f"terms to confirm, {field}", lambda word, field=field, said=said: terms.propose_terms(
            agreement, said | {field: word}, actor_id=cgil
        ))  # fmt: skip
    put("sitting", lambda word: joint.add_sitting(body, actor_id=cgil, on=today(), title=word, place=word))
    question = put("question", lambda word: joint.ask(body, actor_id=cgil, clause=clause, text=word))
    put("a side's answer", lambda word: joint.answer_for_side(question, actor_id=cgil, text=word))
    put("joint answer proposed", lambda word: joint.propose_text(
        body, actor_id=cgil, text=word, question=question
    ))  # fmt: skip
    opinion = put("opinion proposed", lambda word: joint.propose_text(
        body, actor_id=cgil, text=word, title="Parere"
    ), *MEMBERS)  # fmt: skip
    plant.at(joint_body_id=body.pk, interpretation_id=question.pk, joint_text_id=opinion.pk)
    _firm(world, agreement, cgil, plant)


def _firm(world: Any, agreement: Agreement, cgil: Any, plant: Any) -> None:
    """A firm that is not the matrix's owner's: its papers are its own and the committee's."""
    taken = Application.objects.values("firm_id")
    owner = (
        Membership.objects.filter(role="owner", organisation__kind="firm")
        .exclude(organisation_id__in=taken)
        .exclude(account__in=[person.pk for person in world.people.values()])
        .order_by("pk")[0]
    )
    people = {world.people[role].pk for role in MEMBERS} | set(
        Membership.objects.filter(organisation=owner.organisation, role__in=["owner", "hr"]).values_list(
            "account_id", flat=True
        )
    )

    def put(name: str, write: Any) -> Any:
        return plant(f"life: {name}", write, *MEMBERS, guarded=False, also=people)

    row = put("a firm's note", lambda word: applying.apply(
        agreement, owner.organisation, actor_id=owner.account_id, starts_on=today(), employees=12,
        declared=[], note=word,
    ))  # fmt: skip
    put("opinion on a firm", lambda word: joint.propose_text(
        row.body, actor_id=cgil, application=row, outcome="negative", text=word
    ))  # fmt: skip
    plant.at(application_id=row.pk)
