# mypy: disable-error-code="var-annotated, assignment, attr-defined"
"""Votes inside a room. In a secret one no row joins person and choice: options count, people are ticked."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tavolo.dialogue.party_room.room_models import RoomRow, author_field


class Question(RoomRow):
    """A question put to the delegates of a room; whether it is secret is settled when it is put."""

    text = models.CharField(max_length=400)
    secret = models.BooleanField()
    closes_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    eligible = models.PositiveIntegerField(null=True)
    author = author_field()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(RoomRow.Meta):
        ordering = ("-created_at", "id")


class VoteOption(RoomRow):
    """An answer one may choose, with the count of those who did."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    text = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()
    votes = models.PositiveIntegerField(default=0)

    class Meta(RoomRow.Meta):
        ordering = ("position",)
        constraints = (
            *RoomRow.Meta.constraints,
            models.UniqueConstraint(fields=["question", "position"], name="party_room_option_place_once"),
        )


class VoteCast(RoomRow):
    """A person has voted, once. No time stands here."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="cast")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(RoomRow.Meta):
        constraints = (
            *RoomRow.Meta.constraints,
            models.UniqueConstraint(fields=["question", "account"], name="party_room_one_vote_each"),
        )


class NamedVote(RoomRow):
    """Who chose what, in an open vote only."""

    cast = models.OneToOneField(VoteCast, on_delete=models.CASCADE, related_name="named")
    option = models.ForeignKey(VoteOption, on_delete=models.CASCADE, related_name="named")

    class Meta(RoomRow.Meta):
        constraints = (*RoomRow.Meta.constraints,)
