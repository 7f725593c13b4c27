"""What stands locked is changed by no op, undo or restore: a lock guards against accidents.

A type whose `guarded` fields hold `is_locked` can be locked, by a service of its own. A lock holds
its record and all that stands in it, by the keys that go when it goes; not what ops cannot write
(who answers for it, what is said of it).
"""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models

from changes.models import Change, Record, record_types
from core.errors import Locked

if TYPE_CHECKING:
    from changes.recorder import PendingChange, Recorder

LOCK_FIELD = "is_locked"


class EditLockGuard:
    """What stood locked when the gesture began, which is what counts for all of it."""

    def __init__(self, recorder: "Recorder") -> None:
        self.recorder = recorder
        self._seen = len(recorder.pending_changes)
        self._holder: dict[UUID, Record] = {}  # by the id of what is locked, or stands in it
        here = {"stream_id__in": list(recorder.streams)}
        for model in lockable_types():
            for row in model.objects.filter(**here, **{LOCK_FIELD: True}):
                self._holder[row.pk] = row
        if self._holder:
            for model in _container_types():
                self._remember_locked(model)

    def _remember_locked(self, model: type[Record]) -> None:
        for name in parent_fields(model):
            rows = model.objects.filter(**{f"{name}__in": list(self._holder)})
            for record_id, home in rows.values_list("pk", name):
                self._holder.setdefault(record_id, self._holder[home])

    def check(self, *, moved: UUID | None = None) -> None:
        """Raise Locked if what was written since the last check changed what is locked.

        Give the record that was `moved`, and those of its siblings that only got another order
        key, so that it fits in, have not changed.
        """
        fresh, self._seen = (
            self.recorder.pending_changes[self._seen :],
            len(self.recorder.pending_changes),
        )
        if not self._holder:
            return
        for entry in fresh:
            holder = next(
                (self._holder[i] for i in self._affected_ids(entry) if i in self._holder), None
            )
            if holder and not (moved and moved != entry.record_id and _is_rekeyed(entry)):
                raise Locked(f"{holder.label} is locked. Unlock it to change it.")

    def _affected_ids(self, entry: "PendingChange") -> Iterable[UUID]:
        """Yield the record and all that it stood or stands in; none where a lock alone changed."""
        if not (entry.model.op_fields or entry.model.place) or entry.after.keys() == {LOCK_FIELD}:
            return
        yield entry.record_id
        row: Record | None = None
        if entry.op == Change.Op.SET:
            row = self.recorder.fetch(entry.model, [entry.record_id]).get(entry.record_id)
        for name in parent_fields(entry.model):
            for home in (entry.before.get(name), entry.after.get(name)):
                if home:
                    yield UUID(home)
            if row is not None:
                yield getattr(row, f"{name}_id")


def _is_rekeyed(entry: "PendingChange") -> bool:
    place = entry.model.place
    return place is not None and entry.after.keys() == {place.order_field}


def lockable_types() -> list[type[Record]]:
    return [model for model in record_types().values() if LOCK_FIELD in model.service_fields]


@cache
def parent_fields(model: type[Record]) -> tuple[str, ...]:
    """Return the keys by which a type that ops write stands in other records."""
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
    """Return the types that others stand in and that stand in others themselves, outermost first.

    What nothing stands in need not be known by its id: its keys say where it stands.
    """
    held: set[Any] = {
        model._meta.get_field(name).related_model
        for model in record_types().values()
        for name in parent_fields(model)
    }
    return [model for model in record_types().values() if model in held and parent_fields(model)]
