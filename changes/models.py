"""The log (streams, change sets and changes), and `Record`, the base class for logged models."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, NoReturn, Protocol, Self, TypeVar
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.stream_kinds import DIRECTORY
from core.errors import Conflict
from core.fields import NameField, NumberListField, OrderKeyField, PathField, ProseField
from core.ids import uuid7
from core.instants import format_instant
from core.plurals import Plural
from core.text import Text
from workspaces.models import Member, Workspace

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
    "PathField",
    "ProseField",
    "Record",
    "RecordWriter",
    "Stream",
    "CountSummary",
    "directory_only",
    "logged_fields",
    "record_types",
]

PERSON_ACTOR_KINDS = (
    "member",
    "guest",
)  # actors that are people, as opposed to the audit and other systems


class Stream(models.Model):
    """A set of records that are versioned and locked together, such as a journey or a workspace's directory.

    A journey's stream has the id of the journey, and a directory's stream that of the workspace. Writers lock
    its row, which holds the version counter, so versions have no gaps. `kind` is the name of a StreamKind.
    `parent` is the stream that it belongs to, or None for a directory.
    """

    id = models.UUIDField(primary_key=True)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    version = models.BigIntegerField(default=0)
    # The last change by a person, or the creation. Without an index, so that an update of the row
    # that all writers lock stays cheap (HOT).
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind=DIRECTORY, id=models.F("workspace"), parent=None)
                | (
                    ~models.Q(kind=DIRECTORY)
                    & ~models.Q(id=models.F("workspace"))
                    & models.Q(parent__isnull=False)
                ),
                name="only_a_directory_has_no_parent",
            ),
        ]


class FeedCounter(models.Model):
    """The number of change sets in a workspace's feed.

    It is incremented last before COMMIT, so that change sets become visible in the order of their
    feed positions, and readers of `feed > n` never miss one.
    """

    workspace = models.OneToOneField(Workspace, models.PROTECT, primary_key=True, related_name="+")
    position = models.BigIntegerField(default=0)
    # The time of the latest set. It increases with the position, and so does `updated_at`.
    at = models.DateTimeField(null=True)


class ChangeSet(models.Model):
    """The changes that one gesture made to one stream. A gesture that writes to two streams has two sets.

    Like Change, it is partitioned by hash of workspace, so every query names the workspace.
    """

    pk = models.CompositePrimaryKey("workspace_id", "id")
    id = models.UUIDField(default=uuid7)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+", db_index=False)
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="change_sets", db_index=False)
    gesture = models.UUIDField()
    version = models.BigIntegerField()
    feed = models.BigIntegerField()
    action = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=7)
    actor_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    # The set that this one undoes. Without a database constraint, because checking a key of a partitioned table
    # opens all of its partitions. Sets are never removed.
    undoes_id = models.UUIDField(null=True)
    undoable = models.BooleanField(default=True)
    types = ArrayField(models.TextField(), default=list)  # the types of the changed records, sorted
    fingerprint = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "stream", "version"], name="one_set_per_version"
            ),
            models.UniqueConstraint(
                # Also used to find out whether a gesture was already recorded, in any stream.
                fields=["workspace", "gesture", "stream"],
                name="one_set_per_gesture",
            ),
            models.UniqueConstraint(fields=["workspace", "feed"], name="one_set_per_feed_position"),
            models.UniqueConstraint(fields=["workspace", "undoes_id"], name="one_undo_per_set"),
        ]
        indexes: ClassVar = [
            # undo: the last sets of one actor in a stream
            models.Index(
                fields=["workspace", "stream", "actor_id", "-version"], name="set_by_actor"
            ),
            # journey lists: who last changed a journey
            models.Index(
                fields=["workspace", "stream", "-version"],
                condition=models.Q(actor_kind__in=PERSON_ACTOR_KINDS),
                name="set_by_person",
            ),
        ]


class Change(models.Model):
    """The change of one record in a change set: the changed fields with their values before and after.

    For `add`, `before` is empty and `after` has all fields. For `remove`, it is the reverse.
    """

    class Op(models.TextChoices):
        ADD = "add"
        SET = "set"
        REMOVE = "remove"

    pk = models.CompositePrimaryKey("workspace_id", "set_id", "id")
    id = models.BigIntegerField()  # an identity column: the order of all changes
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+", db_index=False)
    set_id = models.UUIDField()
    # Without a database constraint, because bulk writes insert changes before their set, in the same
    # transaction. The recorder is the only writer of both.
    set = models.ForeignObject(
        ChangeSet,
        models.PROTECT,
        from_fields=["workspace_id", "set_id"],
        to_fields=["workspace_id", "id"],
        related_name="changes",
    )
    op = models.CharField(max_length=6, choices=Op.choices)
    record_type = models.CharField(max_length=40)
    record_id = models.UUIDField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            # the history of one record
            models.Index(fields=["workspace", "record_id", "set_id"], name="change_by_record"),
        ]


class FollowerCursor(models.Model):
    """The position of a reader in a workspace's feed, and its number of failures at that position.

    The readers are the followers and thinning.py.
    """

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
    """The fields that determine a record's position: its parents, and the order among its siblings."""

    parent_fields: tuple[str, ...] = ()  # foreign keys, e.g. ("step", "lane")
    order_field: str = ""  # the order key; empty if siblings are not ordered


