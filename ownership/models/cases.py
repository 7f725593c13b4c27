"""Cases: what an ombudsman raises on behalf of the customers of a stage, and what it was answered."""

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
from people.models import Department
from workspaces.models import Member


class Case(Record):
    """Something that went wrong for customers in a stage, which an ombudsman raised.

    The stage's director, or else the journey's producer or sponsor, answers by `due_on`, a day in the workspace's
    time zone. If nobody has answered by then, `missed_due_on` is set to this day. An ombudsman who doesn't belong to
    the department concerned closes it.
    """

    class Kind(models.TextChoices):
        NEGLECTED = "neglected", _("Neglected")
        BROKEN_PROMISE = "broken_promise", _("Broken promise")
        ABUSED = "abused", _("Abused")
        OTHER = "other", _("Other")

    class Outcome(models.TextChoices):
        PUT_RIGHT = "put_right", _("Put right")
        NOT_PUT_RIGHT = "not_put_right", _("Not put right")
        UNFOUNDED = "unfounded", _("Unfounded")

    slug: ClassVar = "case"
    counted: ClassVar = Plural("a case", "{n} cases")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "case.open": _("opened a case about “{stage}”"),
        "case.overdue": _("recorded that the case about “{stage}” is overdue"),
        "case.close": _("closed the case about “{stage}”"),
    }

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="+", verbose_name=_("stage"))
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department concerned")
    )
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    account = ProseField(_("what happened"), max_length=2000)
    evidence = ProseField(_("evidence"), max_length=2000, blank=True, default="")
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.ForeignKey(
        Member, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    due_on = models.DateField(_("answer due on"))
    answered_at = models.DateTimeField(_("first answered at"), null=True, blank=True)
    # Set by overdue_cases.py, so that the log has a change that webhooks can report.
    missed_due_on = models.DateField(_("due date missed"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        Member,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("closed by"),
    )
    outcome = models.CharField(
        _("outcome"), max_length=13, choices=Outcome.choices, blank=True, default=""
    )
    reason = ProseField(_("reason"), max_length=2000, blank=True, default="")

    class Meta(Record.Meta):
        verbose_name = _("case")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(closed_at=None, outcome="", reason="")
                | (
                    models.Q(closed_at__isnull=False) & ~models.Q(outcome="") & ~models.Q(reason="")
                ),
                name="a_closed_case_has_an_outcome_and_a_reason",
            ),
        ]

    @property
    def label(self) -> str:
        return gettext("the case about {stage}").format(stage=isolated(self.stage.title))

    def get_absolute_url(self) -> str:
        """Return the path of the case's page."""
        return reverse("case", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @classmethod
    def before_removal(cls, recorder: RecordWriter, going: dict[type[Record], list[Any]]) -> bool:
        """Raise Conflict if a stage with an open case would be removed."""
        case = next((row for row in going.get(cls, []) if row.is_open), None)
        if case is not None:
            raise Conflict(
                gettext("“{title}” has an open case. Close the case first.").format(
                    title=case.stage.title
                ),
                code="stage-has-case",
            )
        return False


class CaseAnswer(Record):
    """An answer to a case, by the stage's director or the journey's producer or sponsor."""

    slug: ClassVar = "case_answer"
    counted: ClassVar = Plural("an answer", "{n} answers")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {"case.answer": _("answered {case}")}

    case = models.ForeignKey(Case, models.CASCADE, related_name="answers", verbose_name=_("case"))
    text = ProseField(_("answer"), max_length=2000)
    answered_at = models.DateTimeField(_("answered at"))
    answered_by = models.ForeignKey(
        Member, models.PROTECT, related_name="+", verbose_name=_("answered by")
    )

    class Meta(Record.Meta):
        verbose_name = _("answer to a case")
