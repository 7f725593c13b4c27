"""Ownership records: directorships, deputies, claims, appointments and flags; and audit runs.

Ops cannot write these records. Each type has rules that only its services enforce.
"""

from typing import Any, ClassVar

from django.db import models

from changes.models import CountSummary, NameField, ProseField, Record, RecordWriter
from core.errors import Conflict
from core.text import isolated
from journeys.models import Journey, Stage
from people.models import Department, Person


class Directorship(Record):
    """A dated record of one person directing one stage: proposed, accepted, ended.

    The stage's director is the person of the directorship that is accepted and not ended. Ended
    rows never change, so past directorships cannot overlap. The mandate consists of
    `decision_rights`, `budget` and `staff`.
    """

    class EndReason(models.TextChoices):
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Proposal withdrawn"
        HANDED_OVER = "handed_over", "Handed over"
        RESIGNED = "resigned", "Stepped down"
        RELIEVED = "relieved", "Relieved"

    slug: ClassVar = "directorship"
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "directorship.propose": "proposed {person} to direct “{stage}”",
        "directorship.accept": "agreed to direct “{stage}”",
        "directorship.decline": "declined to direct “{stage}”",
        "directorship.withdraw": "withdrew the proposal of {person} as director of “{stage}”",
        "directorship.end": "ended {person}’s directorship of “{stage}”",
        "directorship.mandate": "updated {person}’s mandate for “{stage}”",
    }

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decision_rights = ProseField(max_length=1000, blank=True, default="")
    budget = NameField(max_length=120, blank=True, default="")
    staff = NameField(max_length=120, blank=True, default="")
    proposed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=11, choices=EndReason.choices, blank=True, default="")
    end_note = ProseField(max_length=500, blank=True, default="")
    # In a hand-over, the directorship that ends when this one is accepted, in the same gesture.
    takes_over = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stage"],
                condition=models.Q(accepted_at__isnull=False, ended_at=None),
                name="one_director_per_stage",
                violation_error_message="This stage already has a director. Hand it over, or end "
                "the current directorship.",
            ),
            models.UniqueConstraint(
                fields=["stage", "person"],
                condition=models.Q(ended_at=None),
                name="one_open_directorship_per_person",
                violation_error_message="This person already directs this stage, or is proposed "
                "to. Choose someone else.",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, end_reason="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(end_reason="")),
                name="an_end_has_a_reason",
            ),
        ]

    @property
    def label(self) -> str:
        return f"{isolated(self.person.name)} for {isolated(self.stage.title)}"

    @property
    def is_current(self) -> bool:
        return self.accepted_at is not None and self.ended_at is None

    @classmethod
    def before_removal(cls, recorder: RecordWriter, going: dict[type[Record], list[Any]]) -> bool:
        """Raise Conflict if a stage with a current directorship would be removed."""
        current = next((row for row in going.get(cls, []) if row.is_current), None)
        if current is not None:
            raise Conflict(
                f"{current.person.name} directs “{current.stage.title}”. "
                "End the directorship first.",
                code="stage-has-director",
            )
        return False


class Deputy(Record):
    """A person who stands in while the director is unavailable.

    The term runs from `since` through `until`. It has no end if `until` is null.
    """

    slug: ClassVar = "deputy"
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "deputy.name": "named {person} as deputy of {directorship}",
        "deputy.end": "ended {person}’s term as deputy of {directorship}",
    }

    directorship = models.ForeignKey(Directorship, models.CASCADE, related_name="deputies")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["directorship", "person"],
                condition=models.Q(until=None),
                name="one_open_deputy_per_person",
                violation_error_message="This person is already a deputy for this directorship. "
                "Choose someone else.",
            ),
        ]


class Claim(Record):
    """A person's statement, for a department, that a stage is theirs, or isn't (disclaimer)."""

    class Kind(models.TextChoices):
        CLAIM = "claim", "Claim"
        DISCLAIMER = "disclaimer", "Disclaimer"

    slug: ClassVar = "claim"
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "claim.make": "claimed “{stage}” for {department}",
        "disclaimer.make": "disclaimed “{stage}” for {department}",
        "claim.withdraw": "withdrew the claim of {department} to “{stage}”",
        "disclaimer.withdraw": "withdrew the disclaimer of {department} for “{stage}”",
    }

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CLAIM)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    statement = ProseField(max_length=1000, blank=True, default="")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stage", "person", "department"],
                condition=models.Q(withdrawn_at=None),
                name="one_live_claim_each",
                violation_error_message="This person already has a claim or disclaimer here. "
                "Withdraw it first.",
            ),
        ]


class Appointment(Record):
    """A dated record of a journey's producer (responsible for all of it) or executive sponsor."""

    class Office(models.TextChoices):
        PRODUCER = "producer", "Producer"
        SPONSOR = "sponsor", "Sponsor"

    slug: ClassVar = "appointment"
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "producer.appoint": "appointed {person} as producer",
        "sponsor.appoint": "appointed {person} as sponsor",
        "producer.end": "ended {person}’s appointment as producer",
        "sponsor.end": "ended {person}’s appointment as sponsor",
    }

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="+")
    office = models.CharField(max_length=8, choices=Office.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    appointed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["journey", "office"],
                condition=models.Q(ended_at=None),
                name="one_holder_per_office",
                violation_error_message="Someone already holds this office. End that appointment "
                "first.",
            ),
        ]


class Flag(Record):
    """A finding of the audit. There is one row per fingerprint (rule and subject).

    The row is reused when the same problem comes back. The subject is named by type and id
    without a foreign key, so that it can be of any type and the flag outlives it. A dismissal
    holds until `dismissed_until` or until the severity rises.
    """

    class Severity(models.TextChoices):
        INFO = "info", "Info"
        WARN = "warn", "Warning"
        CRITICAL = "critical", "Critical"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        RESOLVED = "resolved", "Resolved"
        DISMISSED = "dismissed", "Dismissed"

    slug: ClassVar = "flag"
    max_per_stream: ClassVar = None  # the audit must be able to store every finding
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "flag.acknowledge": "acknowledged the flag {rule}",
        "flag.dismiss": "dismissed the flag {rule}: {reason}",
    }
    count_texts: ClassVar = {
        "audit.run": CountSummary(
            "The audit",
            {"open": "opened {}", "resolved": "resolved {}", None: "updated {}"},
        )
    }

    rule = models.CharField(max_length=6)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    severity = models.CharField(max_length=8, choices=Severity.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    evidence = models.JSONField(default=dict, blank=True)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    reason = ProseField(max_length=500, blank=True, default="")  # why it was dismissed
    dismissed_until = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "rule", "subject_id"], name="one_flag_per_fingerprint"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="dismissed")
                | (~models.Q(reason="") & models.Q(dismissed_until__isnull=False)),
                name="a_dismissal_has_reason_and_expiry",
                violation_error_message="Enter a reason and an expiry date.",
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


class AuditRun(models.Model):
    """One run of the audit: its scope and, per rule, opened, kept, resolved, skipped, seconds.

    Not a record, so it is not in the log. A kept flag was last seen in its rule's latest run.
    """

    workspace = models.ForeignKey("workspaces.Workspace", models.PROTECT, related_name="+")
    journeys = models.JSONField(null=True)  # the scope: journey ids, or null for all journeys
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rules = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "-started_at"], name="last_runs")]
