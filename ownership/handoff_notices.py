"""Notices about hand-offs, for each director whose signature is missing.

If they don't sign within SIGNING_PERIOD, the notice also goes to the journey's producer, and after the same time again
to its sponsor. People who are absent or have no login are skipped.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from core.actors import Actor
from core.notices import NoticeDraft, Topic
from ownership.chains import present_directors, present_officers
from ownership.models import Breach, HandOff, HandOffSignature, HandOffStanding
from people.models import Person

SIGNING_PERIOD = timedelta(days=14)
State = HandOffStanding.State


class _MissingSignature(NamedTuple):
    """A director who hasn't signed a complete hand-off."""

    journey_id: UUID
    handoff_id: UUID
    revision: int
    stage_id: UUID
    directorship_id: UUID
    asked_at: datetime  # when the text was complete and they directed the stage
    both_directors: set[UUID]

    def draft(self, member_id: UUID, since: datetime, due: datetime | None) -> NoticeDraft:
        return NoticeDraft(
            member_id=member_id,
            topic=Topic.HANDOFFS,
            key=f"handoff:{self.handoff_id}:{self.revision}:{self.directorship_id}",
            subject_type=HandOff.slug,
            subject_id=self.handoff_id,
            journey_id=self.journey_id,
            since=since,
            due=due,
        )


def notices_for(workspace_id: UUID, journey_ids: Collection[UUID] | None) -> list[NoticeDraft]:
    """Return the notices about missing signatures in these journeys, or in all journeys if None.

    Runs a fixed number of queries.
    """
    rows = list(_missing_signatures(workspace_id, journey_ids))
    return list(_drafts(rows)) if rows else []


def _missing_signatures(
    workspace_id: UUID, journey_ids: Collection[UUID] | None
) -> Iterator[_MissingSignature]:
    standings = HandOffStanding.objects.filter(
        workspace=workspace_id, state__in=[State.UNSIGNED, State.HALF_SIGNED]
    )
    if journey_ids is not None:
        standings = standings.filter(journey__in=journey_ids)
    written = standings.exclude(handoff__exit_criteria="").exclude(handoff__entry_criteria="")
    shared = ("journey", "handoff", "handoff__revision", "handoff__updated_at")
    own = ("stage", "directorship", "directorship__accepted_at", "signed_at", "director")
    sides = Breach.Side.values
    for row in written.values(*shared, *(f"{side}_{name}" for side in sides for name in own)):
        for side in sides:
            if row[f"{side}_signed_at"] is None:
                yield _MissingSignature(
                    journey_id=row["journey"],
                    handoff_id=row["handoff"],
                    revision=row["handoff__revision"],
                    stage_id=row[f"{side}_stage"],
                    directorship_id=row[f"{side}_directorship"],
                    asked_at=max(
                        row["handoff__updated_at"], row[f"{side}_directorship__accepted_at"]
                    ),
                    both_directors={row["from_director"], row["to_director"]},
                )


def _drafts(rows: Collection[_MissingSignature]) -> Iterator[NoticeDraft]:
    now = timezone.now()
    journeys = {row.journey_id for row in rows}
    directors, offices = present_directors(journeys), present_officers(journeys)
    people = {person for found in (directors, offices) for ids in found.values() for person in ids}
    logins = Person.objects.filter(pk__in=people, member__isnull=False)
    member_of = dict(logins.values_list("pk", "member_id"))
    for row in rows:
        officers = [pk for pk in offices[row.journey_id] if pk not in row.both_directors]
        chain = [*directors.get(row.stage_id, []), *officers]
        members = [member_of[person] for person in chain if person in member_of]
        for level, member_id in enumerate(members):
            since = row.asked_at + level * SIGNING_PERIOD
            due = since + SIGNING_PERIOD if level + 1 < len(members) else None
            if since <= now:
                yield row.draft(member_id, since, due)


def waiting_handoffs(actor: Actor) -> QuerySet[HandOff]:
    """Return the hand-offs whose current revision an actor hasn't signed."""
    signed = HandOffSignature.objects.filter(
        handoff=OuterRef("pk"),
        revision=OuterRef("revision"),
        directorship__person__member=actor.member_id,
        directorship__ended_at=None,
    )
    return HandOff.objects.filter(~Exists(signed), workspace=actor.workspace_id)


def describe_handoffs(handoff_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return a line of text for each of these hand-offs, for the inbox and e-mail. Runs one query."""
    text = gettext(
        "The hand-off from “{from_stage}” to “{to_stage}” in “{journey}” needs a signature."
    )
    rows = HandOff.objects.filter(pk__in=handoff_ids)
    return {
        row.pk: text.format(
            from_stage=row.from_stage.title,
            to_stage=row.to_stage.title,
            journey=row.to_stage.journey.title,
        )
        for row in rows.select_related("from_stage", "to_stage__journey")
    }
