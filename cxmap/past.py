"""A journey as it was at a version, and how that differs from now. All inside tenant_scope()."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from changes.history import HistoryNarrator, join_words, pluralize, related_record_type, type_label
from changes.models import Change, Record, record_types
from changes.queries import current_or_last_known, snapshot, snapshot_at
from changes.recorder import record_from_log
from changes.restore import restorable_types
from cxmap.queries import JourneyTree, build_journey_tree
from journeys.models import Journey, Lane, Measure, Note, Persona, Stage, Step
from ownership.models import Appointment, Claim, Deputy, Directorship
from ownership.queries import build_stage_ownership
from people.models import Department, Person
from touchpoints.models import Channel, Promise, Touchpoint

NO_INSTANT = datetime.min.replace(tzinfo=UTC)  # a public snapshot does not say when


@dataclass
class JourneyVersion:
    """A journey at one version, in rows that are not in the database."""

    journey: Journey
    tree: JourneyTree
    appointments: dict[str, Appointment]


def journey_at_version(journey_id: UUID, version: int) -> JourneyVersion | None:
    """Return a journey as it was, with what its directory is called now; None before it began.

    What the directory has lost since is called as it was last. The queries of a snapshot, and
    two at most for each of five types.
    """
    return journey_from_snapshot(snapshot_at(journey_id, version))


def journey_from_snapshot(found: Mapping[str, Any]) -> JourneyVersion | None:
    """Return the journey of a snapshot; None where the snapshot has none.

    Directory records that the snapshot lacks are read from the database, as they are called now.
    """
    rows = SnapshotRows(found)
    journeys = rows.of(Journey, persona=Persona)
    if not journeys:
        return None
    directorships = rows.of(Directorship, person=Person)
    held = {row.pk: row for row in directorships}
    deputies = rows.of(Deputy, person=Person)
    for deputy in deputies:
        deputy.directorship = held[deputy.directorship_id]
    stages = rows.of(Stage)
    return JourneyVersion(
        journeys[0],
        build_journey_tree(
            rows.of(Lane, department=Department),
            stages,
            rows.of(Step, opens=Journey),
            rows.of(Touchpoint, channel=Channel),
            rows.of(Note),
            rows.of(Measure),
            sorted(rows.of(Promise), key=lambda one: (one.title, str(one.pk))),
            build_stage_ownership(
                [stage.pk for stage in stages],
                sorted(
                    (one for one in directorships if one.ended_at is None),
                    key=lambda one: one.proposed_at or NO_INSTANT,
                ),
                sorted(
                    (
                        one
                        for one in rows.of(Claim, person=Person, department=Department)
                        if one.withdrawn_at is None
                    ),
                    key=lambda one: one.made_at,
                ),
                deputies,
            ),
        ),
        {one.office: one for one in rows.of(Appointment, person=Person) if one.ended_at is None},
    )


class SnapshotRows:
    """The records of a snapshot as rows of their models, in order."""

    def __init__(self, found: Mapping[str, Any]) -> None:
        self._stream = UUID(found["stream"])
        self._fields: dict[str, dict[UUID, Any]] = defaultdict(dict)
        for one in found["records"]:
            self._fields[one["type"]][UUID(one["id"])] = one["fields"]
        self._known: dict[type[Record], dict[UUID, Any]] = {}

    def of(self, model: Any, **links: type[Record]) -> list[Any]:
        """Return the rows of a type, with these of its links filled in from the directory."""
        rows = [
            record_from_log(model, pk, self._stream, fields)
            for pk, fields in self._fields[model.slug].items()
        ]
        for name, target in links.items():
            known = self._directory(target)
            for row in rows:
                linked = getattr(row, f"{name}_id")
                if linked is not None:
                    setattr(row, name, known[linked])
        order = model.place.order_field if model.place else ""
        return sorted(rows, key=lambda row: (getattr(row, order) if order else "", str(row.pk)))

    def _directory(self, model: type[Record]) -> dict[UUID, Any]:
        """Return all records of a type of the directory that the snapshot points at."""
        if model not in self._known:
            ids = {
                UUID(value)
                for slug, rows in self._fields.items()
                for fields in rows.values()
                for name, value in fields.items()
                if value is not None and related_record_type(record_types()[slug], name) is model
            }
            own = self._fields[model.slug]
            known = {
                pk: record_from_log(model, pk, self._stream, own[pk]) for pk in ids & own.keys()
            }
            self._known[model] = {**known, **current_or_last_known(model, ids - own.keys())}
        return self._known[model]


@dataclass
class StageDiff:
    """What became of one stage (None: of the journey as a whole), in sentences."""

    stage: UUID | None
    title: str
    state: str = ""  # added, removed, or there at both
    lines: list["DiffLine"] = field(default_factory=list)


@dataclass(frozen=True)
class DiffLine:
    """A sentence; for prose also the words of then and of now."""

    op: str
    text: str
    before: str = ""
    after: str = ""


State = dict[tuple[str, str], dict[str, Any]]


def diff_with_current(journey_id: UUID, version: int) -> list[StageDiff]:
    """Return how a journey's map differs now from what it was, by stage in the order of now.

    Of what was added or removed as a whole, only the top is told, and what came with it counted.
    """
    then, now = (
        _visible_state(found) for found in (snapshot_at(journey_id, version), snapshot(journey_id))
    )
    changes = _changes(then, now)
    teller = HistoryNarrator([], changes)
    found: dict[str | None, StageDiff] = {}
    for key, title in _stages_in_order(then, now):
        state = "removed" if key not in now else "" if key in then else "added"
        found[key[1]] = StageDiff(UUID(key[1]), title, state)
    found[None] = StageDiff(None, "The journey as a whole")
    along = _fold_dependents(changes, then, now)
    for change in changes:
        key = (change.record_type, str(change.record_id))
        if key not in along.folded:
            where = _stage_of(key, now) or _stage_of(key, then)
            found[where].lines.append(_describe(teller, change, along.counts[key]))
    return [one for one in found.values() if one.lines]


def _visible_state(found: Mapping[str, Any]) -> State:
    """Return what ops can write, in the fields that people see."""
    types = restorable_types()
    return {
        (one["type"], one["id"]): {
            name: value for name, value in one["fields"].items() if _is_visible(one["type"], name)
        }
        for one in found["records"]
        if one["type"] in types
    }


def _is_visible(slug: str, name: str) -> bool:
    model = record_types()[slug]
    place = (*model.place.parent_fields, model.place.order_field) if model.place else ()
    return name in (*model.op_fields, *place, model.root_field)


def _changes(then: State, now: State) -> list[Change]:
    """Return the difference as changes, one for each field; a move is one."""
    found = []
    for slug in restorable_types():
        for key in [key for key in {**now, **then} if key[0] == slug]:
            if key not in then or key not in now:
                op = Change.Op.REMOVE if key in then else Change.Op.ADD
                found.append(_change(op, key, then.get(key, {}), now.get(key, {})))
                continue
            differ = [name for name in now[key] if then[key].get(name) != now[key][name]]
            place = record_types()[slug].place
            moved = [n for n in differ if place and n in (*place.parent_fields, place.order_field)]
            for names in [moved, *([name] for name in differ if name not in moved)]:
                if names:
                    before, after = ({n: s[key].get(n) for n in names} for s in (then, now))
                    found.append(_change(Change.Op.SET, key, before, after))
    return found


def _change(op: str, key: tuple[str, str], before: Any, after: Any) -> Change:
    return Change(op=op, record_type=key[0], record_id=UUID(key[1]), before=before, after=after)


def _stages_in_order(then: State, now: State) -> Iterable[tuple[tuple[str, str], str]]:
    for state, besides in ((now, {}), (then, now)):
        stages = [key for key in state if key[0] == "stage" and key not in besides]
        for key in sorted(stages, key=lambda one: (state[one]["position"], one[1])):
            yield key, state[key]["title"]


def _parent(key: tuple[str, str], state: State) -> tuple[str, str] | None:
    """Return what a record stands in: by its place, else the first key it has in this stream."""
    model = record_types()[key[0]]
    for name in (*(model.place.parent_fields if model.place else ()), *model.op_fields):
        target = related_record_type(model, name)
        parent = (target.slug, str(state[key].get(name))) if target else None
        if parent in state:
            return parent
    return None


def _stage_of(key: tuple[str, str], state: State) -> str | None:
    at: tuple[str, str] | None = key if key in state else None
    while at is not None and at[0] != "stage":
        at = _parent(at, state)
    return at[1] if at else None


@dataclass
class FoldedChanges:
    """What came or went with something that it stood in."""

    folded: set[tuple[str, str]] = field(default_factory=set)
    counts: dict[tuple[str, str], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )


def _fold_dependents(changes: Sequence[Change], then: State, now: State) -> FoldedChanges:
    along = FoldedChanges()
    ops = {(one.record_type, str(one.record_id)): one.op for one in changes}
    for key, op in ops.items():
        if op == Change.Op.SET:
            continue
        state, top = (then if op == Change.Op.REMOVE else now), key
        while (parent := _parent(top, state)) is not None and ops.get(parent) == op:
            top = parent
        if top != key:
            along.folded.add(key)
            along.counts[top][type_label(key[0])] += 1
    return along


def _describe(teller: HistoryNarrator, change: Change, along: Counter[str]) -> DiffLine:
    text = teller.describe_change(change)
    if along:
        text += f" and with it {join_words([pluralize(n, what) for what, n in along.items()])}"
    text = text[0].upper() + text[1:]
    if change.op != Change.Op.SET:
        return DiffLine(change.op, text)
    (before, after) = (
        " ".join(str(value) for name, value in side.items() if _is_prose(change, name) and value)
        for side in (change.before, change.after)
    )
    return DiffLine(change.op, text, before, after)


def _is_prose(change: Change, name: str) -> bool:
    kind = record_types()[change.record_type]._meta.get_field(name)
    return kind.get_internal_type() == "TextField"  # type: ignore[union-attr]
