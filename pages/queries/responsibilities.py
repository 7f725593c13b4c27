"""Queries for a journey's matrix of responsibilities. Call them inside tenant_scope()."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext

from core.csv_lines import BYTE_ORDER_MARK, csv_line
from core.ids import find_uuid
from journeys.models import Lane, Stage
from ownership.contributors import Cell, cell_of
from ownership.models import Contributor, StageStanding
from people.models import Department, Person

DEPARTMENT, PERSON = "department", "person"


class Column(NamedTuple):
    """A column of the matrix: a department or a person."""

    kind: str
    record: Department | Person

    @property
    def key(self) -> str:
        return f"{self.kind}.{self.record.pk}"

    def cell(self, stage_id: UUID) -> Cell:
        is_department = self.kind == DEPARTMENT
        return Cell(
            stage_id,
            department_id=self.record.pk if is_department else None,
            person_id=None if is_department else self.record.pk,
        )


@dataclass(frozen=True)
class Matrix:
    """The stages of a journey with who is accountable, and the parts of departments and persons."""

    stages: list[Stage]
    standings: Mapping[UUID, StageStanding]
    columns: list[Column]
    parts: Mapping[Cell, str]

    def part(self, stage: Stage, column: Column) -> str:
        return self.parts.get(column.cell(stage.pk), "")


def responsibility_matrix(journey_id: UUID, added_keys: Iterable[str] = ()) -> Matrix:
    """Return a journey's matrix. Runs six queries.

    Its columns are the departments that have a lane in the journey or a part in a stage, then the persons with
    a part, then those of `added_keys` (keys of columns) that exist in the journey's workspace.
    """
    stages = list(Stage.objects.filter(journey=journey_id).order_by("position", "pk"))
    standings = StageStanding.objects.filter(journey=journey_id).select_related("director")
    rows = list(Contributor.objects.filter(stream=journey_id))
    lanes = Lane.objects.filter(journey=journey_id, department__isnull=False)
    added = [key.partition(".") for key in added_keys]
    departments = {
        *lanes.values_list("department_id", flat=True),
        *(row.department_id for row in rows),
        *(find_uuid(text) for kind, _dot, text in added if kind == DEPARTMENT),
    }
    persons = {
        *(row.person_id for row in rows),
        *(find_uuid(text) for kind, _dot, text in added if kind == PERSON),
    }
    return Matrix(
        stages=stages,
        standings={row.stage_id: row for row in standings},
        columns=[
            *(Column(DEPARTMENT, row) for row in _by_name(Department, departments)),
            *(Column(PERSON, row) for row in _by_name(Person, persons)),
        ],
        parts={cell_of(row): row.part for row in rows},
    )


def _by_name(model: type[Any], ids: set[UUID | None]) -> list[Any]:
    return list(model.objects.filter(pk__in=ids - {None}).order_by("name", "pk"))


def matrix_csv(matrix: Matrix) -> Iterator[str]:
    """Yield the lines of a CSV file: a row for each stage, and a column for each department or person."""
    heads = [gettext("Stage"), gettext("Accountable")]
    yield BYTE_ORDER_MARK + csv_line([*heads, *(column.record.name for column in matrix.columns)])
    labels = dict(Contributor.Part.choices)
    for stage in matrix.stages:
        director = matrix.standings[stage.pk].director
        parts = [matrix.part(stage, column) for column in matrix.columns]
        yield csv_line(
            [
                stage.title,
                director.name if director else "",
                *(labels.get(part, "") for part in parts),
            ]
        )
