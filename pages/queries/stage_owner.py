"""Queries for the page that says who answers for a stage. Call them inside tenant_scope()."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from changes.history import actor_names
from changes.models import ChangeSet
from journeys.models import Stage
from ownership.models import Directorship


@dataclass(frozen=True)
class Holding:
    """A period in which a directorship was in force or, without a directorship, in which nobody directed the stage."""

    since: datetime
    until: datetime | None
    directorship: Directorship | None = None
    ended_by: str = ""


def past_of_stage(stage: Stage) -> tuple[list[Holding], list[Holding]]:
    """Return who has held a stage, and the proposals that weren't accepted. Runs four queries.

    Both lists start with the latest. The first one includes the current director, and the periods without a
    director between two directorships.
    """
    rows = list(
        Directorship.objects.filter(stage=stage)
        .exclude(accepted_at=None, ended_at=None)
        .select_related("person")
        .order_by("proposed_at", "pk")
    )
    ended_by = _names_of_enders(rows)
    held = [
        Holding(row.accepted_at, row.ended_at, row, ended_by.get(row.pk, ""))
        for row in rows
        if row.accepted_at is not None
    ]
    refused = [
        Holding(row.proposed_at, row.ended_at, row, ended_by.get(row.pk, ""))
        for row in rows
        if row.accepted_at is None
    ]
    held.sort(key=lambda holding: holding.since)
    return _with_gaps(held)[::-1], refused[::-1]


def _with_gaps(held: Iterable[Holding]) -> list[Holding]:
    """Add the periods in which nobody directed the stage to holdings in the order of time."""
    periods: list[Holding] = []
    for holding in held:
        if periods and (end := periods[-1].until) is not None and end < holding.since:
            periods.append(Holding(end, holding.since))
        periods.append(holding)
    if periods and (end := periods[-1].until) is not None:
        periods.append(Holding(end, None))
    return periods


def _names_of_enders(rows: Iterable[Directorship]) -> dict[UUID, str]:
    """Return who ended these directorships, by directorship. Runs three queries.

    Ended rows never change, so the set of changes with the row's version ended it. The exception is a row that came
    back when somebody undid the removal of the stage. These sets are skipped: nothing that ends a directorship is
    undoable.
    """
    ended = [row for row in rows if row.ended_at is not None]
    sets = {
        change_set.version: change_set
        for change_set in ChangeSet.objects.filter(
            workspace__in={row.workspace_id for row in ended},
            stream__in={row.stream_id for row in ended},
            version__in={row.version for row in ended},
            undoable=False,
            undoes_id=None,
        )
    }
    names = actor_names(sets.values())
    return {
        row.pk: names.get((ended_in.actor_kind, ended_in.actor_id), "")
        for row in ended
        if (ended_in := sets.get(row.version)) is not None
    }
