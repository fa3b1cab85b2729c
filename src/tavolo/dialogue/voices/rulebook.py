# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The published rules by which proposals are moderated: editions, each put in force by a joint decision."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.models import Table
from tavolo.dialogue.voices.models import Rule, RuleBook

RULES = "voices.rules"
MOST_RULES = 20
LIMITS = {"days_to_decide": (1, 30), "days_to_appeal": (3, 60), "per_day": (1, 20), "per_person": (1, 50)}


@lru_cache(maxsize=1)
def default_edition() -> dict[str, Any]:
    """Return the edition parties start from."""
    source = resources.files("tavolo.dialogue.voices").joinpath("rules_default.yaml")
    return dict(yaml.safe_load(source.read_text(encoding="utf-8")))


def in_force(table_id: uuid.UUID) -> RuleBook | None:
    """Return the edition in force at a table, or None where the parties have agreed on none."""
    return RuleBook.objects.filter(table_id=table_id, in_force=True).prefetch_related("rules").first()


def edition_of(book: RuleBook) -> dict[str, Any]:
    """Return an edition as the content of a joint decision."""
    return {
        "introduction": book.introduction,
        **{name: getattr(book, name) for name in LIMITS},
        "rules": [{"code": r.code, "title": r.title, "text": r.text} for r in book.rules.all()],
    }


def propose_rules(
    table: Table, edition: Mapping[str, Any], *, actor_id: uuid.UUID
) -> decisions.JointDecision:
    """Propose an edition of the rules; in force when a party of each side has consented."""
    return decisions.propose(table, RULES, cleaned(edition), actor_id=actor_id, subject_id=table.pk)


def cleaned(edition: Mapping[str, Any]) -> dict[str, Any]:
    """Return an edition in its one form; raise Problem where it cannot be one."""
    out: dict[str, Any] = {"introduction": str(edition.get("introduction", "")).strip()[:4000]}
    for name, (least, most) in LIMITS.items():
        value = edition.get(name, default_edition()[name])
        if not isinstance(value, int) or not least <= value <= most:
            raise Problem(
                _("“%(name)s” must be a whole number from %(least)s to %(most)s.")
                % {"name": name, "least": least, "most": most}
            )
        out[name] = value
    out["rules"] = [_rule(rule) for rule in edition.get("rules", ())]
    codes = [rule["code"] for rule in out["rules"]]
    if not codes or len(codes) > MOST_RULES or len(set(codes)) != len(codes):
        raise Problem(
            _("Write between 1 and %(most)s rules, each with a code of its own.") % {"most": MOST_RULES}
        )
    return out


def _rule(rule: Mapping[str, Any]) -> dict[str, str]:
    found = {name: str(rule.get(name, "")).strip() for name in ("code", "title", "text")}
    if not all(found.values()) or len(found["code"]) > 8 or len(found["title"]) > 200:
        raise Problem(_("A rule needs a short code, a title and a text."))
    found["text"] = found["text"][:2000]
    return found


@transaction.atomic
def _apply(decision: decisions.JointDecision) -> None:
    table, content = decision.table, decision.content
    day = standing.today()
    last = RuleBook.objects.select_for_update().filter(table=table).order_by("-number").first()
    RuleBook.objects.filter(table=table, in_force=True).update(in_force=False, ends_on=day)
    book = RuleBook.objects.create(
        territory_id=table.territory_id, table=table, number=last.number + 1 if last else 1,
        decision_id=decision.pk, introduction=content["introduction"], starts_on=day,
        **{name: content[name] for name in LIMITS},
    )  # fmt: skip
    Rule.objects.bulk_create(
        Rule(territory_id=table.territory_id, book=book, position=place, **rule)
        for place, rule in enumerate(content["rules"])
    )


def _describe(decision: decisions.JointDecision) -> str:
    content = decision.content
    rules = "\n".join(f"{rule['code']} {rule['title']}: {rule['text']}" for rule in content["rules"])
    limits = _(
        "%(days_to_decide)s days to decide, %(days_to_appeal)s to appeal; at most %(per_day)s proposals a "
        "day and %(per_person)s in all for each person."
    )
    return f"{content['introduction']}\n{limits % content}\n{rules}"


decisions.kind(
    RULES,
    title=gettext_lazy("Rules for participants' statements"),
    apply=_apply,
    needs="each_side",
    check=lambda table, content: cleaned(content),
    describe=_describe,
)
