# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The way from a table's page to its activity."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tavolo.dialogue.hooks import TABLE, Door


def activity(request: HttpRequest, table: Any) -> Door | None:
    """Give everybody who sees the table the way to its activity."""
    return Door(
        _("Activity"), _("What happened and what is coming, day by day."),
        reverse("following:activity", args=[table.pk]), order=90, group=TABLE,
    )  # fmt: skip
