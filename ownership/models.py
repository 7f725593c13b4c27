"""Ownership records: directorships, deputies, claims, appointments and flags. Also audit runs.

Ops can't write these records, because each type has rules that only its services enforce. StageStanding
determines who is responsible for a stage, according to these records.
"""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.models import CountSummary, NameField, ProseField, Record, RecordWriter
from changes.stream_kinds import DIRECTORY
from core.errors import Conflict
from core.plurals import Plural
from core.text import isolated
from journeys.models import Journey, Stage
from people.models import Department, Person


class Directorship(Record):
    """A person's directorship of a stage, from the proposal to its end.

    A stage's director is the person whose directorship is accepted and not ended. Ended rows never
    change, so past directorships can't overlap. The mandate is in `decision_rights`, `budget` and
    `staff`.
    """

    class EndReason(models.TextChoices):
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Proposal withdrawn")
        HANDED_OVER = "handed_over", _("Handed over")
        RESIGNED = "resigned", _("Stepped down")
        RELIEVED = "relieved", _("Relieved")

    slug: ClassVar = "directorship"
    counted: ClassVar = Plural("a directorship", "{n} directorships")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "directorship.propose": _("proposed {person} to direct “{stage}”"),
        "directorship.accept": _("agreed to direct “{stage}”"),
        "directorship.decline": _("declined to direct “{stage}”"),
        "directorship.withdraw": _("withdrew the proposal of {person} as director of “{stage}”"),
        "directorship.end": _("ended {person}’s directorship of “{stage}”"),
        "directorship.mandate": _("updated {person}’s mandate for “{stage}”"),
    }

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="+", verbose_name=_("stage"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    decision_rights = ProseField(_("decision rights"), max_length=1000, blank=True, default="")
    budget = NameField(_("budget"), max_length=120, blank=True, default="")
    staff = NameField(_("staff"), max_length=120, blank=True, default="")
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
        """Raise Conflict if a stage with a current directorship would be removed."""
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

    The term includes `since` and `until`. It has no end if `until` is null.
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


class Claim(Record):
    """A person's statement that a stage belongs to a department (or, as a disclaimer, doesn't)."""

    class Kind(models.TextChoices):
        CLAIM = "claim", _("Claim")
        DISCLAIMER = "disclaimer", _("Disclaimer")

    slug: ClassVar = "claim"
    counted: ClassVar = Plural("a claim", "{n} claims")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "claim.make": _("claimed “{stage}” for {department}"),
        "disclaimer.make": _("disclaimed “{stage}” for {department}"),
        "claim.withdraw": _("withdrew the claim of {department} to “{stage}”"),
        "disclaimer.withdraw": _("withdrew the disclaimer of {department} for “{stage}”"),
    }

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="+", verbose_name=_("stage"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CLAIM)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department")
    )
    statement = ProseField(_("statement"), max_length=1000, blank=True, default="")
    made_at = models.DateTimeField(_("made at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("claim")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stage", "person", "department"],
                condition=models.Q(withdrawn_at=None),
                name="one_live_claim_each",
                violation_error_message=_(
                    "This person already has a claim or disclaimer here. Withdraw it first."
                ),
            ),
        ]


