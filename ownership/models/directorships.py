"""Directorships, from the proposal to the end, and deputies."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.models import NameField, ProseField, Record, RecordWriter
from core.errors import Conflict
from core.plurals import Plural
from core.text import isolated
from journeys.models import Stage
from people.models import Department, Person


class Directorship(Record):
    """A person's directorship of a stage, from the proposal to its end.

    A stage's director is the person whose directorship is accepted and not ended. There is at most
    one such row for each stage, and ended rows never change. Accepted directorships of a stage
    therefore never overlap. The mandate consists of `decision_rights`, `budget`, `staff`, `department` (for which
    the person directs), `term_until` (the last day, in the workspace's time zone) and `is_interim`. The end of the
    term doesn't end the directorship, but OWN-10 reports it.
    """

    class EndReason(models.TextChoices):
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Proposal withdrawn")
        HANDED_OVER = "handed_over", _("Handed over")
        RESIGNED = "resigned", _("Stepped down")
        RELIEVED = "relieved", _("Relieved")
        RULED = "ruled", _("Ended by a ruling")
        LAPSED = "lapsed", _("Planned hand-over lapsed")

    slug: ClassVar = "directorship"
    counted: ClassVar = Plural("a directorship", "{n} directorships")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "directorship.propose": _("proposed {person} to direct “{stage}”"),
        "directorship.propose_many": _("proposed the people who claim stages as directors"),
        "directorship.accept": _("agreed to direct “{stage}”"),
        "directorship.confirm": _("confirmed the planned hand-over of “{stage}”"),
        "directorship.start": _("started the planned hand-over of “{stage}” to {person}"),
        "directorship.lapse": _("canceled the planned hand-over of “{stage}” to {person}"),
        "directorship.decline": _("declined to direct “{stage}”"),
        "directorship.withdraw": _("withdrew the proposal of {person} as director of “{stage}”"),
        "directorship.end": _("ended {person}’s directorship of “{stage}”"),
        "directorship.mandate": _("updated {person}’s mandate for “{stage}”"),
        "directorship.agree": _("agreed to {person}’s mandate for “{stage}”"),
    }

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="+", verbose_name=_("stage"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    decision_rights = ProseField(_("decision rights"), max_length=1000, blank=True, default="")
    budget = NameField(_("budget"), max_length=120, blank=True, default="")
    staff = NameField(_("staff"), max_length=120, blank=True, default="")
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    term_until = models.DateField(_("term until"), null=True, blank=True)
    is_interim = models.BooleanField(_("interim"), default=False)
    # The journey's sponsor at the time. Any change of the mandate clears both fields.
    agreed_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("mandate agreed by"),
    )
    agreed_at = models.DateTimeField(_("mandate agreed at"), null=True, blank=True)
    proposed_at = models.DateTimeField(_("proposed at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end_reason = models.CharField(
        _("end reason"), max_length=11, choices=EndReason.choices, blank=True, default=""
    )
    end_note = ProseField(_("end note"), max_length=500, blank=True, default="")
    # In a hand-over, the directorship that ends when this one is accepted, in the same gesture.
    takes_over = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("takes over"),
    )

    # A hand-over planned for a later day, in the workspace's time zone. The successor confirmed it at `confirmed_at`.
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    handover_reason = ProseField(
        _("reason for the hand-over"), max_length=500, blank=True, default=""
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("directorship")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stage"],
                condition=models.Q(accepted_at__isnull=False, ended_at=None),
                name="one_director_per_stage",
                violation_error_message=_(
                    "This stage already has a director. Hand it over, or end "
                    "the current directorship."
                ),
            ),
            models.UniqueConstraint(
                fields=["stage"],
                condition=models.Q(confirmed_at__isnull=False, accepted_at=None, ended_at=None),
                name="one_planned_hand_over_per_stage",
                violation_error_message=_(
                    "Someone else has already agreed to take over this stage. Withdraw that first."
                ),
            ),
            models.UniqueConstraint(
                fields=["stage", "person"],
                condition=models.Q(ended_at=None),
                name="one_open_directorship_per_person",
                violation_error_message=_(
                    "This person already directs this stage, or is proposed "
                    "to. Choose someone else."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, end_reason="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(end_reason="")),
                name="an_end_has_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(agreed_by=None, agreed_at=None)
                | models.Q(agreed_by__isnull=False, agreed_at__isnull=False)
                & ~models.Q(agreed_by=models.F("person")),
                name="nobody_agrees_to_their_own_mandate",
            ),
        ]

    @property
    def label(self) -> str:
        return gettext("{person} for {stage}").format(
            person=isolated(self.person.name), stage=isolated(self.stage.title)
        )

    @property
    def is_current(self) -> bool:
        return self.accepted_at is not None and self.ended_at is None

    @classmethod
    def before_removal(cls, recorder: RecordWriter, going: dict[type[Record], list[Any]]) -> bool:
        """Raise Conflict if a stage with a current directorship would be removed. Return False: nothing is written."""
        current = next((row for row in going.get(cls, []) if row.is_current), None)
        if current is not None:
            raise Conflict(
                gettext("{name} directs “{title}”. End the directorship first.").format(
                    name=current.person.name, title=current.stage.title
                ),
                code="stage-has-director",
            )
        return False


class Deputy(Record):
    """A person who acts for the director while the director is unavailable.

    The term includes the days `since` and `until`. If `until` is null, the term has no end.
    """

    slug: ClassVar = "deputy"
    counted: ClassVar = Plural("a deputy", "{n} deputies")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "deputy.name": _("named {person} as deputy of {directorship}"),
        "deputy.end": _("ended {person}’s term as deputy of {directorship}"),
    }

    directorship = models.ForeignKey(
        Directorship, models.CASCADE, related_name="deputies", verbose_name=_("directorship")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("deputy")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["directorship", "person"],
                condition=models.Q(until=None),
                name="one_open_deputy_per_person",
                violation_error_message=_(
                    "This person is already a deputy for this directorship. Choose someone else."
                ),
            ),
        ]
