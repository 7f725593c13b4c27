"""The only code path that writes records.

services.change_set() opens a Recorder and documents the protocol.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models
from django.db.models.deletion import Collector, ProtectedError
from django.utils.translation import gettext, ngettext

from changes.integrity_errors import (
    conflict_from_integrity_error,
    constraint_conflict,
    id_taken_conflict,
    removed_conflict,
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
from changes.stream_kinds import DIRECTORY, stream_kinds
from core.actors import Actor
from core.errors import Conflict, FieldError, InvalidRequest
from core.fields import check_characters
from core.ids import uuid7
from core.text import join_list, strip_isolates
from workspaces.models import Workspace
from workspaces.queries import workspace_exists

R = TypeVar("R", bound=Record)


@dataclass
class PendingChange:
    """A change that has not been written to the log yet."""

    stream_id: UUID
    op: str
    model: type[Record]
    record_id: UUID
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Reference:
    """A written foreign key whose target will be checked.

    `source` is the record, `name` the foreign key, and `stream_id` the stream that its target must be
    in. `point_error` sets the pointer of the error.
    """

    source: UUID
    name: str
    stream_id: UUID | None
    point_error: Callable[[FieldError], FieldError]

    def missing(self) -> FieldError:
        return self.point_error(
            FieldError(
                f"/{self.name}",
                "not_found",
                gettext("There is no record with this id, or you can’t access it. Check the id."),
            )
        )


class Recorder:
    """Writes records and logs their values before and after, inside a change_set() transaction.

    Each method reads the rows that it changes while the stream is locked, so that the logged old values are
    correct.
    """

    def __init__(
        self, actor: Actor, streams: Iterable[Stream], at: datetime, locked_types: Sequence[str]
    ) -> None:
        self.actor = actor
        self.at = at
        self.locked_types = locked_types  # the types with an edit lock in these streams
        self.streams = {stream.id: stream for stream in streams}
        self.set_ids = {stream_id: uuid7() for stream_id in self.streams}
        self.pending_changes: list[PendingChange] = []
        self.sets: list[dict[str, Any]] = []  # filled by change_set() just before COMMIT
        self.skipped_fields: list[dict[str, str]] = []  # fields changed since the undone gesture
        self.bulk_count = 0  # records written by bulk.py
        self.bulk_types: dict[UUID, set[str]] = {}  # by stream: types of records written by bulk.py
        self.bulk_added: set[tuple[type[Record], UUID]] = set()  # (type, stream) it added to
        # Makes an error point at the current op; set before each op, and kept with every reference
        # for the checks at the end.
        self.point_error: Callable[[FieldError], FieldError] = lambda error: error
        self.bulk_models: set[type[Record]] = set()
        self._fresh: dict[UUID, Record] = {}
        self._written: list[Record] = []
        self._removed: set[UUID] = set()
        # By (record, field): only the last value that a field gets in this gesture counts.
        self._references: dict[tuple[UUID, str], tuple[type[models.Model], UUID, _Reference]] = {}

    # -- streams

    def open_stream(self, stream_id: UUID, kind: str) -> None:
        """Create a stream. It is at version 0 until this transaction writes to it.

        Its parent is the workspace's directory. Raise Conflict if the id is taken. Ids of
        workspaces count as taken, because each belongs to a directory whose stream may not exist
        yet.
        """
        if workspace_exists(stream_id):
            raise id_taken_conflict()
        workspace_id = self.actor.workspace_id
        ensure_directory_stream(workspace_id)
        with _integrity_errors_as_conflicts():
            stream = Stream.objects.create(
                id=stream_id,
                workspace_id=workspace_id,
                kind=stream_kinds()[kind].name,
                parent_id=workspace_id,
                changed_at=self.at,
            )
        self.streams[stream_id] = stream
        self.set_ids[stream_id] = uuid7()

    def version_of(self, stream_id: UUID) -> int:
        """Return the version that this gesture's change set will have in a stream."""
        if stream_id not in self.streams:
            raise RuntimeError(f"change_set() was not opened on the stream {stream_id}")
        return self.streams[stream_id].version + 1

    def lock_workspace(self) -> None:
        """Lock the workspace until the transaction ends, for rules that span several streams.

        Only gestures that call this wait for each other; each stream has its own lock.
        """
        workspaces = Workspace.objects.filter(pk=self.actor.workspace_id)
        list(workspaces.select_for_update(no_key=True).values_list("pk"))

    # -- reading under the lock

    def fetch(self, model: type[R], ids: Iterable[UUID]) -> dict[UUID, R]:
        """Return current rows by id. Removed rows, and rows outside of the locked streams, are left out.

        Runs at most one query, for rows that haven't been read yet.
        """
        wanted = list(ids)
        missing = [i for i in wanted if i not in self._fresh]
        if missing:
            # Handwritten SQL, because the ORM takes longer to compose this query than PostgreSQL takes to run
            # it.
            rows = model._base_manager.raw(
                f"SELECT * FROM {model._meta.db_table}"
                " WHERE id = ANY(%s::uuid[]) AND stream_id = ANY(%s::uuid[])",
                [[str(record_id) for record_id in missing], [str(i) for i in self.streams]],
            )
            self._fresh.update({row.pk: row for row in rows})
        return {i: row for i in wanted if isinstance(row := self._fresh.get(i), model)}

    def reload(self, record: R) -> R:
        """Return the record's current row, read under the lock.

        Raise Conflict `gone` if it was removed.
        """
        row = self.fetch(type(record), [record.pk]).get(record.pk)
        if row is None:
            raise removed_conflict(record)
        return row

    # -- writing

    def add(self, record: R) -> R:
        """Insert a record.

        Raise InvalidRequest for invalid values, and Conflict if the id is taken.
        """
        return self.add_many([record])[0]

    def add_unique(self, record: R) -> R:
        """Insert a record after checking its unique constraints under the lock.

        For services that two people may call at the same time. The second person gets the
        constraint's message, and the database logs no error.
        """
        for constraint in type(record)._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                try:
                    constraint.validate(type(record), record)
                except ValidationError as error:
                    raise constraint_conflict(constraint) from error
        return self.add(record)

    def add_many(self, records: Sequence[R]) -> Sequence[R]:
        """Insert records of one type, a thousand per statement."""
        for record in records:
            self.log_added(record)
        self.insert(records)
        return records

    def log_added(self, record: Record) -> None:
        """Check and log a new record, which the caller must insert().

        Until then, set() changes what will be inserted.
        """
        fields = logged_fields(type(record))
        record.workspace_id = self.actor.workspace_id
        record.version = self.version_of(record.stream_id)
        record.updated_at = self.at
        clean_fields(record, fields)
        self._written.append(record)
        self._fresh[record.pk] = record
        self._removed.discard(record.pk)
        self._note_references(record, fields)
        self._log(record, Change.Op.ADD, after=logged_values(record))

    def insert(self, records: Sequence[Record]) -> None:
        """Insert records of one type that log_added() has logged."""
        if not records:
            return
        model = type(records[0])
        with _integrity_errors_as_conflicts():
            model._base_manager.bulk_create(records, batch_size=1000)
        for record in records:
            record.validate_after_write(self, {f.name for f in logged_fields(model)})

    def set(self, record: R, **changes: Any) -> R:
        """Set fields of a record. Only fields whose values differ are written.

        The given object also gets the current values of all other fields. Raise Conflict `gone` if
        the record was removed, and InvalidRequest for invalid values.
        """
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

    def set_many(self, model: type[R], values: Mapping[UUID, Mapping[str, Any]]) -> None:
        """Set fields of records of one type by id, in a few statements regardless of the number of records.

        `values` maps each id to the new values, which must be of the same fields for all records.
        Records that don't exist, or whose values don't differ, are skipped.
        """
        rows = self.fetch(model, values)
        written: list[R] = []
        names = sorted({name for changes in values.values() for name in changes})
        fields = [field_of(model, name) for name in names]
        for record_id, current in rows.items():
            before = {f.name: to_log(f, getattr(current, f.attname)) for f in fields}
            for f in fields:
                setattr(current, f.attname, values[record_id][f.name])
            clean_fields(current, fields)
            after = {f.name: to_log(f, getattr(current, f.attname)) for f in fields}
            changed = [f for f in fields if before[f.name] != after[f.name]]
            if not changed:
                continue
            current.version, current.updated_at = self.version_of(current.stream_id), self.at
            self._note_references(current, changed)
            self._log(
                current,
                Change.Op.SET,
                before={f.name: before[f.name] for f in changed},
                after={f.name: after[f.name] for f in changed},
            )
            written.append(current)
        with _integrity_errors_as_conflicts():
            model._base_manager.bulk_create(
                written,
                batch_size=1000,
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=[*names, "version", "updated_at"],
            )
        self._written += written
        for record in written:
            record.validate_after_write(self, set(names))

    def remove(self, record: Record, allowed_ids: AbstractSet[UUID] | None = None) -> None:
        """Remove a record and everything that depends on it. See remove_many()."""
        self.remove_many([record], allowed_ids)

    def remove_many(
        self,
        records: Sequence[Record],
        allowed_ids: AbstractSet[UUID] | None = None,
        *,
        skip_hooks_of: AbstractSet[type[Record]] = frozenset(),
    ) -> None:
        """Remove records of one type and everything that depends on them, leaves first.

        Raise Conflict `protected` if a protected foreign key refers to one of them. Call the
        `before_removal` hooks of the affected types, except those in `skip_hooks_of`.

        `allowed_ids` is for undoing additions, which must not remove other people's work. With
        `allowed_ids`, no hooks are called, and Conflict `built-on` is raised if any other record
        would be removed too, except for comments and flags.
        """
        if not records:
            return
        collector = self._collect(records)
        going = _collected_records(collector)
        if allowed_ids is not None:
            # Undo returns to an earlier valid state, so removal hooks don't run.
            self._require_within(allowed_ids, going)
        else:
            hooked = [model for model in _types_with_hooks(going) if model not in skip_hooks_of]
            has_written = [model.before_removal(self, going) for model in hooked]  # call them all
            if any(has_written):
                collector = self._collect(records)
        self._clear_links(collector)
        collector.sort()
        for model, rows in _collected_records(collector).items():
            for row in rows:
                self._fresh.pop(row.pk, None)
                self._removed.add(row.pk)
                self._log(row, Change.Op.REMOVE, before=logged_values(row))
            model._base_manager.filter(pk__in=[row.pk for row in rows])._raw_delete("default")

    @property
    def written_count(self) -> int:
        """Return the number of changes that this gesture has made so far."""
        return len(self.pending_changes) + self.bulk_count

    def date_as(self, at: datetime) -> None:
        """Set the time of everything written so far to a later one.

        A gesture that began later may commit earlier. In that case, `updated_at` must be adjusted
        to the order of the feed, so that clients that poll by time miss nothing.
        """
        for model in {entry.model for entry in self.pending_changes} | self.bulk_models:
            rows = model._base_manager.filter(stream__in=list(self.streams), updated_at=self.at)
            rows.update(updated_at=at)
        changed_now = Stream.objects.filter(pk__in=list(self.streams), changed_at=self.at)
        changed_now.update(changed_at=at)
        for record in self._written:
            record.updated_at = at
        self.at = at

    # -- internals

    def _collect(self, records: Sequence[Record]) -> Collector:
        self.fetch(type(records[0]), [record.pk for record in records])
        rows = [self.reload(record) for record in records]
        collector = LoggingCollector(using="default")
        try:
            collector.collect_with_subjects(rows)
        except ProtectedError as error:
            users = [user for user in error.protected_objects if isinstance(user, Record)]
            counts = Counter(type(user) for user in users)
            is_used = (row for row in rows if any(row.pk in vars(u).values() for u in users))
            used = next(is_used, rows[0])
            text = gettext("“{label}” is still used by {users}. Change or remove those first.")
            raise Conflict(
                text.format(
                    label=used.label,
                    users=join_list([model.counted(n) for model, n in counts.items()]),
                ),
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
            text = (
                ngettext(
                    "Someone has added “{label}” and {n} more record since. Remove them first.",
                    "Someone has added “{label}” and {n} more records since. Remove them first.",
                    len(beyond) - 1,
                )
                if beyond[1:]
                else gettext("Someone has added “{label}” since. Remove “{label}” first.")
            )
            raise Conflict(text.format(label=beyond[0].label, n=len(beyond) - 1), code="built-on")

    def _clear_links(self, collector: Collector) -> None:
        going = {row.pk for rows in collector.data.values() for row in rows}
        for (link, value), batches in collector.field_updates.items():
            rows: Iterable[Any] = chain.from_iterable(batches)  # type: ignore[arg-type]
            for row in rows:
                if row.pk not in going:
                    self.set(row, **{link.name: value})

    def _note_references(self, record: Record, fields: Iterable["models.Field[Any, Any]"]) -> None:
        """Remember a record's foreign keys, so that check_references() can verify them together."""
        for f in fields:
            target = getattr(record, f.attname)
            self._references.pop((record.pk, f.name), None)
            if isinstance(f, models.ForeignKey) and target is not None:
                # Foreign keys with CASCADE or SET_NULL must stay within a stream. Those with PROTECT may refer
                # to another one.
                within = f.remote_field.on_delete is not models.PROTECT
                self._references[record.pk, f.name] = (
                    f.related_model,
                    target,
                    _Reference(
                        record.pk, f.name, record.stream_id if within else None, self.point_error
                    ),
                )

    def check_references(self) -> None:
        """Raise InvalidRequest for references to missing rows or to other workspaces or streams."""
        errors = [reference.missing() for _, _, reference in self.missing_references()]
        if errors:
            raise InvalidRequest(errors[0].detail, errors=errors)

    def check_streams(self) -> None:
        """Raise Conflict if a stream has records of a type that it may not have, or too many."""
        added = {
            (entry.model, entry.stream_id)
            for entry in self.pending_changes
            if entry.op == Change.Op.ADD
        }
        for model, stream_id in added | self.bulk_added:
            kind = self.streams[stream_id].kind
            if kind not in {model.stream_kind, *model.other_stream_kinds}:
                raise Conflict(
                    gettext("This stream can’t have records of this type. Check the type."),
                    code="wrong-stream",
                )
            if model.max_per_stream is not None:
                count = model._base_manager.filter(stream_id=stream_id).count()
                if count > model.max_per_stream:
                    raise model.stream_full_conflict(in_directory=kind == DIRECTORY)

    def changed_types(self) -> dict[UUID, list[str]]:
        """Return the types of the changed records by stream, sorted."""
        types = {stream_id: set(slugs) for stream_id, slugs in self.bulk_types.items()}
        for entry in self.pending_changes:
            types.setdefault(entry.stream_id, set()).add(entry.model.slug)
        return {stream_id: sorted(slugs) for stream_id, slugs in types.items()}

    def missing_references(self) -> list[tuple[type[models.Model], UUID, _Reference]]:
        """Return the references that don't point to a row of this workspace and the right stream.

        This enforces tenancy, because foreign key checks bypass row-level security. One query per type.
        """
        missing = []
        by_model = defaultdict(list)
        for model, target, reference in self._references.values():
            if reference.source not in self._removed:
                by_model[model].append((target, reference))
        for model, references in by_model.items():
            stream_or_workspace = "stream_id" if issubclass(model, Record) else "workspace_id"
            targets = {target for target, _ in references}
            rows = model._base_manager.filter(pk__in=targets, workspace_id=self.actor.workspace_id)
            scopes = dict(rows.values_list("pk", stream_or_workspace))
            missing += [
                (model, target, reference)
                for target, reference in references
                if target not in scopes or reference.stream_id not in (None, scopes[target])
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


ENSURE_DIRECTORY_STREAM = """
INSERT INTO changes_stream (id, workspace_id, kind, version)
  SELECT %(workspace)s, %(workspace)s, %(directory)s, 0
  WHERE NOT EXISTS (SELECT FROM changes_stream WHERE id = %(workspace)s)
  ON CONFLICT DO NOTHING;
"""


def ensure_directory_stream(workspace_id: UUID) -> None:
    """Create the stream of the workspace's directory unless it exists, as it usually does."""
    with connection.cursor() as cursor:
        cursor.execute(ENSURE_DIRECTORY_STREAM, {"workspace": workspace_id, "directory": DIRECTORY})


@contextmanager
def _integrity_errors_as_conflicts() -> Iterator[None]:
    """Convert a constraint violation into a Conflict. The transaction must be rolled back."""
    try:
        yield
    except IntegrityError as error:
        raise conflict_from_integrity_error(error) from error


def _collected_records(collector: Collector) -> dict[type[Record], list[Any]]:
    """Return the records to be removed, by type. After `sort()`, dependents come first."""
    return {
        model: list(rows) for model, rows in collector.data.items() if issubclass(model, Record)
    }


class LoggingCollector(Collector):
    """A Collector that loads every row, even if Django could delete it without loading it."""

    def can_fast_delete(self, objs: Any, from_field: Any = None) -> bool:
        return False

    def collect_with_subjects(self, records: Sequence[Record]) -> None:
        """Collect records, the rows that depend on them, and comments and flags about any of these.

        Comments and flags are the types with `removed_with_subject`.
        """
        self.collect(records)
        ids = [row.pk for rows in self.data.values() for row in rows]
        streams = {record.stream_id for record in records}
        for model in record_types().values():
            if model.removed_with_subject:
                about = {"stream__in": streams, "subject_id__in": ids}
                self.collect(list(model._base_manager.filter(**about)))


def _types_with_hooks(going: dict[type[Record], list[Any]]) -> list[type[Record]]:
    """Return the types whose `before_removal` hook must be called.

    These are the types of the removed records, and the types that refer to them.
    """
    affected: dict[type[Record], None] = dict.fromkeys(going)
    for model in going:
        for relation in model._meta.get_fields(include_hidden=True):
            if isinstance(relation, models.ForeignObjectRel) and issubclass(
                relation.related_model, Record
            ):
                affected[relation.related_model] = None
    return [m for m in affected if m.before_removal.__func__ is not Record.before_removal.__func__]  # type: ignore[attr-defined]


def logged_values(record: Record) -> dict[str, Any]:
    """Return all logged fields of a record, in the form used by the log."""
    return {f.name: to_log(f, getattr(record, f.attname)) for f in logged_fields(type(record))}


def record_from_log(model: type[R], record_id: UUID, stream_id: UUID, logged: dict[str, Any]) -> R:
    """Return an unsaved record with these logged values."""
    fields = {f.name: f for f in logged_fields(model)}
    values = {
        fields[name].attname: from_log(fields[name], value)
        for name, value in logged.items()
        if name in fields
    }
    return model(id=record_id, stream_id=stream_id, **values)


def clean_fields(record: Record, fields: Iterable["models.Field[Any, Any]"]) -> None:
    """Validate these fields and convert them to the form in which they are stored.

    Raise InvalidRequest with a pointer to each invalid value.
    """
    errors = []
    for f in fields:
        raw = getattr(record, f.attname)
        if isinstance(f, models.ForeignKey) and raw is not None:
            continue  # check_references() checks these together
        if f.blank and raw in f.empty_values:
            continue
        try:
            value = f.clean(strip_isolates(raw) if isinstance(raw, str) else raw, record)
            if isinstance(value, str):
                check_characters(value)
            setattr(record, f.attname, value)
        except ValidationError as error:
            errors += [
                FieldError(f"/{f.name}", e.code or "invalid", " ".join(e.messages))
                for e in error.error_list
            ]
    if errors:
        raise InvalidRequest(errors[0].detail, errors=errors)
