"""What pages call the states of jobs and imports, and the messages of running work."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

JOB_STATES = {
    "waiting": _("Waiting for its turn"),
    "running": _("At work"),
    "done": _("Done"),
    "failed": _("Failed"),
    "cancelled": _("Cancelled"),
}
IMPORT_STATES = {
    "uploaded": _("Uploaded, waiting to be checked"),
    "checking": _("Being checked"),
    "refused": _("Not saved: there are problems to correct"),
    "ready": _("Checked: waiting for your confirmation"),
    "importing": _("Being saved"),
    "done": _("Saved"),
    "failed": _("Not saved: something went wrong"),
    "cancelled": _("Given up"),
}
# A room adds the words for the message codes its jobs use.
MESSAGES = {"rows_checked": _("rows checked")}
