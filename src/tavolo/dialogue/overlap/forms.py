# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Forms of blind overlap: parse what people type; services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tavolo.dialogue.overlap.models import Issue
from tavolo.dialogue.overlap.payload import Payload
from tavolo.dialogue.overlap.solver.question import MOST_ISSUES

# One choice an option: not acceptable, or acceptable and how much it is liked (its points).
NO = "no"
CHOICES = [
    (NO, _("no")), ("0", _("yes")), ("1", _("yes, rather")), ("2", _("yes, gladly")),
]  # fmt: skip
WEIGHTS = [("1", _("normal")), ("2", _("more than others")), ("4", _("much more than others"))]
SPARE = 3


class AskForm(forms.Form):
    """A request for an exercise."""

    title = forms.CharField(
        label=_("What it is about"), max_length=160,
        help_text=_("A few words that give nothing away, for example: “Training and working hours”."),
    )  # fmt: skip


class ListForm(forms.Form):
    """The list: for each issue its name and its options, one a line. Empty rows are left out."""

    closes_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("What has not been shown by the end of this day is destroyed."),
    )  # fmt: skip

    def __init__(self, rows: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = min(rows, MOST_ISSUES)
        for number in range(self.rows):
            label = {"number": number + 1}
            self.fields[f"title_{number}"] = forms.CharField(
                label=_("Issue %(number)s") % label, max_length=160, required=False
            )
            self.fields[f"options_{number}"] = forms.CharField(
                label=_("Options of issue %(number)s, one a line") % label, required=False, max_length=2000,
                widget=forms.Textarea(attrs={"rows": 4}),
            )  # fmt: skip

    def lines(self) -> list[tuple[str, list[str]]]:
        """Return the list as typed."""
        data = self.cleaned_data
        return [
            (data[f"title_{number}"], data[f"options_{number}"].splitlines()) for number in range(self.rows)
        ]


class LodgeForm(forms.Form):
    """One answer an option and, if wanted, how much an issue matters. Every answer must be given."""

    def __init__(self, issues: list[Issue], own: Payload | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.issues = issues
        for i, issue in enumerate(issues):
            for j, option in enumerate(issue.options.all()):
                self.fields[f"option_{i}_{j}"] = forms.ChoiceField(
                    label=option.text, choices=CHOICES, initial=_initial(own, i, j), widget=forms.RadioSelect,
                )  # fmt: skip
            weight = own.weights[i] if own and own.weights else 1
            self.fields[f"weight_{i}"] = forms.ChoiceField(
                label=_("How much this issue matters to your party"), choices=WEIGHTS, initial=str(weight),
            )  # fmt: skip

    def groups(self) -> list[dict[str, Any]]:
        """Return issue by issue the fields to show."""
        return [
            {
                "issue": issue,
                "options": [self[f"option_{i}_{j}"] for j in range(len(issue.options.all()))],
                "weight": self[f"weight_{i}"],
            }
            for i, issue in enumerate(self.issues)
        ]

    def lodged(self) -> dict[str, Any]:
        """Return what the service takes. Without any liking there are no priorities."""
        data = self.cleaned_data
        given = [
            [data[f"option_{i}_{j}"] for j in range(len(issue.options.all()))]
            for i, issue in enumerate(self.issues)
        ]
        accepts = [[value != NO for value in row] for row in given]
        points = [[0 if value == NO else int(value) for value in row] for row in given]
        if not any(any(row) for row in points):
            return {"accepts": accepts}
        weights = [int(data[f"weight_{i}"]) for i in range(len(self.issues))]
        return {"accepts": accepts, "points": points, "weights": weights}


def _initial(own: Payload | None, i: int, j: int) -> str | None:
    if own is None:
        return None
    if not own.accepts[i][j]:
        return NO
    # A program may have lodged finer points than the page offers.
    return str(min(own.points[i][j], 2)) if own.points else "0"
