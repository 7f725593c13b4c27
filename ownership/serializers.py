"""REST API serializers for directorships, deputies, claims, appointments and flags."""

from typing import ClassVar

from rest_framework import serializers

from changes.api.serializers import BASE_FIELDS, RecordSerializer, journey_field
from ownership.models import Appointment, Claim, Deputy, Directorship, Flag, StageStanding


class DirectorshipSerializer(RecordSerializer):
    journey = journey_field()
    takes_over = serializers.UUIDField(source="takes_over_id", read_only=True, allow_null=True)

    class Meta:
        model = Directorship
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "stage",
            "person",
            "decision_rights",
            "budget",
            "staff",
            "department",
            "term_until",
            "is_interim",
            "agreed_by",
            "agreed_at",
            "proposed_at",
            "accepted_at",
            "ended_at",
            "end_reason",
            "end_note",
            "takes_over",
            "starts_on",
            "handover_reason",
            "confirmed_at",
        )


class DeputySerializer(RecordSerializer):
    journey = journey_field()

    class Meta:
        model = Deputy
        fields: ClassVar = (*BASE_FIELDS, "journey", "directorship", "person", "since", "until")


class ClaimSerializer(RecordSerializer):
    journey = journey_field()

    class Meta:
        model = Claim
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "stage",
            "kind",
            "person",
            "department",
            "statement",
            "made_at",
            "ended_at",
            "end_reason",
        )


class AppointmentSerializer(RecordSerializer):
    class Meta:
        model = Appointment
        fields: ClassVar = (*BASE_FIELDS, "journey", "office", "person", "appointed_at", "ended_at")


class FlagSerializer(RecordSerializer):
    journey = journey_field(
        help_text="The journey of the subject. If the subject is in the directory, such as a "
        "person, the id of the workspace."
    )

    class Meta:
        model = Flag
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "rule",
            "subject_type",
            "subject_id",
            "severity",
            "state",
            "evidence",
            "opened_at",
            "resolved_at",
            "reason",
            "dismissed_until",
        )


class StageOwnershipSerializer(serializers.Serializer):
    """A stage's current and past directorships, proposals, deputies and claims."""

    stage = serializers.UUIDField()
    is_counted = serializers.BooleanField(
        help_text="Whether figures include the stage. Its journey is live, in its current state and "
        "not a template."
    )
    state = serializers.ChoiceField(choices=StageStanding.State.values)
    since = serializers.DateTimeField(
        allow_null=True,
        help_text="When the stage came into this state. Null if it has always been so, or if the "
        "time isn't known.",
    )
    director = serializers.UUIDField(
        allow_null=True, help_text="The id of the person who directs the stage."
    )
    claimants = serializers.ListField(
        child=serializers.UUIDField(),
        help_text="The ids of the persons who claim the stage, the director first.",
    )
    directorships = DirectorshipSerializer(many=True)
    deputies = DeputySerializer(many=True)
    claims = ClaimSerializer(many=True)


# -- figures


class CoverageSerializer(serializers.Serializer):
    """The number of all stages, and the number of stages in each state."""

    stages = serializers.IntegerField()
    owned = serializers.IntegerField(help_text="Stages with one director, who is present.")
    claimed = serializers.IntegerField(
        help_text="Stages without a director that one person claims."
    )
    vacant = serializers.IntegerField(help_text="Stages that nobody directs or claims.")
    contested = serializers.IntegerField(help_text="Stages that two or more people claim.")
    orphaned = serializers.IntegerField(help_text="Stages whose director is absent.")


class FolderCoverageSerializer(serializers.Serializer):
    folder = serializers.CharField(
        allow_blank=True, help_text="Its path. Empty for journeys that are in no folder."
    )
    journeys = serializers.IntegerField(help_text="Journeys that have a stage.")
    coverage = CoverageSerializer()


class OwnershipFiguresSerializer(serializers.Serializer):
    workspace = serializers.UUIDField()
    coverage = CoverageSerializer(
        help_text="Stages of live journeys in their current state, without templates."
    )
    drafts = CoverageSerializer(help_text="Stages of drafts, which `coverage` doesn't include.")
    folders = FolderCoverageSerializer(
        many=True, help_text="`coverage` by folder. Folders inside a folder have their own item."
    )


# -- request bodies that differ from the record


class MandateSerializer(serializers.Serializer):
    decision_rights = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    budget = serializers.CharField(required=False, allow_blank=True, max_length=120)
    staff = serializers.CharField(required=False, allow_blank=True, max_length=120)
    department = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text="The department for which the person directs. The person must be in it today.",
    )
    term_until = serializers.DateField(
        required=False,
        allow_null=True,
        help_text="The last day of the term in the workspace's time zone, today or later. The "
        "directorship doesn't end on this day, but the rule OWN-10 reports it.",
    )
    is_interim = serializers.BooleanField(
        required=False, help_text="Whether the person directs only until someone else is found."
    )


class DirectorshipCreateSerializer(MandateSerializer):
    stage = serializers.UUIDField()
    person = serializers.UUIDField()
    takes_over = serializers.BooleanField(
        required=False,
        help_text="Hand over: accepting ends the current directorship in the same gesture.",
    )
    starts_on = serializers.DateField(
        required=False,
        allow_null=True,
        help_text="Plan the hand-over for a later day. Accepting only sets `confirmed_at`, and the hand-over "
        "starts when this day begins in the workspace's time zone.",
    )
    handover_reason = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=500,
        help_text="Why the stage is handed over. Required with `starts_on`.",
    )


class TransitionNoteSerializer(serializers.Serializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class DeclineSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=500, help_text="Why you decline.")


class DeputyCreateSerializer(serializers.Serializer):
    directorship = serializers.UUIDField()
    person = serializers.UUIDField()
    since = serializers.DateField()
    until = serializers.DateField(required=False, allow_null=True)


class ClaimCreateSerializer(serializers.Serializer):
    stage = serializers.UUIDField()
    person = serializers.UUIDField()
    department = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Claim.Kind.choices, required=False)
    statement = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class AppointmentCreateSerializer(serializers.Serializer):
    journey = serializers.UUIDField()
    office = serializers.ChoiceField(choices=Appointment.Office.choices)
    person = serializers.UUIDField()


class FlagDismissSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500)
    until = serializers.DateTimeField()
