"""Where the holes are: the stages of the dashboard by journey and position. Call it inside tenant_scope()."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.text import Text
from ownership.queries import Coverage, State
from pages.queries.dashboard import JourneyStates
from pages.queries.journeys import LowestStep, emotion_curves

MAX_COLUMNS = 8
ORDERS: Mapping[str, tuple[Text, Callable[[JourneyStates], Any]]] = {
    "": (_("Most gaps first"), lambda row: (-row.coverage.open, row.title)),
    "share": (_("Lowest share first"), lambda row: (row.coverage.percent, row.title)),
    "contested": (_("Most contested first"), lambda row: (-row.coverage.contested, row.title)),
    "title": (_("By name"), lambda row: row.title),
}


@dataclass(frozen=True)
class Cell:
    """One or more adjacent stages of a journey, numbered from 1."""

    first: int
    last: int
    coverage: Coverage


@dataclass(frozen=True)
class HoleRow:
    """A journey's stages in at most MAX_COLUMNS cells, in the customer's order."""

    journey: JourneyStates
    cells: Sequence[Cell]
    blank: range  # the empty cells after them
    lowest_step: LowestStep | None


def sort_journeys(journeys: Sequence[JourneyStates], order: str) -> list[JourneyStates]:
    """Return the journeys in one of ORDERS, or with the most gaps first if it is unknown."""
    return sorted(journeys, key=ORDERS.get(order, ORDERS[""])[1])


def hole_rows(journeys: Sequence[JourneyStates]) -> list[HoleRow]:
    """Return the rows for these journeys. One query, for the lowest points."""
    curves = emotion_curves([row.journey_id for row in journeys])
    cells = [split(row.states) for row in journeys]
    widest = max(map(len, cells), default=0)
    return [
        HoleRow(row, found, range(widest - len(found)), curves[row.journey_id].lowest_step)
        for row, found in zip(journeys, cells, strict=True)
    ]


def split(states: Sequence[str]) -> list[Cell]:
    """Divide stages into at most MAX_COLUMNS cells of equal size, or almost so."""
    n = min(len(states), MAX_COLUMNS)
    bounds = [len(states) * number // n for number in range(n + 1)] if n else [0]
    return [
        Cell(
            first + 1,
            end,
            Coverage(**{state: states[first:end].count(state) for state in State.values}),
        )
        for first, end in zip(bounds, bounds[1:], strict=False)
    ]
