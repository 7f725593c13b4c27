"""Who answers for what: directorships, deputies, claims, producers and sponsors, and flags.

None of these is open to ops: each has rules, so each is written by a service.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from changes.models import CountSummary, NameField, ProseField, Record
from core.errors import Conflict
from core.text import isolated
from journeys.models import Journey, Stage
from people.models import Department, Person

if TYPE_CHECKING:
    from changes.services import Recorder


class Directorship(Record):
    """A dated record of one person directing one stage: proposed, accepted, ended.

    Director = the holder of the one that is accepted and not ended. Ended rows never change,
    so history cannot overlap. The mandate is `decision_rights`, `budget` and `staff`.
    """

    class EndReason(models.TextChoices):
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Proposal withdrawn"
        HANDED_OVER = "handed_over", "Handed over"
        RESIGNED = "resigned", "Stepped down"
        RELIEVED = "relieved", "Ended by those who appoint"

    slug: ClassVar = "directorship"
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "directorship.propose": "proposed {person} to direct “{stage}”",
        "directorship.accept": "agreed to direct “{stage}”",
        "directorship.decline": "declined to direct “{stage}”",
        "directorship.withdraw": "took back the proposal of {person} for “{stage}”",
        "directorship.end": "ended {person}’s directorship of “{stage}”",
        "directorship.mandate": "wrote down what {person} may decide for “{stage}”",
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
    # A hand-over: accepting this ends that one, in one gesture.
    takes_over = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stage"],
                condition=models.Q(accepted_at__isnull=False, ended_at=None),
                name="one_director_per_stage",
                violation_error_message="This stage has a director already. Hand over, or end it.",
            ),
            models.UniqueConstraint(
                fields=["stage", "person"],
                condition=models.Q(ended_at=None),
                name="one_open_directorship_per_person",
                violation_error_message="This person is proposed or director here already.",
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
    def before_removal(cls, recorder: "Recorder", going: dict[type[Record], list[Any]]) -> bool:
        """Refuse to take a current directorship along with its stage."""
        current = next((row for row in going.get(cls, []) if row.is_current), None)
        if current is not None:
            raise Conflict(
                f"{current.person.name} directs “{current.stage.title}”. "
                "End the directorship first.",
                code="stage-has-director",
            )
        return False


class Deputy(Record):
    """Somebody who answers while the director cannot; active while `until` is open or ahead."""

    slug: ClassVar = "deputy"
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "deputy.name": "named {person} as deputy of {directorship}",
        "deputy.end": "ended {person} as deputy of {directorship}",
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
                violation_error_message="This person is deputy here already.",
            ),
        ]


class Claim(Record):
    """A person's word, for a department: this stage is ours (claim), or is not (disclaimer)."""

    class Kind(models.TextChoices):
        CLAIM = "claim", "Claim"
        DISCLAIMER = "disclaimer", "Disclaimer"

    slug: ClassVar = "claim"
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "claim.make": "claimed “{stage}” for {department}",
        "disclaimer.make": "said that “{stage}” does not belong to {department}",
        "claim.withdraw": "took back the claim of {department} on “{stage}”",
        "disclaimer.withdraw": "took back that “{stage}” does not belong to {department}",
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
                violation_error_message="This person has a live claim or disclaimer here already.",
            ),
        ]


class Appointment(Record):
    """The producer (answers for the whole journey) or the executive sponsor of a journey, dated."""

    class Office(models.TextChoices):
        PRODUCER = "producer", "Producer"
        SPONSOR = "sponsor", "Sponsor"

    slug: ClassVar = "appointment"
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "producer.appoint": "appointed {person} as producer",
        "sponsor.appoint": "appointed {person} as sponsor",
        "producer.end": "ended {person} as producer",
        "sponsor.end": "ended {person} as sponsor",
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
                violation_error_message="Somebody holds this already. End that first.",
            ),
        ]


class Flag(Record):
    """A finding of the audit. One row per fingerprint (rule + subject), which comes and goes.

    The subject is named by (slug, id) without a key, so that it may be of any type and the
    flag outlives it. `dismissed` holds until `dismissed_until` or until severity rises.
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
    max_per_stream: ClassVar = None  # the audit finds what there is
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "flag.acknowledge": "acknowledged the flag {rule}",
        "flag.dismiss": "set the flag {rule} aside: {reason}",
    }
    count_texts: ClassVar = {
        "audit.run": CountSummary(
            "The audit",
            {"open": "opened {}", "resolved": "found {} gone", None: "weighed {} anew"},
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
    reason = ProseField(max_length=500, blank=True, default="")  # of the dismissal
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
                violation_error_message="Say why, and until when.",
            ),
        ]
        indexes: ClassVar = [
            *Record.Meta.indexes,
            # the ledger page and the inbox read what is open
            models.Index(
                fields=["workspace", "rule"],
                condition=~models.Q(state="resolved"),
                name="flag_unresolved",
            ),
        ]


class AuditRun(models.Model):
    """One run of the audit: its scope and, per rule, opened, kept, resolved, skipped, seconds.

    A fact about work done, not a record: "last seen" of a kept flag is its rule's last run.
    """

    workspace = models.ForeignKey("workspaces.Workspace", models.PROTECT, related_name="+")
    journeys = models.JSONField(null=True)  # the scope: journey ids, or null for all
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rules = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "-started_at"], name="last_runs")]
