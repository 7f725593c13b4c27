"""Personas, and the map itself: journeys, stages, steps, lanes, notes and measures."""

from collections.abc import Set as AbstractSet
from typing import Any, ClassVar
from uuid import UUID

from django.db import models

from changes.models import (
    CellPosition,
    NameField,
    NumberListField,
    OrderKeyField,
    ProseField,
    Record,
    RecordWriter,
    directory_only,
)
from core.errors import Conflict, FieldError, InvalidRequest
from people.models import Department


class Persona(Record):
    """A typical customer, whose experience a journey describes.

    Stored in the directory, so that journeys share it.
    """

    slug: ClassVar = "persona"
    op_fields: ClassVar = ("name", "age", "summary")

    name = NameField(max_length=120)
    age = models.PositiveSmallIntegerField(null=True, blank=True)
    summary = ProseField(max_length=2000, blank=True, default="")

    class Meta(Record.Meta):
        constraints: ClassVar = [
            directory_only("persona"),
            models.UniqueConstraint(
                "workspace",
                models.functions.Lower("name"),
                name="persona_name_once",
                violation_error_message="A persona with this name already exists. Use another "
                "name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Journey(Record):
    """A persona reaching a goal, described from the customer's side. Its id is its stream's id.

    `source` keeps an import's metadata (format, scale, titles without a field here), so that an
    export can reproduce the file. `pair_of` points from a future state to its current state. A
    template (`is_template`) is a starting point for new journeys and has no producer.
    """

    class Kind(models.TextChoices):
        CUSTOMER = "customer", "Customer"
        EMPLOYEE = "employee", "Employee"
        SUPPLIER = "supplier", "Supplier"
        USER = "user", "User"
        PRODUCT = "product", "Product"
        DIGITAL = "digital", "Digital"
        CONTENT = "content", "Content"

    class State(models.TextChoices):
        CURRENT = "current", "As it is"
        FUTURE = "future", "As it should be"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        LIVE = "live", "Live"
        RETIRED = "retired", "Retired"

    slug: ClassVar = "journey"
    op_fields: ClassVar = (
        "title",
        "summary",
        "kind",
        "state",
        "status",
        "persona",
        "pair_of",
        "is_template",
    )
    action_texts: ClassVar = {
        "journey.create": "created the journey “{title}”",
        "journey.start": "created the journey “{title}” from a template",
        "journey.copy": "copied a journey as “{title}”",
        "journey.future": "created “{title}” to show “{pair_of}” as it should be",
        "journey.template": "saved a journey as the template “{title}”",
        "journey.import": "imported the journey “{title}” from a file",
    }

    title = NameField(max_length=200)
    summary = ProseField(max_length=2000, blank=True, default="")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.CUSTOMER)
    state = models.CharField(max_length=7, choices=State.choices, default=State.CURRENT)
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.DRAFT)
    persona = models.ForeignKey(Persona, models.PROTECT, null=True, blank=True, related_name="+")
    pair_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="pair"
    )
    is_template = models.BooleanField("template", default=False)
    source = models.JSONField(default=dict, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(pair_of=None) | models.Q(state="future"),
                name="only_a_future_has_a_pair",
                violation_error_message="Only a journey as it should be can have a pair. Set its "
                "state to “As it should be”, or remove the pair.",
            ),
            models.CheckConstraint(
                condition=models.Q(id=models.F("stream")),
                name="journey_is_its_stream",
                violation_error_message="A journey must have the same id as its stream.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def validate_after_write(self, recorder: RecordWriter, written: AbstractSet[str]) -> None:
        """Raise InvalidRequest or Conflict if both journeys of a pair are future states."""
        if self.state == self.State.CURRENT or not written & {"state", "pair_of"}:
            return
        recorder.lock_workspace()
        futures = Journey.objects.filter(state=self.State.FUTURE)
        if self.pair_of_id and futures.filter(pk=self.pair_of_id).exists():
            raise InvalidRequest.at(
                "/pair_of",
                "same-state",
                "That journey is also as it should be. Choose a journey as it is.",
            )
        if futures.filter(pair_of=self.pk).exists():
            raise Conflict(
                "Another journey shows how this one should be, so this one must stay as it is. "
                "Remove the pair first.",
                code="has-a-future",
            )


class Stage(Record):
    """An ordered chapter of a journey; the unit that has a director."""

    slug: ClassVar = "stage"
    root_field: ClassVar = "journey"
    op_fields: ClassVar = ("title", "time_span", "summary")
    place: ClassVar = CellPosition(order_field="position")
    service_fields: ClassVar = ("is_locked",)
    action_texts: ClassVar = {
        "stage.lock": "locked the stage “{label}”",
        "stage.unlock": "unlocked the stage “{label}”",
    }

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="stages")
    title = NameField(max_length=200)
    time_span = NameField(max_length=60, blank=True, default="")  # free text, e.g. "Day 1-3"
    summary = ProseField(max_length=2000, blank=True, default="")
    position = OrderKeyField()
    is_locked = models.BooleanField("lock", default=False)

    def __str__(self) -> str:
        return self.title


