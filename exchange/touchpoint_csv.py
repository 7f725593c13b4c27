"""Touchpoints as CSV for spreadsheets. Each row has the titles of the touchpoint's journey, stage, step and lane."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from core.csv_lines import BYTE_ORDER_MARK, csv_line
from touchpoints.models import Touchpoint

COLUMNS = {
    "journey": "step__stage__journey__title",
    "status": "step__stage__journey__status",
    "stage": "step__stage__title",
    "step": "step__title",
    "lane": "lane__kind",
    "department": "lane__department__name",
    "title": "title",
    "notes": "notes",
    "channel": "channel__name",
    "emotion": "emotion",
    "emotion_label": "emotion_label",
    "intensity": "intensity",
    "kano": "kano",
    "is_moment_of_truth": "is_moment_of_truth",
    "evidence": "evidence",
    "quote": "quote",
    "reported_owner": "reported_owner",
    "actors": "actors",
    "source": "source",
    "external_id": "external_id",
    "updated_at": "updated_at",
    "id": "id",
}
READING_ORDER = (
    "step__stage__journey__title",
    "stream",
    "step__stage__position",
    "step__stage",
    "step__position",
    "step",
    "lane__position",
    "lane",
    "position",
    "pk",
)
BATCH_ROWS = 2000


def header() -> str:
    return BYTE_ORDER_MARK + csv_line(COLUMNS)


def rows_of_journeys(journey_ids: Iterable[UUID | str]) -> Iterator[str]:
    """Yield a CSV line for each touchpoint of these journeys, in reading order. Runs one query."""
    rows = Touchpoint.objects.filter(stream__in=list(journey_ids)).order_by(*READING_ORDER)
    for row in rows.values_list(*COLUMNS.values()).iterator(BATCH_ROWS):
        yield csv_line(row)
