"""Queries about touchpoints that several modules share. Call them inside tenant_scope()."""

from uuid import UUID

from django.db.models import Avg

from core.search import NameSearch, SearchName
from touchpoints.models import Touchpoint

CHANNEL_SEARCH = NameSearch("api_channel_search", SearchName("name"), lambda channel: "")


def step_emotions(journey_id: UUID) -> dict[UUID, float]:
    """Return the mean emotion of each step of a journey, by step id. Runs one query.

    Steps without a rated touchpoint are left out.
    """
    rated = Touchpoint.objects.filter(stream=journey_id, emotion__isnull=False)
    return dict(rated.order_by().values_list("step").annotate(mean=Avg("emotion")))
