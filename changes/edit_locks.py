"""Edit locks, which prevent accidents: ops, undo and restore can't change locked records.

A type is lockable if its `service_fields` include `is_locked`, which only a dedicated service sets. A lock covers
the record and everything inside it: all records that a cascading foreign key would remove with it. It doesn't
cover types that ops can't write, such as directorships and comments.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext

from changes.models import Change, Record, record_types
from changes.recorder import PendingChange, Recorder
from core.errors import Locked

LOCK_FIELD = "is_locked"


class EditLockGuard:
    """Rejects changes to records that were locked when the gesture began.

    It reads the locks once, so that all checks of a gesture use the same state.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._seen = len(recorder.pending_changes)
        # The locked record, by its own id and by the ids of the records inside it.
        self._holder: dict[UUID, Record] = {}
        for model in (record_types()[slug] for slug in recorder.locked_types):
            in_streams = {"stream_id__in": list(recorder.streams)}
            for row in model.objects.filter(**in_streams, **{LOCK_FIELD: True}):
                self._holder[row.pk] = row
        if self._holder:
            for model in _container_types():
                self._remember_locked(model)

    def _remember_locked(self, model: type[Record]) -> None:
        for name in parent_fields(model):
            rows = model.objects.filter(**{f"{name}__in": list(self._holder)})
            for record_id, parent_id in rows.values_list("pk", name):
                self._holder.setdefault(record_id, self._holder[parent_id])

    def check(self, *, moved: UUID | None = None) -> None:
        """Raise Locked if a change since the last call of check() affects a locked record.

        `moved` is the id of the record that an op moved. Its siblings may get new order keys to
        make room for it, which doesn't count as a change to them.
        """
        new_changes, self._seen = (
            self.recorder.pending_changes[self._seen :],
            len(self.recorder.pending_changes),
        )
        if not self._holder:
            return
        for entry in new_changes:
            holder = next(
                (self._holder[i] for i in self._affected_ids(entry) if i in self._holder), None
            )
            if holder and not (moved and moved != entry.record_id and _is_rekeyed(entry)):
                raise Locked(
                    gettext("{label} is locked. Unlock it to change it.").format(label=holder.label)
                )

    def _affected_ids(self, entry: "PendingChange") -> Iterable[UUID]:
        """Yield the ids of a changed record, and of its parents before and after the change.

        Yield nothing if only the lock itself changed.
        """
        if not (entry.model.op_fields or entry.model.place) or entry.after.keys() == {LOCK_FIELD}:
            return
        yield entry.record_id
        row: Record | None = None
        if entry.op == Change.Op.SET:
            row = self.recorder.fetch(entry.model, [entry.record_id]).get(entry.record_id)
        for name in parent_fields(entry.model):
            for parent_id in (entry.before.get(name), entry.after.get(name)):
                if parent_id:
                    yield UUID(parent_id)
            if row is not None:
                yield row.serializable_value(name)


def _is_rekeyed(entry: "PendingChange") -> bool:
    place = entry.model.place
    return place is not None and entry.after.keys() == {place.order_field}


@cache
def locked_types_sql() -> str:
    """Return a query for the types that have locked records in `%(streams)s`. Usually none has."""
    return " UNION ALL ".join(
        f"SELECT '{model.slug}' WHERE EXISTS (SELECT FROM {model._meta.db_table}"
        f" WHERE stream_id = ANY(%(streams)s::uuid[]) AND {LOCK_FIELD})"
        for model in lockable_types()
    )


def lockable_types() -> list[type[Record]]:
    return [model for model in record_types().values() if LOCK_FIELD in model.service_fields]


@cache
def parent_fields(model: type[Record]) -> tuple[str, ...]:
    """Return the names of the foreign keys to a type's parents.

    There are none for types that ops can't write.
    """
    if not (model.op_fields or model.place):
        return ()
    return tuple(
        f.name
        for f in model._meta.concrete_fields
        if isinstance(f, models.ForeignKey)
        and f.remote_field.on_delete is models.CASCADE
        and issubclass(f.related_model, Record)
    )


@cache
def _container_types() -> list[type[Record]]:
    """Return the types that have both parents and children, outermost first.

    Records of other types needn't be loaded: their foreign keys identify their parents.
    """
    parents: set[Any] = {
        model._meta.get_field(name).related_model
        for model in record_types().values()
        for name in parent_fields(model)
    }
    return [model for model in record_types().values() if model in parents and parent_fields(model)]
