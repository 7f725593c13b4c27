"""Personas, and journeys with their parts: stages, steps, lanes, notes and measures."""

import re
from collections.abc import Set as AbstractSet
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.models import (
    CellPosition,
    NameField,
    NumberListField,
    OrderKeyField,
    PathField,
    ProseField,
    Record,
    RecordWriter,
    directory_only,
)
from changes.stream_kinds import DIRECTORY
from core.errors import Conflict, FieldError, InvalidRequest
from core.plurals import Plural
from core.search import SearchName
from people.models import Department


class FigureField(models.JSONField):
    """The look of a figure: parameters for the figure generator, or empty if none are chosen yet.

    The generator (storyboards) ignores unknown parameters, so that a figure stays valid when parameters are
    added.
    """

    MAX_PARAMETERS = 30
    NAME = re.compile(r"[a-z][a-z_]{0,29}")
    TEXT = re.compile(r"[a-z0-9_]{1,40}|#[0-9a-f]{6}")

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        if not isinstance(value, dict) or len(value) > self.MAX_PARAMETERS:
            raise ValidationError(
                gettext("This isn’t a figure. Send an object with the figure’s parameters."), "type"
            )
        for name, parameter in value.items():
            if not self.NAME.fullmatch(name) or not self._is_valid(parameter):
                raise ValidationError(
                    gettext("Figures don’t have this parameter, or it can’t have this value."),
                    "invalid",
                )

    def _is_valid(self, value: Any) -> bool:
        match value:
            case bool():
                return True
            case int():
                return -100 <= value <= 100
            case str():
                return self.TEXT.fullmatch(value) is not None
        return False


