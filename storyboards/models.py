"""Models for storyboards: the frames of a journey, and the elements of their drawings."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.models import (
    CellPosition,
    NameField,
    OrderKeyField,
    ProseField,
    Record,
    Stream,
)
from core.errors import Conflict
from core.fields import excerpt
from core.plurals import Plural
from journeys.models import Step
from workspaces.models import File, Workspace

SVG = "image/svg+xml"
DRAWING = "drawing"  # the stream kind of drawings
MAX_ELEMENTS = 5_000  # in a drawing, without deleted elements
MAX_ROWS = 4 * MAX_ELEMENTS  # in a drawing, with deleted elements
MAX_DRAWING_BYTES = 4_000_000
MAX_FRAMES = 200
MAX_SECONDS = 60


class Frame(Record):
    """A panel of a journey's storyboard, at a step.

    Frames are ordered by step, then by their position in the step. `drawing` is the stream with the drawing's
    elements. Copies of a frame share a drawing until one of them is changed. `picture` is an image of the
    drawing at its version `drawn`.
    """

    class Size(models.TextChoices):
        WIDE = "wide", _("Wide shot")
        MEDIUM = "medium", _("Medium shot")
        CLOSE = "close", _("Close-up")

    slug: ClassVar = "frame"
    counted: ClassVar = Plural("a frame", "{n} frames")
    max_per_stream: ClassVar = MAX_FRAMES
    op_fields: ClassVar = ("size", "caption", "alt_text", "speech", "notes", "duration")
    place: ClassVar = CellPosition(parent_fields=("step",), order_field="position")
    service_fields: ClassVar = ("drawing", "drawn", "picture")
    copied_fields: ClassVar = service_fields
    has_places: ClassVar = True
    action_texts: ClassVar = {
        "frame.open": _("started to draw the frame “{label}”"),
        "frame.draw": _("drew the frame “{label}”"),
        "frame.render": _("updated a persona’s look in the frame “{label}”"),
    }

    step = models.ForeignKey(Step, models.CASCADE, related_name="+", verbose_name=_("step"))
    size = models.CharField(_("shot size"), max_length=6, choices=Size.choices, default=Size.MEDIUM)
    caption = NameField(_("caption"), max_length=200, blank=True, default="")
    alt_text = ProseField(_("what we see"), max_length=2000, blank=True, default="")
    speech = ProseField(_("what they say"), max_length=500, blank=True, default="")
    notes = ProseField(_("notes"), max_length=2000, blank=True, default="")
    duration = models.PositiveSmallIntegerField(
        _("duration"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_SECONDS)],
    )  # seconds
    position = OrderKeyField(_("position"))
    drawing = models.ForeignKey(
        Stream, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("drawing")
    )
    drawn = models.BigIntegerField(_("drawn version"), null=True, blank=True)
    picture = models.ForeignKey(
        File, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )

    class Meta(Record.Meta):
        verbose_name = _("frame")

    def __str__(self) -> str:
        return self.label

    @property
    def picture_name(self) -> str:
        """The file name in the URLs of the frame's picture. The frame must have a picture."""
        return f"{self.picture_id}.svg"

    @property
    def label(self) -> str:
        return self.caption or excerpt(self.alt_text) or gettext("Untitled frame")


def _bytes(name: str) -> models.Func:
    """Return SQL for the size of a field as text."""
    text = Cast(name, models.TextField())
    return models.Func(text, function="octet_length", output_field=models.IntegerField())


class Element(Record):
    """An Excalidraw element of a drawing, in the drawing's stream, not in the journey's.

    `key` is Excalidraw's id. `at` has its position and state, and `shape` its appearance, so that moving an
    element doesn't log all of its points again (elements.py). Only services.py writes elements. Deleted
    elements (`isDeleted`) are kept for a day, so that clients that were offline receive the deletion.
    """

    slug: ClassVar = "element"
    stream_kind: ClassVar = DRAWING
    counted: ClassVar = Plural("an element", "{n} elements")
    max_per_stream: ClassVar = None  # DrawingSize counts them, so that a save doesn't
    action_texts: ClassVar = {
        "drawing.draw": _("drew"),
        "drawing.copy": _("copied the drawing of another frame"),
        "drawing.import": _("imported a drawing from a file"),
        "drawing.restore": _("restored an earlier version of the drawing"),
        "drawing.prune": _("removed deleted elements"),
    }

    key = models.CharField(_("key"), max_length=60)
    at = models.JSONField(_("place"))
    shape = models.JSONField(_("shape"))
    is_deleted = models.GeneratedField(
        expression=Cast(KeyTextTransform("isDeleted", "at"), models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    size = models.GeneratedField(
        expression=_bytes("at") + _bytes("shape"),
        output_field=models.IntegerField(),
        db_persist=True,
    )  # bytes

    persona = models.GeneratedField(
        expression=KeyTextTransform(
            "persona", KeyTransform("figure", KeyTransform("customData", "shape"))
        ),
        output_field=models.TextField(null=True),
        null=True,
        db_persist=True,
    )  # the id of the persona that a figure shows

    class Meta(Record.Meta):
        verbose_name = _("element")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "key"], name="element_key_once"),
        ]
        indexes: ClassVar = [
            *Record.Meta.indexes,
            # for counting a drawing's elements again (DrawingSize)
            models.Index(
                fields=["stream"],
                include=["size"],
                condition=models.Q(is_deleted=False),
                name="element_size",
            ),
            # for rendering.personas_render()
            models.Index(
                fields=["workspace", "persona"],
                condition=models.Q(persona__isnull=False),
                name="element_persona",
            ),
            # for tasks.prune_all()
            models.Index(
                fields=["workspace", "updated_at"],
                condition=models.Q(is_deleted=True),
                name="element_deleted",
            ),
        ]

    @property
    def label(self) -> str:
        return str(self.shape.get("type", ""))


class DrawingSize(models.Model):
    """The number and the total size of a drawing's elements, to enforce its limits.

    With this row, a save takes as long in a full drawing as in an empty one. The row isn't in the log:
    if it is missing, the next save counts the elements again.
    """

    drawing = models.OneToOneField(Stream, models.CASCADE, primary_key=True, related_name="+")
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+", db_index=False)
    rows = models.IntegerField(default=0)  # with deleted elements
    elements = models.IntegerField(default=0)
    bytes = models.IntegerField(default=0)

    @property
    def is_too_large(self) -> bool:
        return (
            self.rows > MAX_ROWS or self.elements > MAX_ELEMENTS or self.bytes > MAX_DRAWING_BYTES
        )


def drawing_full_conflict() -> Conflict:
    """Return the Conflict for a drawing with too many elements, or with too large ones."""
    text = gettext(
        "A drawing can have at most {elements} elements and {megabytes} MB. "
        "Remove some elements, or continue in another frame."
    )
    return Conflict(
        text.format(elements=f"{MAX_ELEMENTS:,}", megabytes=MAX_DRAWING_BYTES // 1_000_000),
        code="drawing-full",
    )
