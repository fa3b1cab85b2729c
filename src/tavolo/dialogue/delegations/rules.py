# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The rules of a table (title, smallest group, notice, themes …): changed by a consent of each side."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.common.errors import Problem
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.delegations.models import JointDecision, Needs
from tavolo.dialogue.models import Consultation, Table, Theme
from tavolo.dialogue.table_models import LONGEST_NOTICE, SMALLEST_GROUP
from tavolo.ledger.services import record_act

CHANGED = "delegations.rules_changed"
LONGEST = {"title": 200, "description": 5000}
LARGEST_GROUP = 1000
LONGEST_THEME = 120
LABELS = {
    "title": gettext_lazy("Title"),
    "description": gettext_lazy("Description"),
    "minimum_group": gettext_lazy("Smallest group any figure may show"),
    "notice_plenary": gettext_lazy("Notice of a plenary, in days"),
    "notice_restricted": gettext_lazy("Notice of a restricted meeting, in days"),
    "themes": gettext_lazy("Themes"),
}
PLAIN = ("title", "description", "minimum_group", "notice_plenary", "notice_restricted")


def rules_of(table: Table) -> dict[str, Any]:
    """Return the rules of a table as they stand."""
    themes = list(table.themes.values_list("name", flat=True))
    return {name: getattr(table, name) for name in PLAIN} | {"themes": themes}


def propose_change(table: Table, changes: Mapping[str, Any], *, actor_id: uuid.UUID) -> JointDecision:
    """Propose other rules; what stays as it is is left out. One proposal at a time."""
    now = rules_of(table)
    asked = {name: _clean(name, value) for name, value in changes.items() if name in now}
    different = {name: value for name, value in asked.items() if value != now[name]}
    content = {"changes": different, "before": {name: now[name] for name in different}}
    return decisions.propose(table, CHANGED, content, actor_id=actor_id, subject_id=table.pk)


def _clean(name: str, value: Any) -> Any:
    if name == "themes":
        return list(dict.fromkeys(str(theme).strip() for theme in value if str(theme).strip()))
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def check(table: Table, content: Mapping[str, Any]) -> None:
    """Refuse a change that changes nothing or that the table cannot take."""
    changes = content.get("changes") or {}
    if not changes:
        raise Problem(_("Nothing differs from the rules as they stand: change something first."))
    if table.state == Table.State.CLOSED:
        raise Problem(_("This table is concluded: its rules stay as they are."))
    for name, most in LONGEST.items():
        text = changes.get(name, "")
        if len(text) > most:
            raise Problem(_("The text is too long: use at most %(most)s characters.") % {"most": most})
    if "title" in changes and not changes["title"]:
        raise Problem(_("A table has a title."))
    if "minimum_group" in changes:
        _check_group(table, changes["minimum_group"])
    for name in ("notice_plenary", "notice_restricted"):
        days = changes.get(name, 0)
        if not isinstance(days, int) or not 0 <= days <= LONGEST_NOTICE:
            raise Problem(
                _("The notice of a meeting lies between 0 and %(most)s days.") % {"most": LONGEST_NOTICE}
            )
    if "themes" in changes:
        _check_themes(table, changes["themes"])


def _check_group(table: Table, size: int) -> None:
    if not isinstance(size, int) or not SMALLEST_GROUP <= size <= LARGEST_GROUP:
        raise Problem(
            _("The smallest group lies between %(least)s and %(most)s people.")
            % {"least": SMALLEST_GROUP, "most": LARGEST_GROUP}
        )
    asked = Consultation.objects.filter(table=table, imported=False).exclude(state=Consultation.State.DRAFT)
    if size < table.minimum_group and asked.exists():
        raise Problem(
            _(
                "People have voted at this table trusting that no smaller group is ever shown: "
                "the smallest group can only become larger."
            )
        )


def _check_themes(table: Table, names: Sequence[str]) -> None:
    if any(len(name) > LONGEST_THEME for name in names):
        raise Problem(_("The text is too long: use at most %(most)s characters.") % {"most": LONGEST_THEME})
    for theme in Theme.objects.filter(table=table).exclude(name__in=names):
        if _used(theme):
            raise Problem(
                _("The theme “%(theme)s” is in use and cannot be taken away.") % {"theme": theme.name}
            )


def _used(theme: Theme) -> bool:
    """Say whether anything points to a theme, in whichever part of the room."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: theme}).exists()
        for relation in Theme._meta.related_objects
    )


def apply(decision: JointDecision) -> None:
    """Change the rules: a party of each side has consented."""
    table = Table.objects.select_for_update().get(pk=decision.table_id)
    changes, before = decision.content["changes"], decision.content["before"]
    now = rules_of(table)
    if any(now[name] != value for name, value in before.items()):
        raise Problem(_("The rules were changed meanwhile: withdraw this proposal and make a new one."))
    check(table, decision.content)
    for name in PLAIN:
        if name in changes:
            setattr(table, name, changes[name])
    table.save(update_fields=PLAIN)
    if "themes" in changes:
        _set_themes(table, changes["themes"])
    record_act(
        actor_id=None, role="system", act=CHANGED, object_type="dialogue.table", object_id=table.pk,
        content={"decision": str(decision.pk), "changed": sorted(changes)},
    )  # fmt: skip


def _set_themes(table: Table, names: Sequence[str]) -> None:
    known = {theme.name: theme for theme in Theme.objects.filter(table=table)}
    for name, theme in known.items():
        if name not in names:
            theme.delete()
    try:
        # Deferred foreign keys speak now, also for rows that row security hides from the questions above.
        connection.check_constraints()
    except IntegrityError as error:
        raise Problem(_("A theme that is in use cannot be taken away.")) from error
    for position, name in enumerate(names):
        if name in known:
            Theme.objects.filter(pk=known[name].pk).update(position=position)
        else:
            Theme.objects.create(territory_id=table.territory_id, table=table, name=name, position=position)


def differences(decision: JointDecision) -> list[tuple[str, str, str]]:
    """Return what changes as (rule, before, after), in words."""
    changes, before = decision.content["changes"], decision.content["before"]
    return [
        (str(LABELS[name]), _words(before[name]), _words(changes[name])) for name in LABELS if name in changes
    ]


def _words(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def describe(decision: JointDecision) -> str:
    """Word each change: what stands, what is proposed."""
    lines = []
    for label, before, after in differences(decision):
        said = {"rule": label, "before": before or "–", "after": after or "–"}
        lines.append(_("%(rule)s: from “%(before)s” to “%(after)s”.") % said)
    return "\n\n".join(lines)


def declare() -> None:
    """Declare the kind; called once the application is ready."""
    decisions.kind(
        CHANGED, title=gettext_lazy("Change of the table's rules"), needs=Needs.EACH_SIDE, apply=apply,
        check=check, describe=describe,
    )  # fmt: skip
