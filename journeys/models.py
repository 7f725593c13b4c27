"""Personas, and the map itself: journeys, stages, steps, lanes."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from changes.models import NameField, OrderKeyField, Place, ProseField, Record, in_directory
from people.models import Department
from workspaces.errors import Conflict

if TYPE_CHECKING:
    from changes.services import Recorder


class Persona(Record):
    """Somebody a journey is told of; lives in the directory, so that journeys share it."""

    slug: ClassVar = "persona"
    plain: ClassVar = ("name", "age", "summary")

    name = NameField(max_length=120)
    age = models.PositiveSmallIntegerField(null=True, blank=True)
    summary = ProseField(max_length=2000, blank=True, default="")

    class Meta(Record.Meta):
        constraints: ClassVar = [
            in_directory("persona"),
            models.UniqueConstraint(
                "workspace",
                models.functions.Lower("name"),
                name="persona_name_once",
                violation_error_message="There is a persona of this name already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Journey(Record):
    """A persona reaching a goal, told from the customer's side. Its id is its stream's id.

    `source` keeps what an import said of itself (format, scale, titles that have no field here),
    so that it can go out again as it came.
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
    plain: ClassVar = ("title", "summary", "kind", "state", "status", "persona")
    sentences: ClassVar = {
        "journey.create": "began the journey “{title}”",
        "journey.import": "brought in the journey “{title}” from a file",
    }

    title = NameField(max_length=200)
    summary = ProseField(max_length=2000, blank=True, default="")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.CUSTOMER)
    state = models.CharField(max_length=7, choices=State.choices, default=State.CURRENT)
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.DRAFT)
    persona = models.ForeignKey(Persona, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.JSONField(default=dict, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(id=models.F("stream")),
                name="journey_is_its_stream",
                violation_error_message="A journey begins in a stream of its own.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Stage(Record):
    """An ordered chapter of a journey; the unit that has a director."""

    slug: ClassVar = "stage"
    root: ClassVar = "journey"
    plain: ClassVar = ("title", "time_span", "summary")
    place: ClassVar = Place(order="position")

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="stages")
    title = NameField(max_length=200)
    time_span = NameField(max_length=60, blank=True, default="")  # "Day 1-3", as people say it
    summary = ProseField(max_length=2000, blank=True, default="")
    position = OrderKeyField()

    def __str__(self) -> str:
        return self.title


class Step(Record):
    """One moment for the customer inside a stage; a column of the map."""

    slug: ClassVar = "step"
    plain: ClassVar = ("title", "time_span", "quote")
    place: ClassVar = Place(within=("stage",), order="position")

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="steps")
    title = NameField(max_length=500)
    time_span = NameField(max_length=60, blank=True, default="")
    quote = ProseField(max_length=500, blank=True, default="")  # the customer's own words
    position = OrderKeyField()

    def __str__(self) -> str:
        return self.title

    @classmethod
    def before_removal(cls, recorder: "Recorder", going: dict[type[Record], list[Any]]) -> bool:
        """Refuse to take a stage's last step, unless the stage goes too."""
        steps, stages = going.get(cls, []), {stage.pk for stage in going.get(Stage, [])}
        for stage_id in {step.stage_id for step in steps} - stages:
            leaving = [step.pk for step in steps if step.stage_id == stage_id]
            if not cls.objects.filter(stage=stage_id).exclude(pk__in=leaving).exists():
                raise Conflict(
                    "A stage keeps at least one step. Remove the stage, or add another step first.",
                    code="last-step",
                )
        return False


class Lane(Record):
    """A row of the map. Its kind and department say who meets the customer there."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "Department"
        CUSTOMER = "customer", "The customer alone"
        UNASSIGNED = "unassigned", "Nobody has said yet"

    slug: ClassVar = "lane"
    root: ClassVar = "journey"
    plain: ClassVar = ("kind", "department")
    place: ClassVar = Place(order="position")

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="lanes")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DEPARTMENT)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+"
    )
    position = OrderKeyField()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="department", department__isnull=False)
                | (~models.Q(kind="department") & models.Q(department=None)),
                name="department_lane_names_one",
                violation_error_message="A department's lane names the department, others do not.",
            ),
            models.UniqueConstraint(
                fields=["journey", "department"],
                condition=models.Q(kind="department"),
                name="one_lane_per_department",
                violation_error_message="This department has a lane here already.",
            ),
            models.UniqueConstraint(
                fields=["journey", "kind"],
                condition=~models.Q(kind="department"),
                name="one_lane_per_other_kind",
                violation_error_message="There is such a lane here already.",
            ),
        ]

    @property
    def label(self) -> str:
        return self.department.name if self.department else self.get_kind_display()

    def __str__(self) -> str:
        return self.label
