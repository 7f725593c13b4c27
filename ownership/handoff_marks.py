"""The marks that show the states of hand-offs on maps and in lists."""

from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text import Text
from journeys.models import Stage
from ownership.models import Breach, Directorship, HandOff, HandOffSignature, HandOffStanding

State = HandOffStanding.State
NOT_AGREED = "not-agreed"  # the state that guests see instead of the exact one

MARK_TEXTS: Mapping[str, Text] = {
    State.MISSING: _("No hand-off from the stage before"),
    State.UNSIGNED: _("Hand-off from the stage before: not signed"),
    State.HALF_SIGNED: _("Hand-off from the stage before: signed by one director"),
    State.AGREED: _("Hand-off from the stage before: signed by both directors"),
    NOT_AGREED: _("Hand-off from the stage before: not agreed"),
}


class HandOffMark(NamedTuple):
    """The state of the hand-off into a stage, and whether a breach of it is still unanswered."""

    state: str
    is_breached: bool = False
    handoff_id: UUID | None = None

    @property
    def label(self) -> str:
        text = str(MARK_TEXTS[self.state])
        return (
            gettext("{text}, with an unanswered breach").format(text=text)
            if self.is_breached
            else text
        )


def handoff_marks(journey_id: UUID) -> dict[UUID, HandOffMark]:
    """Return the marks of a journey by the id of the later stage. Runs one query inside tenant_scope().

    Stages that need no hand-off are left out.
    """
    unanswered = Breach.objects.filter(handoff=OuterRef("handoff_id"), answered_at=None)
    rows = HandOffStanding.objects.filter(journey=journey_id).exclude(state=State.ASLEEP)
    fields = rows.annotate(is_breached=Exists(unanswered)).values_list(
        "to_stage", "state", "is_breached", "handoff"
    )
    return {
        stage_id: HandOffMark(state, is_breached, handoff_id)
        for stage_id, state, is_breached, handoff_id in fields
    }


def recorded_handoff_marks(records: Collection[Mapping[str, Any]]) -> dict[UUID, HandOffMark]:
    """Compute the marks from the records of a snapshot, as the view `ownership_handoff_standing` does."""

    def fields_of(slug: str) -> list[Mapping[str, Any]]:
        return [{**row["fields"], "id": row["id"]} for row in records if row["type"] == slug]

    stages = sorted(fields_of(Stage.slug), key=lambda row: (row["position"], row["id"]))
    directed = {
        row["stage"]: row
        for row in fields_of(Directorship.slug)
        if row["accepted_at"] is not None and row["ended_at"] is None
    }
    handoffs = {(row["from_stage"], row["to_stage"]): row for row in fields_of(HandOff.slug)}
    signed = {
        (row["handoff"], row["directorship"], row["revision"])
        for row in fields_of(HandOffSignature.slug)
    }
    breached = {row["handoff"] for row in fields_of(Breach.slug) if row["answered_at"] is None}
    marks = {}
    for pair in pairwise(row["id"] for row in stages):
        sides = [directed[stage] for stage in pair if stage in directed]
        if len({side["person"] for side in sides}) < 2:
            continue
        handoff = handoffs.get(pair)
        if handoff is None:
            marks[UUID(pair[1])] = HandOffMark(State.MISSING.value)
            continue
        keys = {(handoff["id"], side["id"], handoff["revision"]) for side in sides}
        state = (State.UNSIGNED, State.HALF_SIGNED, State.AGREED)[len(keys & signed)]
        marks[UUID(pair[1])] = HandOffMark(
            state.value, handoff["id"] in breached, UUID(handoff["id"])
        )
    return marks


def public_handoff_states(marks: Mapping[UUID, HandOffMark]) -> dict[str, str]:
    """Return the states that guests see, by stage id: each hand-off is either agreed or not agreed."""
    return {
        str(stage_id): mark.state if mark.state == State.AGREED else NOT_AGREED
        for stage_id, mark in marks.items()
    }
