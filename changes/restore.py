"""Restore a version by comparing two snapshots and writing the difference.

The order of the writes avoids collisions of unique keys.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext

from changes.models import Change, Record, field_of, from_log, record_types
from changes.queries import snapshot, snapshot_at
from changes.recorder import Recorder, logged_values, record_from_log
from changes.undo import removed_text
from core.errors import AppError, Conflict

Key = tuple[str, UUID]
State = dict[Key, dict[str, Any]]


def restorable_types() -> dict[str, type[Record]]:
    """Return the types that ops can write, parents first. Other types have their own rules."""
    return {slug: model for slug, model in record_types().items() if model.op_fields or model.place}


def write_restore(recorder: Recorder, stream_id: UUID, version: int) -> None:
    """Write the changes that return a stream to a version; see services.restore().

    Unique keys that other records need are freed first. Then records are added, set and removed in
    this order, so that a replaced stage or lane exists again before its replacement is removed.
    """
    then, now = _state(snapshot_at(stream_id, version)), _state(snapshot(stream_id))
    if not then:
        raise Conflict(
            gettext("The journey was empty at this version. Choose a later version."),
            code="not-restorable",
        )
    _check_rights(recorder, then, now)
    try:
        _free_keys(recorder, then, now)
        _add(recorder, stream_id, then, now)
        _set(recorder, then, now)
        _remove(recorder, then, now)
    except AppError as error:
        raise not_restorable(error.detail) from error
    for model, target, _ in recorder.missing_references():
        raise not_restorable(removed_text(recorder.actor.workspace_id, model, target))


def not_restorable(why: str) -> Conflict:
    return Conflict(
        gettext("This version can’t be restored: {why}").format(why=why), code="not-restorable"
    )


def _state(stream_snapshot: dict[str, Any]) -> State:
    types = restorable_types()
    return {
        (record["type"], UUID(record["id"])): record["fields"]
        for record in stream_snapshot["records"]
        if record["type"] in types
    }


def _check_rights(recorder: Recorder, then: State, now: State) -> None:
    types = restorable_types()
    for slug in {slug for slug, pk in then | now if then.get((slug, pk)) != now.get((slug, pk))}:
        recorder.actor.require(types[slug].required_right, f"{types[slug].scope}:write")


def _free_keys(recorder: Recorder, then: State, now: State) -> None:
    """Remove records that hold a unique key of another restored record. _add() adds them again."""
    wanted = {key for (slug, _), fields in then.items() for key in _keys(slug, fields)}
    ids = {pk for _, pk in now}
    for (slug, pk), fields in now.items():
        own = _keys(slug, then.get((slug, pk), {}))
        if (_keys(slug, fields) - own) & wanted:
            for row in _rows(recorder, slug, [pk]):
                recorder.remove(row, allowed_ids=ids)


def _keys(slug: str, fields: dict[str, Any]) -> set[tuple[Any, ...]]:
    """Return a record's values for the type's unique constraints. Keys with an empty value are left out."""
    model = restorable_types()[slug]
    keys = set()
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            values = [fields.get(name) for name in constraint.fields if name != "workspace"]
            if all(values):
                keys.add((constraint.name, *values))
    return keys


def _add(recorder: Recorder, stream_id: UUID, then: State, now: State) -> None:
    existing = now.keys() - _removed_keys(recorder)
    for slug, model in restorable_types().items():
        missing = [key for key in then if key[0] == slug and key not in existing]
        recorder.add_many(
            [record_from_log(model, pk, stream_id, then[slug, pk]) for slug, pk in missing]
        )


def _set(recorder: Recorder, then: State, now: State) -> None:
    changed = [key for key in then if key in now and then[key] != now[key]]
    for slug, model in restorable_types().items():
        for row in _rows(recorder, slug, [pk for kind, pk in changed if kind == slug]):
            was, is_now = then[slug, row.pk], logged_values(row)
            changed_here = [n for n in was if was[n] != is_now[n] and n not in model.service_fields]
            fields = [field_of(model, name) for name in changed_here]
            recorder.set(row, **{f.attname: from_log(f, was[f.name]) for f in fields})


def _remove(recorder: Recorder, then: State, now: State) -> None:
    """Remove records that were added since the version.

    Removal hooks are skipped, because the version already satisfied their rules.
    """
    types = restorable_types()
    for slug in types:
        later = [pk for kind, pk in now if kind == slug and (kind, pk) not in then]
        rows = _rows(
            recorder, slug, later
        )  # without records that were already removed together with another one
        recorder.remove_many(rows, skip_hooks_of=frozenset(types.values()))


def _rows(recorder: Recorder, slug: str, ids: Iterable[UUID]) -> list[Record]:
    return list(recorder.fetch(restorable_types()[slug], ids).values())


def _removed_keys(recorder: Recorder) -> set[Key]:
    return {
        (entry.model.slug, entry.record_id)
        for entry in recorder.pending_changes
        if entry.op == Change.Op.REMOVE
    }
