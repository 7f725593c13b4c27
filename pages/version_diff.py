"""The differences between a version of a journey and its current state.

Call these functions inside tenant_scope().
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from changes.history import HistoryNarrator, count_label, related_record_type, with_dependents
from changes.models import Change, record_types
from changes.queries import snapshot, snapshot_at
from changes.restore import restorable_types
from journeys.models import Journey


@dataclass
class StageDiff:
    """The changes to one stage, in sentences. `stage` is None for the journey as a whole."""

    stage: UUID | None
    title: str
    state: str = ""  # "added", "removed", or empty if the stage exists in both
    lines: list["DiffLine"] = field(default_factory=list)


@dataclass(frozen=True)
class DiffLine:
    """A sentence about a change. For changes of prose fields, it also has the old and the new text."""

    op: str
    text: str
    before: str = ""
    after: str = ""


State = dict[tuple[str, str], dict[str, Any]]


def diff_with_current(journey: Journey, version: int) -> list[StageDiff]:
    """Return how a journey's map differs from an earlier version, by stage in the current order.

    Stages without differences are left out. A record that was added or removed together with records
    inside it gets a single sentence, which has the number of these records.
    """
    then, now = (
        _visible_state(snapshot_data)
        for snapshot_data in (snapshot_at(journey.pk, version), snapshot(journey.pk))
    )
    changes = _changes(then, now)
    narrator = HistoryNarrator(journey.workspace_id, [], changes)
    stages: dict[str | None, StageDiff] = {}
    for key, title in _stages_in_order(then, now):
        state = "removed" if key not in now else "" if key in then else "added"
        stages[key[1]] = StageDiff(UUID(key[1]), title, state)
    stages[None] = StageDiff(None, gettext("The journey as a whole"))
    along = _fold_dependents(changes, then, now)
    for change in changes:
        key = (change.record_type, str(change.record_id))
        if key not in along.folded:
            where = _stage_of(key, now) or _stage_of(key, then)
            stages[where].lines.append(_describe(narrator, change, along.counts[key]))
    return [stage for stage in stages.values() if stage.lines]


def _visible_state(snapshot_data: Mapping[str, Any]) -> State:
    """Return the fields of a snapshot that ops can write and that people can see."""
    types = restorable_types()
    return {
        (record["type"], record["id"]): {
            name: value
            for name, value in record["fields"].items()
            if _is_visible(record["type"], name)
        }
        for record in snapshot_data["records"]
        if record["type"] in types
    }


def _is_visible(slug: str, name: str) -> bool:
    model = record_types()[slug]
    place = (*model.place.parent_fields, model.place.order_field) if model.place else ()
    return name in (*model.op_fields, *place, model.root_field)


def _changes(then: State, now: State) -> list[Change]:
    """Return the differences, with one change per field. A move is a single change."""
    changes = []
    for slug in restorable_types():
        for key in [key for key in {**now, **then} if key[0] == slug]:
            if key not in then or key not in now:
                op = Change.Op.REMOVE if key in then else Change.Op.ADD
                changes.append(_change(op, key, then.get(key, {}), now.get(key, {})))
                continue
            differ = [name for name in now[key] if then[key].get(name) != now[key][name]]
            place = record_types()[slug].place
            moved = [n for n in differ if place and n in (*place.parent_fields, place.order_field)]
            for names in [moved, *([name] for name in differ if name not in moved)]:
                if names:
                    before, after = ({n: s[key].get(n) for n in names} for s in (then, now))
                    changes.append(_change(Change.Op.SET, key, before, after))
    return changes


def _change(op: str, key: tuple[str, str], before: Any, after: Any) -> Change:
    return Change(op=op, record_type=key[0], record_id=UUID(key[1]), before=before, after=after)


def _stages_in_order(then: State, now: State) -> Iterable[tuple[tuple[str, str], str]]:
    for state, besides in ((now, {}), (then, now)):
        stages = [key for key in state if key[0] == "stage" and key not in besides]
        for key in sorted(stages, key=lambda stage: (state[stage]["position"], stage[1])):
            yield key, state[key]["title"]


def _parent(key: tuple[str, str], state: State) -> tuple[str, str] | None:
    """Return the parent of a record: the first record in `state` to which its place or a field refers, or None."""
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
    """Groups of records that were added or removed together with their parent."""

    folded: set[tuple[str, str]] = field(default_factory=set)
    counts: dict[tuple[str, str], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )


def _fold_dependents(changes: Sequence[Change], then: State, now: State) -> FoldedChanges:
    along = FoldedChanges()
    ops = {(change.record_type, str(change.record_id)): change.op for change in changes}
    for key, op in ops.items():
        if op == Change.Op.SET:
            continue
        state, top = (then if op == Change.Op.REMOVE else now), key
        while (parent := _parent(top, state)) is not None and ops.get(parent) == op:
            top = parent
        if top != key:
            along.folded.add(key)
            along.counts[top][key[0]] += 1
    return along


def _describe(narrator: HistoryNarrator, change: Change, along: Counter[str]) -> DiffLine:
    text = narrator.describe_change(change)
    text = with_dependents(text, [count_label(slug, n) for slug, n in along.items()])
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
