"""Contests about stages, their parties, and the rulings and appeals that settle them."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.models import ProseField, Record, RecordWriter
from core.errors import Conflict
from core.plurals import Plural
from core.text import isolated
from journeys.models import Stage
from people.models import Department, Person
from workspaces.models import Member


class Contest(Record):
    """A dispute about a stage, opened as soon as two or more people claim it.

    It is open until it is ruled on, or until only one of them still claims the stage. The parties are asked to
    talk first: nobody may rule until the day after `talk_until`, unless every party asks for a ruling.
    """

    class Outcome(models.TextChoices):
        RULED = "ruled", _("Ruled")
        WITHDRAWN = "withdrawn", _("Only one claim left")

    slug: ClassVar = "contest"
    counted: ClassVar = Plural("a contest", "{n} contests")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "contest.rule": _("ruled on the contest over “{stage}”"),
    }

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="+", verbose_name=_("stage"))
    opened_at = models.DateTimeField(_("opened at"))
    changed_at = models.DateTimeField(_("changed at"))  # the last change of a party or a case
    talk_until = models.DateField(_("talk until"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=9, choices=Outcome.choices, blank=True, default=""
    )

    class Meta(Record.Meta):
        verbose_name = _("contest")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stage"],
                condition=models.Q(settled_at=None),
                name="one_open_contest_per_stage",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at=None, outcome="")
                | (models.Q(settled_at__isnull=False) & ~models.Q(outcome="")),
                name="a_settled_contest_has_an_outcome",
            ),
        ]

    @property
    def label(self) -> str:
        return gettext("the contest over {stage}").format(stage=isolated(self.stage.title))

    def get_absolute_url(self) -> str:
        """Return the path of the contest's page."""
        return reverse("contest", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.settled_at is None

    @classmethod
    def before_removal(cls, recorder: RecordWriter, going: dict[type[Record], list[Any]]) -> bool:
        """Raise Conflict if a stage with an open contest would be removed."""
        contest = next((row for row in going.get(cls, []) if row.is_open), None)
        if contest is not None:
            raise Conflict(
                gettext("“{title}” is contested. Settle the contest first.").format(
                    title=contest.stage.title
                ),
                code="stage-contested",
            )
        return False


class Party(Record):
    """A person who claims a contested stage, with their case. The department is the one they claim it for.

    A party whose claim has ended has left the contest.
    """

    class Ability(models.TextChoices):
        """Whether the party says that it can change what customers experience within 30 days."""

        YES = "yes", _("Yes")
        PARTLY = "partly", _("Partly")
        NO = "no", _("No")

    slug: ClassVar = "party"
    counted: ClassVar = Plural("a party", "{n} parties")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "party.state": _("stated {person}’s case in {contest}"),
        "party.ask": _("asked for a ruling in {contest}"),
    }

    contest = models.ForeignKey(
        Contest, models.CASCADE, related_name="parties", verbose_name=_("contest")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    statement = ProseField(_("case"), max_length=2000, blank=True, default="")
    can_change_soon = models.CharField(
        _("can change it in 30 days"), max_length=6, choices=Ability.choices, blank=True, default=""
    )
    stated_at = models.DateTimeField(_("stated at"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked for a ruling at"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("party")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contest", "person"], name="one_party_per_person"),
        ]


class Ruling(Record):
    """A decision about a contest: who answers for the stage, and why.

    `person` directs the stage, or is proposed to direct it if they aren't a party. If the stage is split,
    `second_person` directs the new stage. `facts` are those that were shown beside the cases. Another ruling on
    the same contest follows an appeal that was granted.
    """

    class Kind(models.TextChoices):
        UPHOLD = "uphold", _("One of the parties")
        SPLIT = "split", _("Split the stage")
        OTHER = "other", _("Somebody else")
        NOBODY = "nobody", _("Nobody for now")

    slug: ClassVar = "ruling"
    counted: ClassVar = Plural("a ruling", "{n} rulings")
    scope: ClassVar = "ownership"

    contest = models.ForeignKey(
        Contest, models.CASCADE, related_name="rulings", verbose_name=_("contest")
    )
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    second_person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second person"),
    )
    reason = ProseField(_("reason"), max_length=2000)
    facts = models.JSONField(_("facts"), default=list, blank=True)
    ruled_at = models.DateTimeField(_("ruled at"))
    ruled_by = models.ForeignKey(
        Member, models.PROTECT, related_name="+", verbose_name=_("ruled by")
    )

    class Meta(Record.Meta):
        verbose_name = _("ruling")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="nobody", person=None)
                | (~models.Q(kind="nobody") & models.Q(person__isnull=False)),
                name="a_ruling_names_a_person_unless_nobody",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="split", second_person__isnull=False)
                | (~models.Q(kind="split") & models.Q(second_person=None)),
                name="a_split_names_two_persons",
            ),
        ]


class Appeal(Record):
    """A party's objection to a ruling, which each party can make once, within 14 days of the ruling."""

    class Outcome(models.TextChoices):
        REJECTED = "rejected", _("The ruling stands")
        GRANTED = "granted", _("Decided again")

    slug: ClassVar = "appeal"
    counted: ClassVar = Plural("an appeal", "{n} appeals")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "appeal.make": _("appealed for {person}"),
        "appeal.reject": _("rejected {person}’s appeal"),
        "appeal.grant": _("granted {person}’s appeal"),
    }

    ruling = models.ForeignKey(
        Ruling, models.CASCADE, related_name="appeals", verbose_name=_("ruling")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    grounds = ProseField(_("grounds"), max_length=2000)
    made_at = models.DateTimeField(_("made at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=8, choices=Outcome.choices, blank=True, default=""
    )
    answer = ProseField(_("answer"), max_length=2000, blank=True, default="")

    class Meta(Record.Meta):
        verbose_name = _("appeal")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ruling", "person"],
                name="one_appeal_per_party",
                violation_error_message=_(
                    "You have already appealed against this ruling. Each party can appeal once."
                ),
            ),
        ]
