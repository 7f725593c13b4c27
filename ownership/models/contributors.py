"""Departments and persons that take part in a stage, beside the one who answers for it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from changes.models import Record
from core.plurals import Plural
from journeys.models import Stage
from people.models import Department, Person


class Contributor(Record):
    """The part that a department or a person has in a stage.

    Who is accountable isn't stored here: it is the stage's director.
    """

    class Part(models.TextChoices):
        RESPONSIBLE = "responsible", _("Responsible")
        CONSULTED = "consulted", _("Consulted")
        INFORMED = "informed", _("Informed")

    slug: ClassVar = "contributor"
    counted: ClassVar = Plural("a contributor", "{n} contributors")
    action_texts: ClassVar = {
        "contributor.create": _("added a contributor to “{stage}”"),
        "contributor.update": _("changed the part of a contributor to “{stage}”"),
        "contributor.remove": _("removed a contributor from “{stage}”"),
        "responsibilities.update": _("changed who takes part in the stages"),
    }

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="+", verbose_name=_("stage"))
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    part = models.CharField(_("part"), max_length=11, choices=Part.choices)

    class Meta(Record.Meta):
        verbose_name = _("contributor")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(department=None, person__isnull=False)
                | models.Q(department__isnull=False, person=None),
                name="a_contributor_is_a_department_or_a_person",
            ),
            models.UniqueConstraint(
                fields=["stage", "department"],
                name="one_part_per_department",
                violation_error_message=_("This department already has a part in this stage."),
            ),
            models.UniqueConstraint(
                fields=["stage", "person"],
                name="one_part_per_person",
                violation_error_message=_("This person already has a part in this stage."),
            ),
        ]
