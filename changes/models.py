"""The log (streams, change sets, changes) and `Record`, the base of everything that is in it."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models.functions import Now

from core.fields import NameField, NumberListField, OrderKeyField, ProseField
from core.ids import uuid7
from core.instants import format_instant
from workspaces.models import Member, Workspace

if TYPE_CHECKING:
    from changes.recorder import Recorder

__all__ = [
    "Change",
    "ChangeSet",
    "FollowerCursor",
    "FeedCounter",
    "NameField",
    "NamedVersion",
    "NumberListField",
    "OrderKeyField",
    "CellPosition",
    "ProseField",
    "Record",
    "Stream",
    "CountSummary",
    "directory_only",
    "logged_fields",
    "record_types",
]


class Stream(models.Model):
    """The unit of order: one per journey (same id), one per workspace for its directory (same id).

    Its row is the lock of all writers to it, and its gapless counter.
    """

    id = models.UUIDField(primary_key=True)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+")
    version = models.BigIntegerField(default=0)


class FeedCounter(models.Model):
    """The workspace's counter of change sets, taken last before COMMIT, so that no reader of
    `feed > n` can step over a slower writer."""

    workspace = models.OneToOneField(Workspace, models.PROTECT, primary_key=True, related_name="+")
    position = models.BigIntegerField(default=0)
    # The time of its latest set. It rises with the position, so that `updated_at` does too.
    at = models.DateTimeField(null=True)


class ChangeSet(models.Model):
    """What one gesture did to one stream. A gesture over two streams has a set in each."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+")
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="+")
    gesture = models.UUIDField()
    version = models.BigIntegerField()
    feed = models.BigIntegerField()
    action = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=7)
    actor_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    undoable = models.BooleanField(default=True)
    fingerprint = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "version"], name="one_set_per_version"),
            models.UniqueConstraint(fields=["stream", "gesture"], name="one_set_per_gesture"),
            models.UniqueConstraint(fields=["workspace", "feed"], name="one_set_per_feed_position"),
        ]
        indexes: ClassVar = [
            # change_set(): has this gesture been seen?
            models.Index(fields=["workspace", "gesture"], name="set_by_gesture"),
            # undo: the last sets of one actor in a stream
            models.Index(fields=["stream", "actor_id", "-version"], name="set_by_actor"),
            # lists of journeys: who changed one last
            models.Index(
                fields=["stream", "-version"],
                condition=models.Q(actor_kind__in=("member", "guest")),
                name="set_by_person",
            ),
        ]


class Change(models.Model):
    """What a set did to one record: the fields it changed, before and after.

    add: `before` is empty, `after` is every field; remove: the other way round.
    """

    class Op(models.TextChoices):
        ADD = "add"
        SET = "set"
        REMOVE = "remove"

    id = models.BigAutoField(primary_key=True)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+", db_index=False)
    # No constraint in the database: bulk work writes its changes before its set, in one
    # transaction; the recorder is the only writer of both.
    set = models.ForeignKey(ChangeSet, models.PROTECT, related_name="changes", db_constraint=False)
    op = models.CharField(max_length=6, choices=Op.choices)
    record_type = models.CharField(max_length=40)
    record_id = models.UUIDField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            # the history of one record
            models.Index(fields=["record_id", "set"], name="change_by_record"),
        ]


class FollowerCursor(models.Model):
    """How far a follower has read a workspace's feed, and how often it failed at this place."""

    follower = models.CharField(max_length=120)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+")
    position = models.BigIntegerField(default=0)
    paused_until = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["follower", "workspace"], name="one_cursor_each"),
        ]


@dataclass(frozen=True)
class CellPosition:
    """Where a record stands, as one value: the fields it stands in, and its key among siblings."""

    parent_fields: tuple[str, ...] = ()  # foreign keys, e.g. ("step", "lane")
    order_field: str = ""  # the order key; empty where siblings have no order


