"""Merges and splits of departments."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from changes.models import ProseField, Record, directory_only
from changes.stream_kinds import DIRECTORY
from core.actors import PEOPLE
from core.plurals import Plural
from people.models import Department
from workspaces.models import Member


class Reorganization(Record):
    """The merge of a department into another one, or the split of a new department from it.

    Trends refer to it to show why figures changed on `effective_on`. `figures` has the number of changed records by
    kind (reorganization_plans.ItemKind).
    """

    class Kind(models.TextChoices):
        MERGE = "merge", _("Merge")
        SPLIT = "split", _("Split")

    slug: ClassVar = "reorganization"
    stream_kind: ClassVar = DIRECTORY
    counted: ClassVar = Plural("a reorganization", "{n} reorganizations")
    scope: ClassVar = "people"
    required_right: ClassVar = PEOPLE
    action_texts: ClassVar = {
        "department.merge": _("merged {department} into {into}: {reason}"),
        "department.split": _("split off {into} from {department}: {reason}"),
    }

    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    department = models.ForeignKey(
        Department, models.CASCADE, related_name="+", verbose_name=_("department")
    )
    into = models.ForeignKey(Department, models.CASCADE, related_name="+", verbose_name=_("into"))
    effective_on = models.DateField(_("effective on"))
    reason = ProseField(_("reason"), max_length=1000)
    figures = models.JSONField(_("figures"), default=dict, blank=True)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )

    class Meta(Record.Meta):
        verbose_name = _("reorganization")
        constraints: ClassVar = [directory_only("reorganization")]
