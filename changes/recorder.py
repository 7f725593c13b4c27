"""The only hand that writes records. Opened by services.change_set(); see there for the protocol."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.db.models.deletion import Collector, ProtectedError

from changes.integrity_errors import (
    conflict_from_integrity_error,
    constraint_conflict,
    id_taken_conflict,
    removed_conflict,
    stream_full_conflict,
)
from changes.models import (
    Change,
    Record,
    Stream,
    field_of,
    from_log,
    logged_fields,
    record_types,
    to_log,
)
from core.actors import Actor
from core.errors import Conflict, FieldError, InvalidRequest
from core.fields import check_characters
from core.ids import uuid7
from core.text import strip_isolates
from workspaces.models import Workspace
from workspaces.queries import workspace_exists

R = TypeVar("R", bound=Record)


@dataclass
class PendingChange:
    """One change, as it will stand in the log."""

    stream_id: UUID
    op: str
    model: type[Record]
    record_id: UUID
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Reference:
    """A foreign key that was written: in which record, the stream it must stay in, who sent it."""

    source: UUID
    name: str
    stream_id: UUID | None
    point_error: Callable[[FieldError], FieldError]

    def missing(self) -> FieldError:
        noun = self.name.replace("_", " ")
        return self.point_error(
            FieldError(f"/{self.name}", "not_found", f"There is no such {noun}.")
        )


class Recorder:
    """Writes rows and remembers before and after. Lives inside one `change_set()` transaction.

    Every method reads the rows it changes under the stream's lock first, so "before" is true.
    """

    def __init__(self, actor: Actor, streams: Iterable[Stream], at: datetime) -> None:
        self.actor = actor
        self.at = at
        self.streams = {stream.id: stream for stream in streams}
        self.set_ids = {stream_id: uuid7() for stream_id in self.streams}
        self.pending_changes: list[PendingChange] = []
        self.sets: list[dict[str, Any]] = []  # filled by change_set() just before COMMIT
        self.skipped_fields: list[dict[str, str]] = []  # what an undo found changed since
        self.bulk_streams: set[UUID] = set()  # streams whose changes SQL wrote itself (bulk.py)
        self.bulk_added: set[tuple[type[Record], UUID]] = set()  # and to which it added records
        # How a caller points at what it sent; set before each op, so that late checks can too.
        self.point_error: Callable[[FieldError], FieldError] = lambda error: error
        self.bulk_models: set[type[Record]] = set()
        self._fresh: dict[UUID, Record] = {}
        self._written: list[Record] = []
        self._removed: set[UUID] = set()
        self._references: dict[type[models.Model], dict[UUID, list[_Reference]]] = defaultdict(
            lambda: defaultdict(list)
        )

    # -- streams

    def open_stream(self, stream_id: UUID) -> None:
        """Begin a new stream, at version 0 until this transaction writes to it.

        A workspace's id is kept for its directory, which may not have begun yet.
        """
        if workspace_exists(stream_id):
            raise id_taken_conflict()
        with _integrity_errors_as_conflicts():
            stream = Stream.objects.create(id=stream_id, workspace_id=self.actor.workspace_id)
        self.streams[stream_id] = stream
        self.set_ids[stream_id] = uuid7()

    def version_of(self, stream_id: UUID) -> int:
        """Return the version that this transaction's set will have in a stream it holds."""
        if stream_id not in self.streams:
            raise RuntimeError(f"change_set() was not opened on the stream {stream_id}")
        return self.streams[stream_id].version + 1

    def lock_workspace(self) -> None:
        """Let no other gesture of the workspace past here until this one ends.

        For rules that look over several streams, each of which has its own lock.
        """
        mine = Workspace.objects.filter(pk=self.actor.workspace_id)
        list(mine.select_for_update(no_key=True).values_list("pk"))

    # -- reading under the lock

    def fetch(self, model: type[R], ids: Iterable[UUID]) -> dict[UUID, R]:
        """Return fresh rows by id, one query for those not read yet; what is gone is absent."""
        wanted = list(ids)
        missing = [i for i in wanted if i not in self._fresh]
        if missing:
            rows = model._base_manager.filter(pk__in=missing, stream_id__in=list(self.streams))
            self._fresh.update({row.pk: row for row in rows})
        return {i: row for i in wanted if isinstance(row := self._fresh.get(i), model)}

    def reload(self, record: R) -> R:
        """Return the record as it is now, under the lock; Conflict `gone` if it was removed."""
        row = self.fetch(type(record), [record.pk]).get(record.pk)
        if row is None:
            raise removed_conflict(record)
        return row

    # -- writing

    def add(self, record: R) -> R:
        """Insert a record with all its fields; Invalid for bad values, Conflict for a taken id."""
        return self.add_many([record])[0]

    def add_unique(self, record: R) -> R:
        """Insert a record after looking, under the lock, whether a unique constraint forbids it.

        For services where two people may do the same at once: the second is refused in words,
        as by the constraint, but without an error in the database's log.
        """
        for constraint in type(record)._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                try:
                    constraint.validate(type(record), record)
                except ValidationError as error:
                    raise constraint_conflict(constraint) from error
        return self.add(record)

    def add_many(self, records: Sequence[R]) -> Sequence[R]:
        """Insert records of one type in one statement per thousand."""
        for record in records:
            record.workspace_id = self.actor.workspace_id
            record.version = self.version_of(record.stream_id)
            record.updated_at = self.at
            clean_fields(record, logged_fields(type(record)))
        if not records:
            return records
        model = type(records[0])
        with _integrity_errors_as_conflicts():
            model._base_manager.bulk_create(records, batch_size=1000)
        self._written += records
        for record in records:
            self._fresh[record.pk] = record
            self._removed.discard(record.pk)
            self._note_references(record, logged_fields(model))
            self._log(record, Change.Op.ADD, after=logged_values(record))
            record.validate_after_write(self, {f.name for f in logged_fields(model)})
        return records

    def set(self, record: R, **changes: Any) -> R:
        """Set fields of one record, and of the object given; only what differs is written."""
        current = self.reload(record)
        fields = [field_of(type(current), name) for name in changes]
        before = {f.attname: to_log(f, getattr(current, f.attname)) for f in fields}
        for name, value in changes.items():
            setattr(current, name, value)
        clean_fields(current, fields)
        after = {f.attname: to_log(f, getattr(current, f.attname)) for f in fields}
        changed = [f for f in fields if before[f.attname] != after[f.attname]]
        if changed:
            current.version, current.updated_at = self.version_of(current.stream_id), self.at
            row = {f.attname: getattr(current, f.attname) for f in changed}
            with _integrity_errors_as_conflicts():
                type(current)._base_manager.filter(pk=current.pk).update(
                    **row, version=current.version, updated_at=self.at
                )
            self._note_references(current, changed)
            self._log(
                current,
                Change.Op.SET,
                before={f.name: before[f.attname] for f in changed},
                after={f.name: after[f.attname] for f in changed},
            )
            current.validate_after_write(self, {f.name for f in changed})
        self._written += (current, record)
        if current is not record:
            for f in current._meta.concrete_fields:
                setattr(record, f.attname, getattr(current, f.attname))
        return record

    def remove(
        self,
        record: Record,
        allowed_ids: AbstractSet[UUID] | None = None,
        *,
        skip_hooks_of: AbstractSet[type[Record]] = frozenset(),
    ) -> None:
        """Remove a record and what hangs on it, leaves first; everything is logged.

        A row that others protect ends in Conflict `protected`. With `within`, refuse to take
        along anything whose id is not in it (undoing an addition must not take others' work;
        what is only said about it goes along). The rules of the types in `unasked` have no say.
        """
        collector = self._collect(self.reload(record))
        going = _collected_records(collector)
        if allowed_ids is not None:
            # Back to what was lawful before: the types' own rules have no say in it.
            self._require_within(allowed_ids, going)
        else:
            asked = [model for model in _types_with_hooks(going) if model not in skip_hooks_of]
            mended = [model.before_removal(self, going) for model in asked]  # ask them all
            if any(mended):
                collector = self._collect(self.reload(record))
        self._clear_links(collector)
        collector.sort()
        for model, rows in _collected_records(collector).items():
            for row in rows:
                self._fresh.pop(row.pk, None)
                self._removed.add(row.pk)
                self._log(row, Change.Op.REMOVE, before=logged_values(row))
            model._base_manager.filter(pk__in=[row.pk for row in rows])._raw_delete("default")

    def date_after(self, at: datetime) -> None:
        """Date all that was written later, because another gesture that began later ended first.

        So `updated_at` rises with the feed, and who pulls by time misses nothing.
        """
        for model in {entry.model for entry in self.pending_changes} | self.bulk_models:
            rows = model._base_manager.filter(stream__in=list(self.streams), updated_at=self.at)
            rows.update(updated_at=at)
        for record in self._written:
            record.updated_at = at
        self.at = at

    # -- inside

    def _collect(self, record: Record) -> Collector:
        collector = LoggingCollector(using="default")
        try:
            collector.collect_with_subjects(record)
        except ProtectedError as error:
            held = sorted({str(type(row)._meta.verbose_name) for row in error.protected_objects})
            raise Conflict(
                f"“{record.label}” is still used by {len(error.protected_objects)} "
                f"{', '.join(held)}. Change or remove these first.",
                code="protected",
            ) from None
        return collector

    def _require_within(
        self, within: AbstractSet[UUID], going: dict[type[Record], list[Any]]
    ) -> None:
        beyond = [
            row
            for model, rows in going.items()
            for row in rows
            if row.pk not in within and not model.removed_with_subject
        ]
        if beyond:
            others = f" and {len(beyond) - 1} more were" if beyond[1:] else " was"
            raise Conflict(
                f"“{beyond[0].label}”{others} built on it since. Remove that first.",
                code="built-on",
            )

    def _clear_links(self, collector: Collector) -> None:
        going = {row.pk for rows in collector.data.values() for row in rows}
        for (link, value), batches in collector.field_updates.items():
            rows: Iterable[Any] = chain.from_iterable(batches)  # type: ignore[arg-type]
            for row in rows:
                if row.pk not in going:
                    self.set(row, **{link.name: value})

    def _note_references(self, record: Record, fields: Iterable["models.Field[Any, Any]"]) -> None:
        """Remember what a record points at; check_references() looks at all of it at the end."""
        for f in fields:
            target = getattr(record, f.attname)
            if isinstance(f, models.ForeignKey) and target is not None:
                # A key that cascades or is cleared stays inside its stream (PROTECT may cross).
                within = f.remote_field.on_delete is not models.PROTECT
                self._references[f.related_model][target].append(
                    _Reference(
                        record.pk, f.name, record.stream_id if within else None, self.point_error
                    )
                )

    def check_references(self) -> None:
        """Raise Invalid for a reference to nothing, to another workspace, or across streams."""
        errors = [reference.missing() for _, _, reference in self.missing_references()]
        if errors:
            raise InvalidRequest(errors[0].detail, errors=errors)

    def check_limits(self) -> None:
        """Raise Conflict where more records were added to a stream than it may hold."""
        added = {
            (one.model, one.stream_id) for one in self.pending_changes if one.op == Change.Op.ADD
        }
        for model, stream_id in added | self.bulk_added:
            if model.max_per_stream is not None:
                count = model._base_manager.filter(stream_id=stream_id).count()
                if count > model.max_per_stream:
                    raise stream_full_conflict(
                        model, in_directory=stream_id == self.actor.workspace_id
                    )

    def missing_references(self) -> list[tuple[type[models.Model], UUID, _Reference]]:
        """Return the references written here that point at nothing this workspace has.

        Foreign keys pass by row security, so this is the check of tenancy. One query per type.
        """
        missing = []
        for model, targets in self._references.items():
            home = "stream_id" if issubclass(model, Record) else "workspace_id"
            rows = model._base_manager.filter(pk__in=targets, workspace_id=self.actor.workspace_id)
            found = dict(rows.values_list("pk", home))
            for target, references in targets.items():
                missing += [
                    (model, target, one)
                    for one in references
                    if one.source not in self._removed
                    and (target not in found or one.stream_id not in (None, found[target]))
                ]
        return missing

    def _log(
        self,
        record: Record,
        op: str,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        self.version_of(record.stream_id)
        self.pending_changes.append(
            PendingChange(record.stream_id, op, type(record), record.pk, before or {}, after or {})
        )


@contextmanager
def _integrity_errors_as_conflicts() -> Iterator[None]:
    """Turn a broken constraint into its refusal; the transaction is lost with it."""
    try:
        yield
    except IntegrityError as error:
        raise conflict_from_integrity_error(error) from error


def _collected_records(collector: Collector) -> dict[type[Record], list[Any]]:
    """Return what a removal takes along, by type, dependents first (after `sort()`)."""
    return {
        model: list(rows) for model, rows in collector.data.items() if issubclass(model, Record)
    }


class LoggingCollector(Collector):
    """Collects every row, where Django's own would delete leaves unseen."""

    def can_fast_delete(self, objs: Any, from_field: Any = None) -> bool:
        return False

    def collect_with_subjects(self, record: Record) -> None:
        """Collect a record, what hangs on it by keys, and what is said about any of these."""
        self.collect([record])
        ids = [row.pk for rows in self.data.values() for row in rows]
        for model in record_types().values():
            if model.removed_with_subject:
                about = {"stream": record.stream_id, "subject_id__in": ids}
                self.collect(list(model._base_manager.filter(**about)))


def _types_with_hooks(going: dict[type[Record], list[Any]]) -> list[type[Record]]:
    """Return the types with a removal hook that can have a stake: those going, and their users."""
    stake: dict[type[Record], None] = dict.fromkeys(going)
    for model in going:
        for relation in model._meta.get_fields(include_hidden=True):
            if isinstance(relation, models.ForeignObjectRel) and issubclass(
                relation.related_model, Record
            ):
                stake[relation.related_model] = None
    return [m for m in stake if m.before_removal.__func__ is not Record.before_removal.__func__]  # type: ignore[attr-defined]


def logged_values(record: Record) -> dict[str, Any]:
    """Return all logged fields of a record as the log keeps them."""
    return {f.name: to_log(f, getattr(record, f.attname)) for f in logged_fields(type(record))}


def record_from_log(model: type[R], record_id: UUID, stream_id: UUID, logged: dict[str, Any]) -> R:
    """Return an unsaved record from what the log kept of it."""
    fields = {f.name: f for f in logged_fields(model)}
    kept = {
        fields[name].attname: from_log(fields[name], value)
        for name, value in logged.items()
        if name in fields
    }
    return model(id=record_id, stream_id=stream_id, **kept)


def clean_fields(record: Record, fields: Iterable["models.Field[Any, Any]"]) -> None:
    """Bring fields to their stored form; raise Invalid with a pointer for each bad value."""
    errors = []
    for f in fields:
        raw = getattr(record, f.attname)
        if isinstance(f, models.ForeignKey) and raw is not None:
            continue  # check_references() looks at these all at once
        if f.blank and raw in f.empty_values:
            continue
        try:
            value = f.clean(strip_isolates(raw) if isinstance(raw, str) else raw, record)
            if isinstance(value, str):
                check_characters(value)
            setattr(record, f.attname, value)
        except ValidationError as error:
            errors += [
                FieldError(f"/{f.name}", one.code or "invalid", " ".join(one.messages))
                for one in error.error_list
            ]
    if errors:
        raise InvalidRequest(errors[0].detail, errors=errors)
