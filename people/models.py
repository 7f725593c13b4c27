"""Departments, persons, placements and absences. All are records of the workspace's directory."""

from typing import ClassVar
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.models import NameField, Record, directory_only
from changes.stream_kinds import DIRECTORY
from core.actors import PEOPLE
from core.plurals import Plural
from core.search import SearchName
from core.text import isolated
from workspaces.models import Member


class Department(Record):
    """A part of the company. `hue` names a pair of design tokens; `glyph` names an icon."""

    class Hue(models.TextChoices):
        RETAIL = "retail", _("Blue")
        DIGITAL = "digital", _("Teal")
        NETWORK = "network", _("Ochre")
        BILLING = "billing", _("Violet")
        CARE = "care", _("Crimson")
        OPS = "ops", _("Slate")

    slug: ClassVar = "department"
    stream_kind: ClassVar = DIRECTORY
    counted: ClassVar = Plural("a department", "{n} departments")
    scope: ClassVar = "people"
    required_right: ClassVar = PEOPLE
    op_fields: ClassVar = ("name", "hue", "glyph", "is_archived")

    name = NameField(_("name"), max_length=120)
    hue = models.CharField(_("hue"), max_length=8, choices=Hue.choices, default=Hue.OPS)
    glyph = models.CharField(_("glyph"), max_length=30, default="building-2")
    is_archived = models.BooleanField(_("is archived"), default=False)

    class Meta(Record.Meta):
        verbose_name = _("department")
        constraints: ClassVar = [
            directory_only("department"),
            models.UniqueConstraint(
                "workspace",
                models.functions.Lower("name"),
                name="department_name_once",
                violation_error_message=_(
                    "A department with this name already exists. Use another name."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Person(Record):
    """Someone who can be responsible for something. `member` is their login, if they have one."""

    slug: ClassVar = "person"
    stream_kind: ClassVar = DIRECTORY
    counted: ClassVar = Plural("a person", "{n} persons")
    max_per_stream: ClassVar = 100_000
    scope: ClassVar = "people"
    required_right: ClassVar = PEOPLE
    op_fields: ClassVar = ("name", "email", "job_title", "member", "left_on")
    action_texts: ClassVar = {
        "person.join": _("joined the directory as {name}"),
        "person.leave": _("set the last day of {name}"),
        "person.return": _("recorded that {name} has returned"),
    }

    name = NameField(_("name"), max_length=120)
    email = models.EmailField(_("email"), blank=True, default="")
    job_title = NameField(_("job title"), max_length=120, blank=True, default="")
    # PROTECT, like every foreign key across streams. Memberships end, but are never deleted.
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("member")
    )
    left_on = models.DateField(_("left on"), null=True, blank=True)  # the last day in the company
    search_name = models.GeneratedField(
        expression=SearchName("name"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    class Meta(Record.Meta):
        verbose_name = _("person")
        indexes: ClassVar = [
            *Record.Meta.indexes,
            models.Index(fields=["workspace", "search_name"], name="person_by_search_name"),
        ]
        constraints: ClassVar = [
            directory_only("person"),
            models.UniqueConstraint(
                "workspace",
                models.functions.Lower("email"),
                condition=~models.Q(email=""),
                name="person_email_once",
                violation_error_message=_("A person with this e-mail address already exists."),
            ),
            models.UniqueConstraint(
                fields=["workspace", "member"],
                condition=models.Q(member__isnull=False),
                name="one_person_per_member",
                violation_error_message=_(
                    "This login is already linked to another person. Choose another login."
                ),
            ),
        ]

    def get_absolute_url(self) -> str:
        """Return the path of the People page, filtered by this name.

        It reads the workspace, so load it together with the person (select_related).
        """
        path = reverse("people", args=[self.workspace.slug])
        return f"{path}?{urlencode({'q': self.name})}#person-{self.pk}"

    def __str__(self) -> str:
        return self.name


class Placement(Record):
    """A period in which a person works in a department. `until` is the last day, or null."""

    slug: ClassVar = "placement"
    stream_kind: ClassVar = DIRECTORY
    counted: ClassVar = Plural("a placement", "{n} placements")
    max_per_stream: ClassVar = 100_000
    scope: ClassVar = "people"
    required_right: ClassVar = PEOPLE
    op_fields: ClassVar = ("person", "department", "since", "until", "is_head")

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="placements", verbose_name=_("person")
    )
    department = models.ForeignKey(
        Department, models.CASCADE, related_name="placements", verbose_name=_("department")
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    is_head = models.BooleanField(_("heads the department"), default=False)

    class Meta(Record.Meta):
        verbose_name = _("placement")
        constraints: ClassVar = [
            directory_only("placement"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="placement_ends_after_it_begins",
                violation_error_message=_(
                    "A placement can’t end before it begins. Choose a later end."
                ),
            ),
            models.UniqueConstraint(
                fields=["person", "department"],
                condition=models.Q(until=None),
                name="one_open_placement_per_department",
                violation_error_message=_(
                    "This person is already in this department. End that placement first."
                ),
            ),
        ]

    @property
    def label(self) -> str:
        return gettext("{person} in {department}").format(
            person=isolated(self.person.name), department=isolated(self.department.name)
        )


class Absence(Record):
    """A period in which a person is away. `since` and `until` are its first and last day.

    The days are those of the workspace's time zone. During the absence, `stand_in`, if set, gets the person's notices.
    Absences of a person don't overlap; people/absences.py checks this.
    """

    slug: ClassVar = "absence"
    stream_kind: ClassVar = DIRECTORY
    counted: ClassVar = Plural("an absence", "{n} absences")
    max_per_stream: ClassVar = 100_000
    scope: ClassVar = "people"
    action_texts: ClassVar = {
        "absence.create": _("recorded an absence of {person}"),
        "absence.update": _("changed an absence of {person}"),
        "absence.end": _("ended an absence of {person}"),
    }

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="absences", verbose_name=_("person")
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"))
    stand_in = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stand-in"),
    )

    class Meta(Record.Meta):
        verbose_name = _("absence")
        constraints: ClassVar = [
            directory_only("absence"),
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")),
                name="absence_ends_after_it_begins",
                violation_error_message=_(
                    "An absence can’t end before it begins. Choose a later last day."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(stand_in=None) | ~models.Q(stand_in=models.F("person")),
                name="nobody_stands_in_for_themselves",
                violation_error_message=_("You can’t stand in for yourself. Choose someone else."),
            ),
        ]

    @property
    def label(self) -> str:
        return gettext("the absence of {person}").format(person=isolated(self.person.name))