class RecordQuerySet(models.QuerySet["Any"]):
    """A read-only queryset: its write methods raise, because the log wouldn't contain the write."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError("Write records with changes.services.change_set() or apply_ops().")

    create = get_or_create = update_or_create = bulk_create = bulk_update = _refuse  # type: ignore[assignment]
    update = delete = _raw_delete = _refuse  # type: ignore[assignment]


def directory_only(slug: str) -> models.CheckConstraint:
    """Return a constraint that keeps records of a shared type out of journeys' streams."""
    return models.CheckConstraint(
        condition=models.Q(stream=models.F("workspace")),
        name=f"{slug}_in_directory",
        violation_error_message=_(
            "This type of record belongs to the workspace’s directory. It can’t be in a journey."
        ),
    )


@dataclass(frozen=True)
class CountSummary:
    """How the history summarizes a bulk change set, by counting records in each resulting state.

    `states` maps the state after the change (None if unchanged) to a phrase with `{what}` for the
    count.
    """

    actor_name: Text
    states: Mapping[str | None, Text]


class Record(models.Model):
    """Base class for logged models. Subclasses declare how ops, the editor and the history handle them."""

    slug: ClassVar[str]  # the type's name in log and API; never rename it
    op_fields: ClassVar[tuple[str, ...]] = ()  # fields that ops may set
    place: ClassVar[CellPosition | None] = None  # fields that ops may move
    service_fields: ClassVar[tuple[str, ...]] = ()  # fields that only a dedicated service may set
    copied_fields: ClassVar[tuple[str, ...]] = ()  # the service fields that a journey's copy keeps
    max_per_stream: ClassVar[int | None] = 10_000  # in a journey or in the directory
    root_field: ClassVar[str] = ""  # the foreign key that always refers to the stream's root record
    required_right: ClassVar[str] = "draw"  # to write it through ops
    stream_kind: ClassVar[str] = "journey"  # the kind of stream that it may be in
    other_stream_kinds: ClassVar[tuple[str, ...]] = ()  # for records about records of any type
    scope: ClassVar[str] = "maps"  # tokens need `<scope>:read` or `<scope>:write` everywhere
    # Whether it refers to a record of its stream by (subject_type, subject_id) and is removed with
    # it. The subject can have any type, so there is no foreign key.
    removed_with_subject: ClassVar[bool] = False
    has_places: ClassVar[bool] = False  # whether a comment can be about a place in its picture
    guest_name_field: ClassVar[str] = ""  # the field with the author's name, if a guest wrote it
    counted: ClassVar[Plural]  # “a step” or “3 steps”
    # action -> history's sentence after the actor's name; {field} is the field's value as text
    action_texts: ClassVar[Mapping[str, Text]] = {}
    # action -> how history summarizes a set that changes the state of many records
    count_texts: ClassVar[Mapping[str, "CountSummary"]] = {}

    id = models.UUIDField(primary_key=True, default=uuid7)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+", db_index=False)
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="+", db_index=False)
    version = models.BigIntegerField(default=0)  # the stream's version when this was last changed
    # The default is the database's clock, also for rows inserted by set-based SQL without it.
    updated_at = models.DateTimeField(db_default=Now())

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes: ClassVar = [
            # snapshots (a whole stream) and lists by feed (joined to sets by stream and version)
            models.Index(fields=["stream", "version"], name="%(class)s_by_stream"),
            # lists by time (`updated_after`), and all records of a workspace
            models.Index(fields=["workspace", "updated_at", "id"], name="%(class)s_by_time"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError("Write records with changes.services.change_set() or apply_ops().")

    def get_absolute_url(self) -> str:
        """Return the path of the page that shows this record: by default, its journey's map."""
        return f"{reverse('journey', args=[self.stream_id])}?at={self.pk}#{self.slug}-{self.pk}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError("Remove records with changes.services.change_set() or apply_ops().")

    @property
    def label(self) -> str:
        """The name of this record for people, used in sentences and error messages."""
        return str(getattr(self, "title", "") or getattr(self, "name", ""))

    @classmethod
    def before_removal(
        cls, recorder: "RecordWriter", going: dict[type["Record"], list[Any]]
    ) -> bool:
        """Called before records of this type, or records that this type refers to, are removed.

        It can raise an error to refuse the removal, or update records that remain. `going` has the
        records that will be removed, by type. Return True if records were written, so that the
        records to remove are collected again.
        """
        return False

    def validate_after_write(self, recorder: "RecordWriter", written: AbstractSet[str]) -> None:
        """Check rules that span several rows, right after a write. Raise an error if one is broken.

        Called after each write, so that the error points at the op that caused it. `written` has
        the names of the written fields. Rules within one row are constraints.
        """

    @classmethod
    def stream_full_conflict(cls, *, in_directory: bool = False) -> Conflict:
        """Return the Conflict for a journey or directory that has `max_per_stream` records."""
        limit = cls.counted(cls.max_per_stream or 0)
        if in_directory:
            text = gettext(
                "A workspace can have at most {limit}. Remove some that you no longer need."
            )
            return Conflict(text.format(limit=limit), code="directory-full")
        text = gettext("A journey can have at most {limit}. Remove some, or split the journey.")
        return Conflict(text.format(limit=limit), code="journey-full")

    def copy(self) -> Self:
        return type(self)(
            **{f.attname: getattr(self, f.attname) for f in self._meta.concrete_fields}
        )


R = TypeVar("R", bound=Record)


class RecordWriter(Protocol):
    """The recorder's methods that a record type's hooks may call."""

    def lock_workspace(self) -> None: ...
    def set(self, record: R, **changes: Any) -> R: ...


class NamedVersion(Record):
    """A name that a member gave to a version (`number`) of a stream, to find it again."""

    slug: ClassVar = "named_version"
    counted: ClassVar = Plural("a named version", "{n} named versions")
    action_texts: ClassVar = {"version.name": "named version {number} “{name}”"}

    name = NameField(_("name"), max_length=120)
    number = models.BigIntegerField(_("number"))
    made_by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"))

    class Meta(Record.Meta):
        verbose_name = _("named version")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stream", "name"],
                name="version_name_once",
                violation_error_message=_(
                    "A version with this name already exists. Use another name."
                ),
            ),
        ]


RECORDER_FIELDS = frozenset({"id", "workspace", "stream", "version", "updated_at"})


def field_of(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    """Return a model's field by its name or attribute name (`step` or `step_id`)."""
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{name} is not a column of {model.__name__}")
    return field


@cache
def logged_fields(model: type[Record]) -> tuple["models.Field[Any, Any]", ...]:
    """Return the fields that are logged: all except generated fields and those that the recorder sets."""
    fields = model._meta.concrete_fields
    return tuple(f for f in fields if f.name not in RECORDER_FIELDS and not f.generated)


@cache
def record_types() -> dict[str, type[Record]]:
    """Return every record type of the installed apps, by slug."""
    return {model.slug: model for model in apps.get_models() if issubclass(model, Record)}


def to_log(field: "models.Field[Any, Any]", value: Any) -> Any:
    """Return a field's value in the form in which it is logged: JSON types unchanged, others as text."""
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return format_instant(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def from_log(field: "models.Field[Any, Any]", value: Any) -> Any:
    """Return the field value for a logged value: the inverse of to_log()."""
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.ForeignKey):
        return field.target_field.to_python(value)
    return field.to_python(value)