class Appointment(Record):
    """The appointment of a journey's producer (responsible for all of it) or executive sponsor."""

    class Office(models.TextChoices):
        PRODUCER = "producer", _("Producer")
        SPONSOR = "sponsor", _("Sponsor")

    slug: ClassVar = "appointment"
    counted: ClassVar = Plural("an appointment", "{n} appointments")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "producer.appoint": _("appointed {person} as producer"),
        "sponsor.appoint": _("appointed {person} as sponsor"),
        "producer.end": _("ended {person}’s appointment as producer"),
        "sponsor.end": _("ended {person}’s appointment as sponsor"),
    }

    journey = models.ForeignKey(
        Journey, models.CASCADE, related_name="+", verbose_name=_("journey")
    )
    office = models.CharField(_("office"), max_length=8, choices=Office.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    appointed_at = models.DateTimeField(_("appointed at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("appointment")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["journey", "office"],
                condition=models.Q(ended_at=None),
                name="one_holder_per_office",
                violation_error_message=_(
                    "Someone already holds this office. End that appointment first."
                ),
            ),
        ]


class Flag(Record):
    """A finding of the audit. There is one row for each rule and subject (the fingerprint).

    The row is reused if the same problem occurs again. The subject has a type and an id but no foreign key, so
    that it can be of any type, and can be removed before the flag. A dismissal ends at `dismissed_until`, or
    when the severity rises.
    """

    class Severity(models.TextChoices):
        INFO = "info", _("Info")
        WARN = "warn", _("Warning")
        CRITICAL = "critical", _("Critical")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        RESOLVED = "resolved", _("Resolved")
        DISMISSED = "dismissed", _("Dismissed")

    slug: ClassVar = "flag"
    other_stream_kinds: ClassVar = (DIRECTORY,)  # for example, about a person
    counted: ClassVar = Plural("a flag", "{n} flags")
    max_per_stream: ClassVar = None  # the audit must be able to store every finding
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "flag.acknowledge": _("acknowledged the flag {rule}"),
        "flag.dismiss": _("dismissed the flag {rule}: {reason}"),
    }
    count_texts: ClassVar = {
        "audit.run": CountSummary(
            _("The audit"),
            {
                "open": _("opened {what}"),
                "resolved": _("resolved {what}"),
                None: _("updated {what}"),
            },
        )
    }

    rule = models.CharField(_("rule"), max_length=12)
    subject_type = models.CharField(_("subject type"), max_length=40)
    subject_id = models.UUIDField(_("subject id"))
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.OPEN)
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    reason = ProseField(_("reason"), max_length=500, blank=True, default="")  # why it was dismissed
    dismissed_until = models.DateTimeField(_("dismissed until"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("flag")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "rule", "subject_id"], name="one_flag_per_fingerprint"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="dismissed")
                | (~models.Q(reason="") & models.Q(dismissed_until__isnull=False)),
                name="a_dismissal_has_reason_and_expiry",
                violation_error_message=_("Enter a reason and an expiry date."),
            ),
        ]
        indexes: ClassVar = [
            *Record.Meta.indexes,
            # The ownership page and the inbox read unresolved flags.
            models.Index(
                fields=["workspace", "rule"],
                condition=~models.Q(state="resolved"),
                name="flag_unresolved",
            ),
        ]


class StageStanding(models.Model):
    """Who is responsible for a stage: a row of the view `ownership_standing`, which is the only definition.

    The first state that applies: contested, if two or more people claim the stage (a directorship counts as its
    holder's claim); vacant, if it has no director; orphaned, if its director is absent and has no deputy;
    otherwise owned. frontend/src/model/ownership.ts repeats the definition, and
    tests/ownership/owner_vectors.json tests both.
    """

    class State(models.TextChoices):
        OWNED = "owned", _("One director")
        VACANT = "vacant", _("Nobody")
        CONTESTED = "contested", _("Two or more claim it")
        ORPHANED = "orphaned", _("Director is gone")

    class Absence(models.TextChoices):
        """Why a director is absent."""

        LEFT = "left", _("Has left")
        NO_LOGIN = "no-login", _("Can’t sign in any more")
        NO_DEPARTMENT = "no-department", _("Not in any department")

    stage = models.OneToOneField(Stage, models.DO_NOTHING, primary_key=True, related_name="+")
    workspace = models.ForeignKey("workspaces.Workspace", models.DO_NOTHING, related_name="+")
    journey = models.ForeignKey(Journey, models.DO_NOTHING, related_name="+")
    # Whether coverage includes the stage: its journey is live, shows the current state, and is not a template.
    is_counted = models.BooleanField()
    state = models.CharField(max_length=9, choices=State.choices)
    directorship = models.ForeignKey(Directorship, models.DO_NOTHING, null=True, related_name="+")
    director = models.ForeignKey(Person, models.DO_NOTHING, null=True, related_name="+")
    absence = models.CharField(max_length=13, choices=Absence.choices, null=True)  # noqa: DJ001
    claimants = ArrayField(models.UUIDField())  # persons, the director first
    since = models.DateTimeField(
        null=True
    )  # null if the state has never changed or the time is unknown

    class Meta:
        managed = False
        db_table = "ownership_standing"


class AuditRun(models.Model):
    """A run of the audit, with its scope and its results for each rule.

    It isn't a record, so it isn't in the log. A flag that was kept was last found by its rule's
    latest run.
    """

    workspace = models.ForeignKey("workspaces.Workspace", models.PROTECT, related_name="+")
    journeys = models.JSONField(null=True)  # the scope: journey ids, or null for all journeys
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rules = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "-started_at"], name="last_runs")]