class RecordQuerySet(models.QuerySet["Any"]):
    """Reads only. The log would not know of a write made here."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError(
            "Records are written by changes.services.change_set() or apply_ops() only."
        )

    create = get_or_create = update_or_create = bulk_create = bulk_update = _refuse  # type: ignore[assignment]
    update = delete = _raw_delete = _refuse  # type: ignore[assignment]


def directory_only(slug: str) -> models.CheckConstraint:
    """Return the constraint of a type that all journeys share: ops cannot add it to one of them."""
    return models.CheckConstraint(
        condition=models.Q(stream=models.F("workspace")),
        name=f"{slug}_in_directory",
        violation_error_message=f"A {slug} lives in the workspace's directory, not in a journey.",
    )


@dataclass(frozen=True)
class CountSummary:
    """A set told by counting: who did it, and by the state that records came to (None: they stay
    in theirs) what that is called; {} is their number in words.
    """

    actor_name: str
    states: Mapping[str | None, str]


class Record(models.Model):
    """Everything the log knows. A subclass says here what the editor and the log may do with it."""

    slug: ClassVar[str]  # the type's name in log and API; never renamed
    op_fields: ClassVar[tuple[str, ...]] = ()  # fields that ops may set
    place: ClassVar[CellPosition | None] = None  # what ops may move
    service_fields: ClassVar[tuple[str, ...]] = ()  # fields that only a service of their own sets
    max_per_stream: ClassVar[int | None] = 10_000  # in a journey, or in the directory
    root_field: ClassVar[str] = ""  # the foreign key that always holds the stream's own root record
    required_right: ClassVar[str] = "draw"  # needed to write it through ops
    scope: ClassVar[str] = "maps"  # a token needs `<scope>:read` or `<scope>:write`, at any door
    # It names a record of its stream by (subject_type, subject_id), of any type and so without a
    # key, and goes when that one goes.
    removed_with_subject: ClassVar[bool] = False
    guest_name_field: ClassVar[str] = ""  # the field that names who wrote it, where that is a guest
    # action -> how history tells it, after who did it; {field} is the field's value in words
    action_texts: ClassVar[Mapping[str, str]] = {}
    # action -> how history tells a set that brings many of these into some states
    count_texts: ClassVar[Mapping[str, "CountSummary"]] = {}

    id = models.UUIDField(primary_key=True, default=uuid7)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+", db_index=False)
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="+", db_index=False)
    version = models.BigIntegerField(default=0)  # of the stream, when this was last changed
    # The database's clock, also for rows written by set-based SQL that does not name it.
    updated_at = models.DateTimeField(db_default=Now())

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes: ClassVar = [
            # snapshots (all of a stream) and pull lists (join to the set by stream and version)
            models.Index(fields=["stream", "version"], name="%(class)s_by_stream"),
            # lists by time (`updated_after`), and all of a workspace
            models.Index(fields=["workspace", "updated_at", "id"], name="%(class)s_by_time"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError(
            "Records are written by changes.services.change_set() or apply_ops() only."
        )

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError(
            "Records are removed by changes.services.change_set() or apply_ops() only."
        )

    @property
    def label(self) -> str:
        """Return what a person calls this record, for sentences and refusals."""
        return str(getattr(self, "title", "") or getattr(self, "name", ""))

    @classmethod
    def before_removal(cls, recorder: "Recorder", going: dict[type["Record"], list[Any]]) -> bool:
        """Look at what a removal takes along; refuse it, or mend a record of this type that stays.

        Return True after a write, so that what goes along is collected anew.
        """
        return False

    def validate_after_write(self, recorder: "Recorder", written: AbstractSet[str]) -> None:
        """Refuse a state that goes beyond one row, straight after the write that made it, so that
        the refusal stands at its op. `written` names the fields. Rules of one row are constraints.
        """

    def copy(self) -> Self:
        return type(self)(
            **{f.attname: getattr(self, f.attname) for f in self._meta.concrete_fields}
        )


class NamedVersion(Record):
    """A name for one version (`number`) of its stream, so that people find it again."""

    slug: ClassVar = "named_version"
    action_texts: ClassVar = {"version.name": "named version {number} “{name}”"}

    name = NameField(max_length=120)
    number = models.BigIntegerField()
    made_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stream", "name"],
                name="version_name_once",
                violation_error_message="There is a version of this name already.",
            ),
        ]


RECORDER_FIELDS = frozenset({"id", "workspace", "stream", "version", "updated_at"})


def field_of(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    """Return a column of a model by the name of its field or of its attribute (`step_id`)."""
    found = model._meta.get_field(name)
    if not isinstance(found, models.Field):
        raise TypeError(f"{name} is no column of {model.__name__}")
    return found


@cache
def logged_fields(model: type[Record]) -> tuple["models.Field[Any, Any]", ...]:
    """Return the fields whose values the log keeps: all but the ones the recorder keeps itself."""
    return tuple(f for f in model._meta.concrete_fields if f.name not in RECORDER_FIELDS)


@cache
def record_types() -> dict[str, type[Record]]:
    """Return every record type by its slug, from whatever apps are installed."""
    return {model.slug: model for model in apps.get_models() if issubclass(model, Record)}


def to_log(field: "models.Field[Any, Any]", value: Any) -> Any:
    """Return a field's value as the log keeps it: JSON's own types as they are, others as text."""
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return format_instant(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def from_log(field: "models.Field[Any, Any]", value: Any) -> Any:
    """Return what `dump` wrote as the field's own type again."""
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.ForeignKey):
        return field.target_field.to_python(value)
    return field.to_python(value)
