"""Queries for pages that list hand-offs. Call them inside tenant_scope()."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from core.actors import Actor
from ownership.access import may_appoint, person_of
from ownership.models import Breach, HandOffStanding

RELATED = (
    "handoff",
    "from_stage",
    "to_stage",
    "from_directorship__person",
    "to_directorship__person",
)


@dataclass(frozen=True)
class HandOffRow:
    """A row of a list of hand-offs: two adjacent stages, the state of their hand-off, and its breaches."""

    standing: HandOffStanding
    breach_count: int
    open_breach_count: int  # unanswered ones
    may_edit: bool
    may_sign: bool


def handoffs_of_journey(journey_id: UUID) -> QuerySet[HandOffStanding]:
    """Return the standings of a journey's hand-offs, in the order in which the customer meets them."""
    rows = HandOffStanding.objects.filter(journey=journey_id).select_related(*RELATED)
    return rows.order_by("from_stage__position", "from_stage", "to_stage__position", "to_stage")


def handoffs_of_stage(journey_id: UUID, stage_id: UUID) -> QuerySet[HandOffStanding]:
    """Return the standings of the hand-offs into a stage and out of it."""
    either = Q(from_stage=stage_id) | Q(to_stage=stage_id)
    return handoffs_of_journey(journey_id).filter(either)


def handoff_rows(
    standings: Iterable[HandOffStanding], journey_id: UUID, actor: Actor
) -> list[HandOffRow]:
    """Return the rows of a list, with what the actor may do. Runs a fixed number of queries."""
    rows = list(standings)
    counts = (
        Breach.objects.filter(handoff__in=[row.handoff_id for row in rows if row.handoff_id])
        .values("handoff")
        .annotate(total=Count("pk"), unanswered=Count("pk", filter=Q(answered_at=None)))
    )
    breaches: dict[UUID | None, tuple[int, int]] = {
        row["handoff"]: (row["total"], row["unanswered"]) for row in counts
    }
    me, may_edit_all = person_of(actor), may_appoint(actor, journey_id)
    my_id = me.pk if me else None
    return [
        HandOffRow(
            row,
            *breaches.get(row.handoff_id, (0, 0)),
            may_edit=may_edit_all or (my_id in (row.from_director_id, row.to_director_id)),
            may_sign=any(missing.person_id == my_id for missing in row.missing_signatures),
        )
        for row in rows
    ]
