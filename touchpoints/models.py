"""Touchpoints, their channels, and the promises that are made and tested in a journey."""

from typing import Any, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from changes.models import (
    CellPosition,
    NameField,
    OrderKeyField,
    ProseField,
    Record,
    RecordWriter,
    directory_only,
)
from changes.stream_kinds import DIRECTORY
from core.plurals import Plural
from journeys.models import Lane, Step


class Channel(Record):
    """A means of contact, such as shop, app or phone.

    Stored in the directory. `glyph` is an icon.
    """

    slug: ClassVar = "channel"
    stream_kind: ClassVar = DIRECTORY
    counted: ClassVar = Plural("a channel", "{n} channels")
    scope: ClassVar = "touchpoints"
    op_fields: ClassVar = ("name", "glyph")

    name = NameField(_("name"), max_length=60)
    glyph = models.CharField(_("glyph"), max_length=30, default="message-circle")

    class Meta(Record.Meta):
        verbose_name = _("channel")
        constraints: ClassVar = [
            directory_only("channel"),
            models.UniqueConstraint(
                "workspace",
                models.functions.Lower("name"),
                name="channel_name_once",
                violation_error_message=_(
                    "A channel with this name already exists. Use another name."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Emotion(models.IntegerChoices):
    """How a customer feels at a touchpoint, from -2 to +2."""

    LET_DOWN = -2, _("Let down")
    UNEASY = -1, _("Uneasy")
    NEUTRAL = 0, _("Neutral")
    PLEASED = 1, _("Pleased")
    DELIGHTED = 2, _("Delighted")

    @classmethod
    def nearest(cls, value: float) -> Self:
        """Return the emotion that is nearest to a value, such as a mean."""
        return cls(max(cls.LET_DOWN, min(cls.DELIGHTED, int(value + 2.5) - 2)))


class Touchpoint(Record):
    """One contact between customer and company, in one step and one lane.

    Some fields are set by imports and sync only: `source` and `external_id` (unique together in a
    workspace), `source_updated_at` and `payload_hash` (to decide which data is newer),
    `source_scale` and `source_value` (the emotion as it was sent), `actors` (in order, as written)
    and `attributes` (any other data of the source). Imports, sync and people can set `reported_owner`,
    a text that only the audit rule OWN-13 compares with people.
    """

    class Kano(models.TextChoices):
        MUST_BE = "must_be", _("Must be")
        PERFORMANCE = "performance", _("Performance")
        DELIGHTER = "delighter", _("Delighter")
        INDIFFERENT = "indifferent", _("Indifferent")
        REVERSE = "reverse", _("Reverse")

    slug: ClassVar = "touchpoint"
    counted: ClassVar = Plural("a touchpoint", "{n} touchpoints")
    max_per_stream: ClassVar = 10_000  # the maximum that the map and the list can display
    scope: ClassVar = "touchpoints"
    op_fields: ClassVar = (
        "title",
        "notes",
        "channel",
        "emotion",
        "emotion_label",
        "intensity",
        "kano",
        "is_moment_of_truth",
        "evidence",
        "quote",
        "reported_owner",
    )
    place: ClassVar = CellPosition(parent_fields=("step", "lane"), order_field="position")

    step = models.ForeignKey(
        Step, models.CASCADE, related_name="touchpoints", verbose_name=_("step")
    )
    lane = models.ForeignKey(
        Lane, models.CASCADE, related_name="touchpoints", verbose_name=_("lane")
    )
    position = OrderKeyField(_("position"))
    title = NameField(_("title"), max_length=500)
    notes = ProseField(_("notes"), max_length=5000, blank=True, default="")
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("channel")
    )
    emotion = models.SmallIntegerField(
        _("emotion"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-2), MaxValueValidator(2)],
    )
    emotion_label = NameField(_("emotion label"), max_length=60, blank=True, default="")
    intensity = models.SmallIntegerField(
        _("intensity"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    kano = models.CharField(
        _("Kano class"), max_length=11, choices=Kano.choices, blank=True, default=""
    )
    is_moment_of_truth = models.BooleanField(_("is moment of truth"), default=False)
    evidence = ProseField(
        _("evidence"), max_length=2000, blank=True, default=""
    )  # empty: an assumption
    quote = ProseField(_("quote"), max_length=500, blank=True, default="")
    reported_owner = NameField(_("reported owner"), max_length=200, blank=True, default="")
    actors = models.JSONField(_("actors"), default=list, blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True, default="")
    external_id = models.CharField(_("external id"), max_length=200, blank=True, default="")
    source_updated_at = models.DateTimeField(_("source updated at"), null=True, blank=True)
    payload_hash = models.CharField(_("payload hash"), max_length=64, blank=True, default="")
    source_scale = models.CharField(_("source scale"), max_length=60, blank=True, default="")
    source_value = models.CharField(_("source value"), max_length=60, blank=True, default="")
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("touchpoint")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(emotion=None) | models.Q(emotion__range=(-2, 2)),
                name="emotion_from_minus_2_to_2",
            ),
            models.CheckConstraint(
                condition=models.Q(intensity=None) | models.Q(intensity__range=(1, 5)),
                name="intensity_from_1_to_5",
            ),
            models.UniqueConstraint(
                fields=["workspace", "source", "external_id"],
                condition=~models.Q(external_id=""),
                name="touchpoint_external_id_once",
                violation_error_message=_(
                    "Another touchpoint already has this source and external id. Use another id."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Promise(Record):
    """A promise that the company makes in one step, and that is tested in the same step or a later one."""

    class Status(models.TextChoices):
        KEPT = "kept", _("Kept")
        AT_RISK = "at_risk", _("At risk")
        BROKEN = "broken", _("Broken")
        UNVERIFIED = "unverified", _("Not verified")

    slug: ClassVar = "promise"
    counted: ClassVar = Plural("a promise", "{n} promises")
    scope: ClassVar = "touchpoints"
    op_fields: ClassVar = ("title", "made_in", "tested_in", "status", "evidence")

    title = NameField(_("title"), max_length=200)
    made_in = models.ForeignKey(
        Step, models.CASCADE, related_name="promises_made", verbose_name=_("made in")
    )
    tested_in = models.ForeignKey(
        Step, models.CASCADE, related_name="promises_tested", verbose_name=_("tested in")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.UNVERIFIED
    )
    evidence = ProseField(
        _("evidence"), max_length=500, blank=True, default=""
    )  # e.g. "took 61 h at the median"

    class Meta(Record.Meta):
        verbose_name = _("promise")

    def __str__(self) -> str:
        return self.title

    @classmethod
    def before_removal(cls, recorder: RecordWriter, going: dict[type[Record], list[Any]]) -> bool:
        """If the step that tests a promise is removed, move the test to the nearest earlier step.

        Promises made in a removed step are skipped, because they are removed with it. Return whether a
        promise was changed.
        """
        leaving = {step.pk: step for step in going.get(Step, [])}
        orphans = cls.objects.filter(tested_in__in=leaving).exclude(made_in__in=leaving)
        has_written = False
        for promise in orphans:
            neighbor = _step_before(leaving[promise.tested_in_id], leaving)
            if neighbor is not None:
                recorder.set(promise, tested_in_id=neighbor.pk)
                has_written = True
        return has_written


def _step_before(step: Step, leaving: dict[Any, Step]) -> Step | None:
    """Return the nearest earlier step of the journey that isn't being removed, or None."""
    in_order = Step.objects.filter(stream=step.stream_id).order_by(
        "stage__position", "stage_id", "position", "id"
    )
    steps = list(in_order)
    earlier = reversed(steps[: steps.index(step)])
    return next((candidate for candidate in earlier if candidate.pk not in leaving), None)
