"""Undo and redo. Undo writes the inverse of a gesture as a new change set; redo undoes the undo."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db import models
from django.utils.translation import gettext

from changes.models import Change, ChangeSet, Record, from_log, record_types
from changes.recorder import Recorder, record_from_log
from core.actors import Actor
from core.errors import AppError, Conflict, NotFound

ChangesByType = dict[type[Record], list[Change]]
UNDO_DEPTH = 500  # number of an actor's latest sets in a stream that undo and redo consider


def sets_of_gesture(actor: Actor, gesture: UUID) -> list[ChangeSet]:
    """Return a gesture's sets in all its streams. Raise NotFound if there are none."""
    sets = list(
        ChangeSet.objects.filter(workspace_id=actor.workspace_id, gesture=gesture).order_by("feed")
    )
    if not sets:
        raise NotFound
    return sets


def check_undoable(actor: Actor, sets: list[ChangeSet]) -> None:
    """Raise Conflict if a set can't be undone.

    Raise Forbidden if the actor may not write one of its types.
    """
    for change_set in sets:
        if not change_set.undoable:
            raise not_undoable(gettext("“{action}” is final.").format(action=change_set.action))
    ids = [change_set.id for change_set in sets]
    if ChangeSet.objects.filter(workspace_id=actor.workspace_id, undoes_id__in=ids).exists():
        raise not_undoable(gettext("it was already undone."))
    types = record_types()
    changes = Change.objects.filter(workspace_id=actor.workspace_id, set_id__in=ids)
    for slug in changes.values_list("record_type", flat=True).distinct():
        if types[slug].op_fields or types[slug].place:
            actor.require(types[slug].required_right, f"{types[slug].scope}:write")


def write_inverse(recorder: Recorder, sets: list[ChangeSet]) -> None:
    """Write the inverse of these sets.

    Fields that were changed since are left unchanged and listed in `recorder.skipped_fields`. Raise
    Conflict `not-undoable` if a change can't be written.
    """
    workspace_id = recorder.actor.workspace_id
    stream_of = {s.id: s.stream_id for s in sets}
    logged = Change.objects.filter(workspace_id=workspace_id, set_id__in=list(stream_of))
    changes = list(logged.order_by("-id"))
    added = {change.record_id for change in changes if change.op == Change.Op.ADD}
    try:
        for op, run in groupby(changes, key=attrgetter("op")):
            by_type = _by_type(run)
            if op == Change.Op.ADD:
                _undo_adds(recorder, by_type, added)
            elif op == Change.Op.SET:
                _undo_sets(recorder, by_type)
            else:
                _undo_removes(recorder, by_type, stream_of)
    except AppError as error:
        raise not_undoable(error.detail) from error
    for model, target, _ in recorder.missing_references():
        raise not_undoable(removed_text(workspace_id, model, target))


def not_undoable(reason: str) -> Conflict:
    return Conflict(
        gettext("This can’t be undone: {reason}").format(reason=reason), code="not-undoable"
    )


def removed_text(workspace_id: UUID, model: type[models.Model], record_id: UUID) -> str:
    """Return the clause “the step “Pay” was removed.”, with the record's last name if known."""
    removals = Change.objects.filter(
        workspace_id=workspace_id, record_id=record_id, op=Change.Op.REMOVE
    )
    removal = removals.order_by("id").last()
    name = removal and (removal.before.get("title") or removal.before.get("name"))
    if not name:
        return gettext("the {type} was removed.").format(type=model._meta.verbose_name)
    return gettext("the {type} “{name}” was removed.").format(
        type=model._meta.verbose_name, name=name
    )


def _by_type(changes: Iterable[Change]) -> ChangesByType:
    """Group changes by type, with types before those that refer to them, in a stable order."""
    by_slug: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_slug[change.record_type].append(change)
    return {model: by_slug[slug] for slug, model in record_types().items() if slug in by_slug}


def _undo_adds(recorder: Recorder, by_type: ChangesByType, added: set[UUID]) -> None:
    for model, changes in reversed(by_type.items()):
        rows = recorder.fetch(model, [change.record_id for change in changes])
        recorder.remove_many(list(rows.values()), allowed_ids=added)


def _undo_sets(recorder: Recorder, by_type: ChangesByType) -> None:
    for model, changes in by_type.items():
        recorder.fetch(model, [change.record_id for change in changes])
        for change in changes:
            _undo_set(recorder, change)


def _undo_removes(recorder: Recorder, by_type: ChangesByType, stream_of: dict[UUID, UUID]) -> None:
    for model, changes in by_type.items():
        recorder.add_many(
            [
                record_from_log(model, change.record_id, stream_of[change.set_id], change.before)
                for change in changes
            ]
        )


def _undo_set(recorder: Recorder, change: Change) -> None:
    model = record_types()[change.record_type]
    record = recorder.fetch(model, [change.record_id]).get(change.record_id)
    fields = {f.name: f for f in model._meta.concrete_fields}
    restored = {}
    for name, after in change.after.items():
        # Compare as the field's own type: JSON may turn a large float into a whole number.
        expected = from_log(fields[name], after)
        if record is None or getattr(record, fields[name].attname) != expected:
            recorder.skipped_fields.append(
                {"type": change.record_type, "id": str(change.record_id), "field": name}
            )
        else:
            restored[fields[name].attname] = from_log(fields[name], change.before[name])
    if record is not None and restored:
        recorder.set(record, **restored)


def find_undo(stream_id: UUID, actor: Actor) -> UUID | None:
    """Return the gesture that the actor's next undo in this stream would revert, or None."""
    for root, tail, depth in _undo_chains(stream_id, actor):
        if depth % 2 == 0 and root.undoable:
            return tail.gesture
    return None


def find_redo(stream_id: UUID, actor: Actor) -> UUID | None:
    """Return the undo that the actor's next redo in this stream would revert, or None.

    This is the latest undo, unless the actor has made another edit since.
    """
    chains = _undo_chains(stream_id, actor)
    undone = [
        (tail.version, tail)
        for _, tail, depth in chains
        if depth % 2 and (tail.actor_kind, tail.actor_id) == (actor.kind, actor.id)
    ]
    edits = [root.version for root, _, depth in chains if depth == 0 and root.undoable]
    if not undone:
        return None
    # No redo if the actor made an edit after the first undo that is still in effect.
    first_undone = min(version for version, _ in undone)
    if edits and max(edits) > first_undone:
        return None
    return max(undone, key=lambda pair: pair[0])[1].gesture


def _undo_chains(stream_id: UUID, actor: Actor) -> list[tuple[ChangeSet, ChangeSet, int]]:
    """Return (set, its last undo or redo, number of undos and redos) for an actor's sets, newest first.

    Includes undos by others, because a set that a colleague undid can't be undone again.
    """
    in_stream = ChangeSet.objects.filter(workspace_id=actor.workspace_id, stream_id=stream_id)
    own = in_stream.filter(actor_id=actor.id, actor_kind=actor.kind)
    sets = list(own.order_by("-version")[:UNDO_DEPTH])
    if not sets:
        return []
    undoing = in_stream.filter(version__gt=sets[-1].version, undoes_id__isnull=False)
    undone_by = {s.undoes_id: s for s in undoing}
    chains = []
    for root in sets:
        if root.undoes_id is None:
            tail, depth = root, 0
            while tail.id in undone_by:
                tail, depth = undone_by[tail.id], depth + 1
            chains.append((root, tail, depth))
    return chains
