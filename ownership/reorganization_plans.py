"""The plan of a merge or a split of departments: the items that people review, and the writes that follow."""

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from changes.models import Record
from ownership.models import Reorganization
from people.models import Department

MAX_LISTED_ITEMS = 50  # of each kind, on the page and in the API


class ItemKind(TextChoices):
    """The kinds of records that a reorganization moves."""

    PLACEMENT = "placement", _("People")
    LANE = "lane", _("Lanes")
    TOUCHPOINT = "touchpoint", _("Touchpoints that change lanes")
    DIRECTORSHIP = "directorship", _("Directors and proposals")
    CLAIM = "claim", _("Claims and disclaimers")
    PARTY = "party", _("Parties to open contests")
    CONTRIBUTOR = "contributor", _("Parts in stages")
    CASE = "case", _("Open cases")


class Effect(TextChoices):
    """What happens to an item: it moves to the other department, or is joined with an item that is there."""

    MOVES = "moves", _("Moves")
    JOINS = "joins", _("Is joined with an existing one")


class PlanItem(NamedTuple):
    """A record that a reorganization changes, as people review it."""

    kind: str
    effect: str
    record_id: UUID
    title: str
    journey_id: UUID | None = None
    journey_title: str = ""

    @property
    def kind_label(self) -> str:
        return str(ItemKind(self.kind).label)

    @property
    def effect_label(self) -> str:
        return str(Effect(self.effect).label)


@dataclass(frozen=True)
class Merge:
    """A request to merge a department into another one, which can get a new name."""

    department: Department
    into: Department
    new_name: str = ""

    kind = Reorganization.Kind.MERGE


@dataclass(frozen=True)
class Split:
    """A request to split off the new department `into` from a department, with the records that move.

    `moving` has the ids of placements and lanes. `others` has the ids of claims, contributors and cases. If `others` is
    None, claims follow their persons, and contributors and cases follow the lane of their journey.
    """

    department: Department
    into: Department
    moving: frozenset[UUID]
    others: frozenset[UUID] | None = None

    kind = Reorganization.Kind.SPLIT

    @property
    def new_name(self) -> str:
        return self.into.name


def new_department(department: Department, name: str) -> Department:
    """Return an unsaved department with the color and icon of `department`."""
    return Department(
        workspace_id=department.workspace_id,
        stream_id=department.stream_id,
        name=name,
        hue=department.hue,
        glyph=department.glyph,
    )


@dataclass(frozen=True)
class PlanItemGroup:
    """The items of one kind, which the page shows as a row of totals with a list."""

    kind: ItemKind
    items: list[PlanItem]

    @property
    def label(self) -> str:
        return str(self.kind.label)

    @property
    def count(self) -> int:
        return len(self.items)

    @property
    def joining(self) -> int:
        return sum(item.effect == Effect.JOINS for item in self.items)

    @property
    def moving(self) -> int:
        return self.count - self.joining

    @property
    def first_items(self) -> list[PlanItem]:
        return self.items[:MAX_LISTED_ITEMS]


class PlannedWrite(NamedTuple):
    """A write of a plan: `op` is add or remove (of a list of records), or set (of fields by id)."""

    op: str
    model: type[Record]
    rows: Any


@dataclass
class Plan:
    """Everything that a reorganization changes, in the order in which it is written."""

    day: date
    into: str  # the id of a department, or the name of a new one
    items: list[PlanItem] = field(default_factory=list)
    writes: list[PlannedWrite] = field(default_factory=list)

    @property
    def journey_ids(self) -> set[UUID]:
        return {item.journey_id for item in self.items if item.journey_id}

    @cached_property
    def groups(self) -> list[PlanItemGroup]:
        """The items by kind, each sorted by title. Kinds without items are left out."""
        by_kind: dict[str, list[PlanItem]] = {kind: [] for kind in ItemKind.values}
        for item in sorted(self.items, key=lambda item: (item.journey_title, item.title)):
            by_kind[item.kind].append(item)
        return [PlanItemGroup(ItemKind(kind), items) for kind, items in by_kind.items() if items]

    @property
    def figures(self) -> dict[str, int]:
        """The number of items by kind."""
        return {group.kind.value: group.count for group in self.groups}

    @property
    def first_items(self) -> list[PlanItem]:
        """The first items of each kind."""
        return [item for group in self.groups for item in group.first_items]

    @cached_property
    def digest(self) -> str:
        """A hash of all items, to detect whether anything has changed since the review."""
        rows = sorted([str(item.record_id), item.kind, item.effect] for item in self.items)
        return sha256(json.dumps([str(self.day), self.into, rows]).encode()).hexdigest()
