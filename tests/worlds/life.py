"""What the routes of an agreement's life point at."""

from __future__ import annotations

from typing import Any


def arguments(seated: Any, written: Any) -> dict[str, object]:
    """Return rows of the demonstration; the firm is that of the owner who asks."""
    from tavolo.agreements.life.models import Accession, Application, JointBody, JointText, Member, Terms

    committee = JointBody.objects.get(kind="committee")
    answer = JointText.objects.get(kind="interpretation", confirmed_on__isnull=False)
    return {
        "signed_agreement_id": committee.agreement_id,
        "life_terms_id": Terms.objects.get(agreement=committee.agreement).pk,
        "accession_id": Accession.objects.get(agreement=committee.agreement).pk,
        "joint_body_id": committee.pk,
        "body_member_id": Member.objects.get(body=committee, party=seated.parties["cgil"]).pk,
        "interpretation_id": answer.question_id,
        "joint_text_id": answer.pk,
        "application_id": Application.objects.get(firm_id=written.firms[1]).pk,
        "clause_ref": answer.question.clause,
    }