class Step(Record):
    """One moment for the customer within a stage, and a column of the map.

    `opens` names a journey that shows the step in more detail. Such links never form a cycle.
    """

    slug: ClassVar = "step"
    op_fields: ClassVar = ("title", "time_span", "quote", "opens", "speaker_notes")
    place: ClassVar = CellPosition(parent_fields=("stage",), order_field="position")

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="steps")
    title = NameField(max_length=500)
    time_span = NameField(max_length=60, blank=True, default="")
    quote = ProseField(max_length=500, blank=True, default="")  # the customer's own words
    opens = models.ForeignKey(
        Journey,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="journey inside",
    )
    speaker_notes = ProseField(max_length=5000, blank=True, default="")
    position = OrderKeyField()

    def __str__(self) -> str:
        return self.title

    def validate_after_write(self, recorder: RecordWriter, written: AbstractSet[str]) -> None:
        """Raise Conflict if `opens` would make a journey open inside itself, at any depth."""
        if self.opens_id is None or "opens" not in written:
            return
        recorder.lock_workspace()
        if self.stream_id in nested_journey_ids(self.opens_id):
            detail = "That journey would open inside itself. Choose another one."
            raise Conflict(detail, code="cycle", errors=[FieldError("/opens", "cycle", detail)])

    @classmethod
    def before_removal(cls, recorder: RecordWriter, going: dict[type[Record], list[Any]]) -> bool:
        """Raise Conflict if a stage would lose its last step without being removed itself."""
        steps, stages = going.get(cls, []), {stage.pk for stage in going.get(Stage, [])}
        for stage_id in {step.stage_id for step in steps} - stages:
            leaving = [step.pk for step in steps if step.stage_id == stage_id]
            if not cls.objects.filter(stage=stage_id).exclude(pk__in=leaving).exists():
                raise Conflict(
                    "A stage needs at least one step. Remove the stage, or add another step first.",
                    code="last-step",
                )
        return False


class Lane(Record):
    """A row of the map. Its kind and department say who is in contact with the customer."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "Department"
        CUSTOMER = "customer", "Customer only"
        UNASSIGNED = "unassigned", "Unassigned"

    slug: ClassVar = "lane"
    root_field: ClassVar = "journey"
    op_fields: ClassVar = ("kind", "department")
    place: ClassVar = CellPosition(order_field="position")
    service_fields: ClassVar = ("is_locked",)
    action_texts: ClassVar = {
        "lane.lock": "locked the lane “{label}”",
        "lane.unlock": "unlocked the lane “{label}”",
    }

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="lanes")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DEPARTMENT)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+"
    )
    position = OrderKeyField()
    is_locked = models.BooleanField("lock", default=False)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="department", department__isnull=False)
                | (~models.Q(kind="department") & models.Q(department=None)),
                name="department_lane_names_one",
                violation_error_message="Choose a department for a department lane, and none for "
                "other lanes.",
            ),
            models.UniqueConstraint(
                fields=["journey", "department"],
                condition=models.Q(kind="department"),
                name="one_lane_per_department",
                violation_error_message="This department already has a lane in this journey. Use "
                "that lane.",
            ),
            models.UniqueConstraint(
                fields=["journey", "kind"],
                condition=~models.Q(kind="department"),
                name="one_lane_per_other_kind",
                violation_error_message="This journey already has a lane of this kind. Use that "
                "lane.",
            ),
        ]

    @property
    def label(self) -> str:
        return self.department.name if self.department else self.get_kind_display()

    def __str__(self) -> str:
        return self.label


class Note(Record):
    """A pain observed in a step, or an idea for improving it."""

    class Kind(models.TextChoices):
        PAIN = "pain", "Pain"
        IDEA = "idea", "Idea"

    slug: ClassVar = "note"
    op_fields: ClassVar = ("kind", "title")
    place: ClassVar = CellPosition(parent_fields=("step",), order_field="position")

    step = models.ForeignKey(Step, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.PAIN)
    title = NameField(max_length=500)
    position = OrderKeyField()

    def __str__(self) -> str:
        return self.title


class Measure(Record):
    """A number that shows how a step performs: value, target and trend (oldest value first)."""

    class Better(models.TextChoices):
        HIGHER = "higher", "Higher is better"
        LOWER = "lower", "Lower is better"

    slug: ClassVar = "measure"
    op_fields: ClassVar = ("title", "value", "unit", "target", "better", "trend")
    place: ClassVar = CellPosition(parent_fields=("step",), order_field="position")

    step = models.ForeignKey(Step, models.CASCADE, related_name="measures")
    title = NameField(max_length=120)
    value = models.FloatField(null=True, blank=True)  # null: not measured yet
    unit = NameField(max_length=20, blank=True, default="")
    target = models.FloatField(null=True, blank=True)
    better = models.CharField(max_length=6, choices=Better.choices, default=Better.HIGHER)
    trend = NumberListField(blank=True, default=list)
    position = OrderKeyField()

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
    seen, level = set[UUID](), {journey_id}
    while level:
        seen |= level
        steps = Step.objects.filter(stream__in=level, opens__isnull=False)
        level = set(steps.values_list("opens", flat=True)) - seen
    return seen