class Persona(Record):
    """A typical customer. Journeys describe how the persona reaches a goal.

    Stored in the directory, because journeys share personas.
    """

    slug: ClassVar = "persona"
    stream_kind: ClassVar = DIRECTORY
    counted: ClassVar = Plural("a persona", "{n} personas")
    op_fields: ClassVar = ("name", "age", "summary", "figure")

    name = NameField(_("name"), max_length=120)
    age = models.PositiveSmallIntegerField(_("age"), null=True, blank=True)
    summary = ProseField(_("summary"), max_length=2000, blank=True, default="")
    figure = FigureField(_("figure"), blank=True, default=dict)

    class Meta(Record.Meta):
        verbose_name = _("persona")
        constraints: ClassVar = [
            directory_only("persona"),
            models.UniqueConstraint(
                "workspace",
                models.functions.Lower("name"),
                name="persona_name_once",
                violation_error_message=_(
                    "A persona with this name already exists. Use another name."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Journey(Record):
    """A persona reaching a goal, described from the customer's side. Its stream has the same id.

    `source` keeps an import's metadata (format, scale, titles without a field here), so that an
    export can reproduce the file. `folder` is the path of a folder in the list of journeys.
    `pair_of` points from a future state to its current state. A template (`is_template`) is a
    starting point for new journeys and has no producer.
    """

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        EMPLOYEE = "employee", _("Employee")
        SUPPLIER = "supplier", _("Supplier")
        USER = "user", _("User")
        PRODUCT = "product", _("Product")
        DIGITAL = "digital", _("Digital")
        CONTENT = "content", _("Content")

    class State(models.TextChoices):
        CURRENT = "current", _("As it is")
        FUTURE = "future", _("As it should be")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        LIVE = "live", _("Live")
        RETIRED = "retired", _("Retired")

    slug: ClassVar = "journey"
    counted: ClassVar = Plural("a journey", "{n} journeys")
    op_fields: ClassVar = (
        "title",
        "summary",
        "kind",
        "state",
        "status",
        "folder",
        "persona",
        "pair_of",
        "is_template",
    )
    action_texts: ClassVar = {
        "journey.create": _("created the journey “{title}”"),
        "journey.start": _("created the journey “{title}” from a template"),
        "journey.copy": _("copied a journey as “{title}”"),
        "journey.future": _("created “{title}” to show “{pair_of}” as it should be"),
        "journey.template": _("saved a journey as the template “{title}”"),
        "journey.import": _("imported the journey “{title}” from a file"),
    }

    title = NameField(_("title"), max_length=200)
    summary = ProseField(_("summary"), max_length=2000, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.CUSTOMER)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.CURRENT)
    status = models.CharField(
        _("status"), max_length=7, choices=Status.choices, default=Status.DRAFT
    )
    folder = PathField(_("folder"), max_length=200, blank=True, default="")
    persona = models.ForeignKey(
        Persona, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("persona")
    )
    pair_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("pair")
    )
    is_template = models.BooleanField(_("template"), default=False)
    source = models.JSONField(_("source"), default=dict, blank=True)
    search_name = models.GeneratedField(
        expression=SearchName("title"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    class Meta(Record.Meta):
        verbose_name = _("journey")
        indexes: ClassVar = [
            *Record.Meta.indexes,
            models.Index(fields=["workspace", "search_name"], name="journey_by_search_name"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(pair_of=None) | models.Q(state="future"),
                name="only_a_future_has_a_pair",
                violation_error_message=_(
                    "Only a journey as it should be can have a pair. Set its "
                    "state to “As it should be”, or remove the pair."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(id=models.F("stream")),
                name="journey_is_its_stream",
                violation_error_message=_("A journey must have the same id as its stream."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def validate_after_write(self, recorder: RecordWriter, written: AbstractSet[str]) -> None:
        """Raise an error if a future state would be paired with another future state.

        Raise InvalidRequest if the other journey (`pair_of`) is a future state, and Conflict if
        this journey is the current state of a pair.
        """
        if self.state == self.State.CURRENT or not written & {"state", "pair_of"}:
            return
        recorder.lock_workspace()
        futures = Journey.objects.filter(state=self.State.FUTURE)
        if self.pair_of_id and futures.filter(pk=self.pair_of_id).exists():
            raise InvalidRequest.at(
                "/pair_of",
                "same-state",
                gettext("That journey is also a future state. Choose a current-state journey."),
            )
        if futures.filter(pair_of=self.pk).exists():
            raise Conflict(
                gettext(
                    "Another journey is paired with this one as its future state, so this journey’s "
                    "state can’t change. Remove that pair first."
                ),
                code="has-a-future",
            )


class Stage(Record):
    """A chapter of a journey. A stage is the unit that has a director."""

    slug: ClassVar = "stage"
    counted: ClassVar = Plural("a stage", "{n} stages")
    root_field: ClassVar = "journey"
    op_fields: ClassVar = ("title", "time_span", "summary")
    place: ClassVar = CellPosition(order_field="position")
    service_fields: ClassVar = ("is_locked",)
    action_texts: ClassVar = {
        "stage.lock": _("locked the stage “{label}”"),
        "stage.unlock": _("unlocked the stage “{label}”"),
    }

    journey = models.ForeignKey(
        Journey, models.CASCADE, related_name="stages", verbose_name=_("journey")
    )
    title = NameField(_("title"), max_length=200)
    time_span = NameField(
        _("time span"), max_length=60, blank=True, default=""
    )  # free text, e.g. "Day 1-3"
    summary = ProseField(_("summary"), max_length=2000, blank=True, default="")
    position = OrderKeyField(_("position"))
    is_locked = models.BooleanField(_("lock"), default=False)

    class Meta(Record.Meta):
        verbose_name = _("stage")

    def __str__(self) -> str:
        return self.title


class Step(Record):
    """One moment for the customer within a stage. A step is a column of the map.

    `opens` is a journey that shows the step in more detail. These links can't form a cycle.
    """

    slug: ClassVar = "step"
    counted: ClassVar = Plural("a step", "{n} steps")
    op_fields: ClassVar = ("title", "time_span", "quote", "opens", "speaker_notes")
    place: ClassVar = CellPosition(parent_fields=("stage",), order_field="position")

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="steps", verbose_name=_("stage"))
    title = NameField(_("title"), max_length=500)
    time_span = NameField(_("time span"), max_length=60, blank=True, default="")
    quote = ProseField(
        _("quote"), max_length=500, blank=True, default=""
    )  # the customer's own words
    opens = models.ForeignKey(
        Journey,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("journey inside"),
    )
    speaker_notes = ProseField(_("speaker notes"), max_length=5000, blank=True, default="")
    position = OrderKeyField(_("position"))

    class Meta(Record.Meta):
        verbose_name = _("step")

    def __str__(self) -> str:
        return self.title

    def validate_after_write(self, recorder: RecordWriter, written: AbstractSet[str]) -> None:
        """Raise Conflict if a journey would open inside itself, at any depth."""
        if self.opens_id is None or "opens" not in written:
            return
        recorder.lock_workspace()
        if self.stream_id in nested_journey_ids(self.opens_id):
            detail = gettext("That journey would open inside itself. Choose another one.")
            raise Conflict(detail, code="cycle", errors=[FieldError("/opens", "cycle", detail)])

    @classmethod
    def before_removal(cls, recorder: RecordWriter, going: dict[type[Record], list[Any]]) -> bool:
        """Raise Conflict if a stage would lose its last step but isn't itself removed."""
        steps, stages = going.get(cls, []), {stage.pk for stage in going.get(Stage, [])}
        for stage_id in {step.stage_id for step in steps} - stages:
            leaving = [step.pk for step in steps if step.stage_id == stage_id]
            if not cls.objects.filter(stage=stage_id).exclude(pk__in=leaving).exists():
                raise Conflict(
                    gettext(
                        "A stage needs at least one step. Remove the stage, or add another step first."
                    ),
                    code="last-step",
                )
        return False


class Lane(Record):
    """A row of the map. Its kind and its department say who is in contact with the customer."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("Department")
        CUSTOMER = "customer", _("Customer only")
        UNASSIGNED = "unassigned", _("Unassigned")

    slug: ClassVar = "lane"
    counted: ClassVar = Plural("a lane", "{n} lanes")
    root_field: ClassVar = "journey"
    op_fields: ClassVar = ("kind", "department")
    place: ClassVar = CellPosition(order_field="position")
    service_fields: ClassVar = ("is_locked",)
    action_texts: ClassVar = {
        "lane.lock": _("locked the lane “{label}”"),
        "lane.unlock": _("unlocked the lane “{label}”"),
    }

    journey = models.ForeignKey(
        Journey, models.CASCADE, related_name="lanes", verbose_name=_("journey")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.DEPARTMENT)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    position = OrderKeyField(_("position"))
    is_locked = models.BooleanField(_("lock"), default=False)

    class Meta(Record.Meta):
        verbose_name = _("lane")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="department", department__isnull=False)
                | (~models.Q(kind="department") & models.Q(department=None)),
                name="department_lane_names_one",
                violation_error_message=_(
                    "Choose a department for a department lane, and none for other lanes."
                ),
            ),
            models.UniqueConstraint(
                fields=["journey", "department"],
                condition=models.Q(kind="department"),
                name="one_lane_per_department",
                violation_error_message=_(
                    "This department already has a lane in this journey. Use that lane."
                ),
            ),
            models.UniqueConstraint(
                fields=["journey", "kind"],
                condition=~models.Q(kind="department"),
                name="one_lane_per_other_kind",
                violation_error_message=_(
                    "This journey already has a lane of this kind. Use that lane."
                ),
            ),
        ]

    @property
    def label(self) -> str:
        return self.department.name if self.department else self.get_kind_display()

    def __str__(self) -> str:
        return self.label


class Note(Record):
    """A pain that was observed in a step, or an idea to improve it."""

    class Kind(models.TextChoices):
        PAIN = "pain", _("Pain")
        IDEA = "idea", _("Idea")

    slug: ClassVar = "note"
    counted: ClassVar = Plural("a note", "{n} notes")
    op_fields: ClassVar = ("kind", "title")
    place: ClassVar = CellPosition(parent_fields=("step",), order_field="position")

    step = models.ForeignKey(Step, models.CASCADE, related_name="notes", verbose_name=_("step"))
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices, default=Kind.PAIN)
    title = NameField(_("title"), max_length=500)
    position = OrderKeyField(_("position"))

    class Meta(Record.Meta):
        verbose_name = _("note")

    def __str__(self) -> str:
        return self.title


class Measure(Record):
    """A number that shows how well a step works: value, target and trend (oldest value first)."""

    class Better(models.TextChoices):
        HIGHER = "higher", _("Higher is better")
        LOWER = "lower", _("Lower is better")

    slug: ClassVar = "measure"
    counted: ClassVar = Plural("a measure", "{n} measures")
    op_fields: ClassVar = ("title", "value", "unit", "target", "better", "trend")
    place: ClassVar = CellPosition(parent_fields=("step",), order_field="position")

    step = models.ForeignKey(Step, models.CASCADE, related_name="measures", verbose_name=_("step"))
    title = NameField(_("title"), max_length=120)
    value = models.FloatField(_("value"), null=True, blank=True)  # null: not measured yet
    unit = NameField(_("unit"), max_length=20, blank=True, default="")
    target = models.FloatField(_("target"), null=True, blank=True)
    better = models.CharField(
        _("better"), max_length=6, choices=Better.choices, default=Better.HIGHER
    )
    trend = NumberListField(_("trend"), blank=True, default=list)
    position = OrderKeyField(_("position"))

    class Meta(Record.Meta):
        verbose_name = _("measure")

    def __str__(self) -> str:
        return self.title

    @property
    def is_off_target(self) -> bool:
        if self.value is None or self.target is None:
            return False
        if self.better == self.Better.LOWER:
            return self.value > self.target
        return self.value < self.target


def nested_journey_ids(journey_id: UUID) -> set[UUID]:
    """Return the ids of a journey and of all journeys inside it, at any depth.

    Makes one query per level.
    """
    ids, level = set[UUID](), {journey_id}
    while level:
        ids |= level
        steps = Step.objects.filter(stream__in=level, opens__isnull=False)
        level = set(steps.values_list("opens", flat=True)) - ids
    return ids
