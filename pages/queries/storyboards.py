"""Queries for the storyboard pages. Call them inside tenant_scope()."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet, Subquery

from journeys.models import Journey
from pages.queries.journeys import search_journeys
from storyboards.models import Frame
from storyboards.queries import FILM_ORDER

MAX_COVER_FRAMES = 4


@dataclass
class Storyboard:
    """The data of a storyboard in the list of storyboards: its journey and its first drawn frames."""

    journey: Journey
    frames: list[Frame]
    count: int
    drawn_count: int
    drawn_at: datetime | None


def search_storyboards(workspace_id: UUID, q: str = "") -> QuerySet[Journey]:
    """Return the journeys with frames, ordered by the last change of a drawing, newest first."""
    frames = Frame.objects.filter(stream=OuterRef("pk"))
    last = frames.order_by().values("stream").annotate(at=Max("drawing__changed_at")).values("at")
    rows = search_journeys(workspace_id, q=q).filter(Exists(frames))
    return rows.annotate(drawn_at=Subquery(last)).order_by(
        F("drawn_at").desc(nulls_last=True), "-stream__changed_at", "pk"
    )


def storyboards_of(journeys: Iterable[Journey]) -> list[Storyboard]:
    """Return the storyboards of journeys from search_storyboards(), in the same order. Runs two queries.

    A storyboard's `frames` are its first MAX_COVER_FRAMES frames that have a picture.
    """
    listed = list(journeys)
    frames = Frame.objects.filter(stream__in=[journey.pk for journey in listed])
    counts = {
        row["stream"]: row
        for row in frames.order_by()
        .values("stream")
        .annotate(count=Count("pk"), drawn=Count("picture"))
    }
    covers: dict[UUID, list[Frame]] = defaultdict(list)
    for frame in frames.exclude(picture=None).order_by("stream", *FILM_ORDER):
        if len(covers[frame.stream_id]) < MAX_COVER_FRAMES:
            covers[frame.stream_id].append(frame)
    return [
        Storyboard(
            journey,
            covers[journey.pk],
            counts[journey.pk]["count"],
            counts[journey.pk]["drawn"],
            journey.drawn_at,  # type: ignore[attr-defined]
        )
        for journey in listed
    ]
