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
from workspaces.errors import Locked

if TYPE_CHECKING:
    from changes.recorder import Entry, Recorder

LOCK = "is_locked"


class Locks:
    """What stood locked when the gesture began, which is what counts for all of it."""

    def __init__(self, recorder: "Recorder") -> None:
        self.recorder = recorder
        self._seen = len(recorder.entries)
        self._holder: dict[UUID, Record] = {}  # by the id of what is locked, or stands in it
        here = {"stream_id__in": list(recorder.streams)}
        for model in lockable():
            for row in model.objects.filter(**here, **{LOCK: True}):
                self._holder[row.pk] = row
        if self._holder:
            for model in _holding():
                self._hold(model)

    def _hold(self, model: type[Record]) -> None:
        for name in standing(model):
            rows = model.objects.filter(**{f"{name}__in": list(self._holder)})
            for record_id, home in rows.values_list("pk", name):
                self._holder.setdefault(record_id, self._holder[home])

    def check(self, *, moved: UUID | None = None) -> None:
        """Raise Locked if what was written since the last check changed what is locked.

        Give the record that was `moved`, and those of its siblings that only got another order
        key, so that it fits in, have not changed.
        """
        fresh, self._seen = self.recorder.entries[self._seen :], len(self.recorder.entries)
        if not self._holder:
            return
        for entry in fresh:
            holder = next(
                (self._holder[i] for i in self._touched(entry) if i in self._holder), None
            )
            if holder and not (moved and moved != entry.record_id and _is_rekeyed(entry)):
                raise Locked(f"{holder.label} is locked. Unlock it to change it.")

    def _touched(self, entry: "Entry") -> Iterable[UUID]:
        """Yield the record and all that it stood or stands in; none where a lock alone changed."""
        if not (entry.model.plain or entry.model.place) or entry.after.keys() == {LOCK}:
            return
        yield entry.record_id
        row: Record | None = None
        if entry.op == Change.Op.SET:
            row = self.recorder.fetch(entry.model, [entry.record_id]).get(entry.record_id)
        for name in standing(entry.model):
            for home in (entry.before.get(name), entry.after.get(name)):
                if home:
                    yield UUID(home)
            if row is not None:
                yield getattr(row, f"{name}_id")


def _is_rekeyed(entry: "Entry") -> bool:
    place = entry.model.place
    return place is not None and entry.after.keys() == {place.order}


def lockable() -> list[type[Record]]:
    return [model for model in record_types().values() if LOCK in model.guarded]


@cache
def standing(model: type[Record]) -> tuple[str, ...]:
    """Return the keys by which a type that ops write stands in other records."""
    if not (model.plain or model.place):
        return ()
    return tuple(
        f.name
        for f in model._meta.concrete_fields
        if isinstance(f, models.ForeignKey)
        and f.remote_field.on_delete is models.CASCADE
        and issubclass(f.related_model, Record)
    )


@cache
def _holding() -> list[type[Record]]:
    """Return the types that others stand in and that stand in others themselves, outermost first.

    What nothing stands in need not be known by its id: its keys say where it stands.
    """
    held: set[Any] = {
        model._meta.get_field(name).related_model
        for model in record_types().values()
        for name in standing(model)
    }
    return [model for model in record_types().values() if model in held and standing(model)]
