"""REST API views for ownership. They call the services, which enforce the rules."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Max, Q
from django.urls import include, path
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api import schema
from changes.api.pagination import with_feed
from changes.api.records import RecordListAPIView
from changes.models import Record
from core.actors import Actor
from core.api.examples import WORKSPACE as WORKSPACE_ID
from core.api.parameters import WORKSPACE
from core.api.views import BaseAPIView
from core.audit_rules import audit_rules
from core.errors import InvalidRequest
from journeys.access import get_journey, get_stage
from journeys.models import Journey, Stage
from ownership import serializers as shapes
from ownership import services
from ownership.api_base import OwnershipAPIMixin, OwnershipDetailAPIView, TransitionAPIView
from ownership.directory import journey_directory
from ownership.mandates import Mandate
from ownership.models import Appointment, Claim, Deputy, Directorship, Flag, StageStanding
from ownership.queries import Coverage, coverage_by_folder
from people.models import Department, Person

FIGURES_EXAMPLE = OpenApiExample(
    "Two folders and a draft",
    value={
        "workspace": WORKSPACE_ID,
        "coverage": {
            "stages": 12,
            "owned": 9,
            "claimed": 1,
            "vacant": 1,
            "contested": 1,
            "orphaned": 0,
        },
        "drafts": {
            "stages": 3,
            "owned": 0,
            "claimed": 0,
            "vacant": 3,
            "contested": 0,
            "orphaned": 0,
        },
        "folders": [
            {
                "folder": "Consumer/Broadband",
                "journeys": 2,
                "coverage": {
                    "stages": 8,
                    "owned": 7,
                    "claimed": 1,
                    "vacant": 0,
                    "contested": 0,
                    "orphaned": 0,
                },
            },
            {
                "folder": "Consumer/Mobile",
                "journeys": 1,
                "coverage": {
                    "stages": 4,
                    "owned": 2,
                    "claimed": 0,
                    "vacant": 1,
                    "contested": 1,
                    "orphaned": 0,
                },
            },
        ],
    },
    response_only=True,
)
PLAN_FIELDS = frozenset({"starts_on", "handover_reason"})
MANDATE_FIELDS = frozenset(Mandate.__annotations__)


class JourneyDirectoryAPIView(BaseAPIView):
    """The persons, departments and placements that a journey refers to."""

    read_scopes = ("maps:read", "people:read")

    @extend_schema(
        responses={200: schema.schema_ref("Snapshot")}, examples=[schema.SNAPSHOT_EXAMPLE]
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Retrieve the directory records that a journey refers to, at the directory's current version.

        The response is a snapshot of the workspace's stream with only the persons who hold or claim something in
        the journey, your own person, their placements, and the departments of the placements, directorships,
        claims and lanes.
        """
        journey = get_journey(self.caller, id)
        actor = self.caller.actor_for(journey.workspace_id)
        return Response(journey_directory(journey, actor))


class OwnershipFiguresAPIView(BaseAPIView):
    read_scopes = ("ownership:read",)
    query_parameters: ClassVar = {"workspace": WORKSPACE}

    @extend_schema(responses=shapes.OwnershipFiguresSerializer, examples=[FIGURES_EXAMPLE])
    def get(self, request: Request) -> Response:
        """Count the stages of a workspace by ownership state, as on its ownership page."""
        named = request._request.GET.get("workspace")
        workspace_id = self.requested_workspace_id(named, "?workspace")
        rows = coverage_by_folder(workspace_id)
        figures = {
            "workspace": workspace_id,
            "coverage": sum((row.coverage for row in rows if row.is_counted), Coverage()),
            "drafts": sum((row.coverage for row in rows if not row.is_counted), Coverage()),
            "folders": [row for row in rows if row.is_counted],
        }
        return Response(shapes.OwnershipFiguresSerializer(figures).data)


# -- directorships


class DirectorshipAPIMixin(OwnershipAPIMixin):
    model = Directorship
    serializer_class = shapes.DirectorshipSerializer

    def parsed_mandate(self, names: Collection[str]) -> Mandate:
        """Return the mandate fields in the body that are among `names`."""
        sent = self.json_body
        mandate: Any = {name: self.parsed_value(name) for name in MANDATE_FIELDS & set(names)}
        if mandate.get("department") is not None:
            mandate["department"] = self.related_record(Department, sent, "department")
        return mandate


class DirectorshipListAPIView(DirectorshipAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"journey": "stage__journey", "stage": "stage", "person": "person"}
    if_match_methods = frozenset({"POST"})

    @extend_schema(
        request=shapes.DirectorshipCreateSerializer, responses={201: shapes.DirectorshipSerializer}
    )
    def post(self, request: Request) -> Response:
        """Propose a director, who accepts or declines.

        `If-Match` takes the ETag of `stages/{id}/ownership`.
        """
        sent = self.require_known_fields(
            frozenset({"stage", "person", "takes_over", *PLAN_FIELDS, *MANDATE_FIELDS})
        )
        stage = self.related_record(Stage, sent, "stage", "journey")
        person = self.related_record(Person, sent, "person", "member")
        takes_over = sent.get("takes_over", False)
        if not isinstance(takes_over, bool):
            raise InvalidRequest.at("/takes_over", "type", "Send true or false.")
        mandate = self.parsed_mandate(sent)
        plan = {name: self.parsed_value(name) for name in PLAN_FIELDS & sent.keys()}
        actor = self.with_if_match(
            self.idempotent_actor(stage.workspace_id), lambda: ownership_etag(stage.pk)
        )
        return self.run(
            lambda: services.directorship_propose(
                stage=stage,
                person=person,
                actor=actor,
                takes_over=takes_over,
                **plan,
                **mandate,
            ),
            201,
        )


class DirectorshipDetailAPIView(DirectorshipAPIMixin, OwnershipDetailAPIView):
    if_match_methods = frozenset({"PATCH"})
    needs_match = True

    @extend_schema(request=shapes.MandateSerializer, responses={200: shapes.DirectorshipSerializer})
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Update the mandate of a directorship."""
        row = self.get_object()
        actor = self.actor_with_if_match(
            self.idempotent_actor(row.workspace_id), row, required=True
        )
        mandate = self.parsed_mandate(self.writable_changes(row, MANDATE_FIELDS))
        return self.run(lambda: services.mandate_update(directorship=row, actor=actor, **mandate))


@extend_schema_view(post=extend_schema(request=None))
class DirectorshipAcceptAPIView(DirectorshipAPIMixin, TransitionAPIView):
    """Accept a directorship proposed to you. In a hand-over, the current directorship ends.

    If the hand-over is planned for a later day, you confirm it now, and it starts on that day.
    """

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.directorship_accept(directorship=row, actor=actor)


@extend_schema_view(post=extend_schema(request=shapes.DeclineSerializer))
class DirectorshipDeclineAPIView(DirectorshipAPIMixin, TransitionAPIView):
    """Decline a directorship proposed to you, with the reason."""

    body_fields = frozenset({"note"})

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.directorship_decline(
            directorship=row, note=self.note_text("end_note"), actor=actor
        )


@extend_schema_view(post=extend_schema(request=None))
class MandateAgreeAPIView(DirectorshipAPIMixin, TransitionAPIView):
    """Agree to a mandate as the journey's sponsor. Changing the mandate clears `agreed_by` and `agreed_at`."""

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.mandate_agree(directorship=row, actor=actor)


@extend_schema_view(post=extend_schema(request=None))
class DirectorshipWithdrawAPIView(DirectorshipAPIMixin, TransitionAPIView):
    """Withdraw a proposal before it is accepted, or a planned hand-over before it starts."""

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.directorship_withdraw(directorship=row, actor=actor)


@extend_schema_view(post=extend_schema(request=shapes.TransitionNoteSerializer))
class DirectorshipEndAPIView(DirectorshipAPIMixin, TransitionAPIView):
    """End a directorship: step down, or relieve the director."""

    body_fields = frozenset({"note"})

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.directorship_end(
            directorship=row, note=self.note_text("end_note"), actor=actor
        )


# -- deputies


class DeputyAPIMixin(OwnershipAPIMixin):
    model = Deputy
    serializer_class = shapes.DeputySerializer


class DeputyListAPIView(DeputyAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"directorship": "directorship", "person": "person"}

    @extend_schema(request=shapes.DeputyCreateSerializer, responses={201: shapes.DeputySerializer})
    def post(self, request: Request) -> Response:
        """Add a deputy, who acts for the director while the director is unavailable."""
        sent = self.require_known_fields(frozenset({"directorship", "person", "since", "until"}))
        directorship = self.related_record(
            Directorship, sent, "directorship", "stage__journey", "person"
        )
        person = self.related_record(Person, sent, "person", "member")
        since, until = (
            self.parsed_value("since"),
            self.parsed_value("until") if sent.get("until") else None,
        )
        actor = self.idempotent_actor(directorship.workspace_id)
        return self.run(
            lambda: services.deputy_create(
                directorship=directorship, person=person, since=since, until=until, actor=actor
            ),
            201,
        )


class DeputyDetailAPIView(DeputyAPIMixin, OwnershipDetailAPIView):
    pass


@extend_schema_view(post=extend_schema(request=None))
class DeputyEndAPIView(DeputyAPIMixin, TransitionAPIView):
    """End a deputy's term today. A term that starts later ends on its first day."""

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.deputy_end(deputy=row, actor=actor)


# -- claims


class ClaimAPIMixin(OwnershipAPIMixin):
    model = Claim
    serializer_class = shapes.ClaimSerializer


class ClaimListAPIView(ClaimAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {
        "journey": "stage__journey",
        "stage": "stage",
        "person": "person",
        "department": "department",
        "kind": "kind",
    }

    @extend_schema(request=shapes.ClaimCreateSerializer, responses={201: shapes.ClaimSerializer})
    def post(self, request: Request) -> Response:
        """State, for a department, that a stage is yours (claim) or isn't (disclaimer)."""
        sent = self.require_known_fields(
            frozenset({"stage", "person", "department", "kind", "statement"})
        )
        stage = self.related_record(Stage, sent, "stage", "journey")
        person = self.related_record(Person, sent, "person", "member")
        department = self.related_record(Department, sent, "department")
        kind, statement = (
            self.parsed_value("kind", Claim.Kind.CLAIM),
            self.parsed_value("statement", ""),
        )
        if kind not in Claim.Kind.values:
            raise InvalidRequest.at(
                "/kind", "choice", f"Use one of {', '.join(Claim.Kind.values)}."
            )
        actor = self.idempotent_actor(stage.workspace_id)
        return self.run(
            lambda: services.claim_create(
                stage=stage,
                person=person,
                department=department,
                kind=kind,
                statement=statement,
                actor=actor,
            ),
            201,
        )


class ClaimDetailAPIView(ClaimAPIMixin, OwnershipDetailAPIView):
    pass


@extend_schema_view(post=extend_schema(request=None))
class ClaimWithdrawAPIView(ClaimAPIMixin, TransitionAPIView):
    """Withdraw a claim or disclaimer."""

    needs_match = False

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.claim_withdraw(claim=row, actor=actor)


# -- producers and sponsors


class AppointmentAPIMixin(OwnershipAPIMixin):
    model = Appointment
    serializer_class = shapes.AppointmentSerializer


class AppointmentListAPIView(AppointmentAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"journey": "journey", "office": "office", "person": "person"}

    @extend_schema(
        request=shapes.AppointmentCreateSerializer, responses={201: shapes.AppointmentSerializer}
    )
    def post(self, request: Request) -> Response:
        """Appoint a journey's producer or sponsor. The previous appointment ends."""
        sent = self.require_known_fields(frozenset({"journey", "office", "person"}))
        journey = self.related_record(Journey, sent, "journey")
        person = self.related_record(Person, sent, "person", "member")
        office = self.parsed_value("office")
        if office not in Appointment.Office.values:
            listed = ", ".join(Appointment.Office.values)
            raise InvalidRequest.at("/office", "choice", f"Use one of {listed}.")
        actor = self.idempotent_actor(journey.workspace_id)
        return self.run(
            lambda: services.appointment_create(
                journey=journey, office=office, person=person, actor=actor
            ),
            201,
        )


class AppointmentDetailAPIView(AppointmentAPIMixin, OwnershipDetailAPIView):
    pass


@extend_schema_view(post=extend_schema(request=None))
class AppointmentEndAPIView(AppointmentAPIMixin, TransitionAPIView):
    """End an appointment, which leaves the office vacant."""

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.appointment_end(appointment=row, actor=actor)


# -- flags


class FlagAPIMixin(OwnershipAPIMixin):
    model = Flag
    serializer_class = shapes.FlagSerializer


class FlagListAPIView(FlagAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {
        "journey": "stream",
        "rule": "rule",
        "state": "state",
        "severity": "severity",
        "subject_id": "subject_id",
    }
    filter_choices: ClassVar = {"rule": list(audit_rules())}
    http_method_names: ClassVar = ["get", "head", "options"]  # only the audit creates flags


class FlagDetailAPIView(FlagAPIMixin, OwnershipDetailAPIView):
    pass


@extend_schema_view(post=extend_schema(request=None))
class FlagAcknowledgeAPIView(FlagAPIMixin, TransitionAPIView):
    """Acknowledge a flag: someone is working on it."""

    needs_match = False

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.flag_acknowledge(flag=row, actor=actor)


@extend_schema_view(post=extend_schema(request=shapes.FlagDismissSerializer))
class FlagDismissAPIView(FlagAPIMixin, TransitionAPIView):
    """Dismiss a flag, with a reason, until a given time or until its severity rises."""

    needs_match = False
    body_fields = frozenset({"reason", "until"})

    def perform(self, row: Any, actor: Actor) -> Record:
        until = self.parsed_value("until", field="dismissed_until")
        if until is None:
            raise InvalidRequest.at(
                "/until", "required", "Send the time at which the dismissal expires."
            )
        return services.flag_dismiss(
            flag=row, reason=self.parsed_value("reason"), until=until, actor=actor
        )


# -- everything about one stage


class StageOwnershipAPIView(BaseAPIView):
    read_scopes = ("ownership:read",)
    etag_methods = frozenset({"GET"})

    @extend_schema(responses=shapes.StageOwnershipSerializer)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Retrieve a stage's current and past directorships, proposals, deputies and claims."""
        stage = get_stage(self.caller, id)
        return self.etag_response(ownership_etag(stage.pk), lambda: self._all(stage))

    def _all(self, stage: Stage) -> dict[str, Any]:
        (standing,) = StageStanding.objects.filter(stage=stage.pk)
        workspace = Q(workspace=stage.workspace_id)
        directorships = Directorship.objects.filter(workspace, stage=stage.pk)
        deputies = Deputy.objects.filter(workspace, directorship__stage=stage.pk)
        claims = Claim.objects.filter(workspace, stage=stage.pk)
        return {
            "stage": stage.pk,
            "is_counted": standing.is_counted,
            "state": standing.state,
            "since": standing.since,
            "director": standing.director_id,
            "claimants": standing.claimants,
            "directorships": shapes.DirectorshipSerializer(
                with_feed(directorships).order_by("pk"), many=True
            ).data,
            "deputies": shapes.DeputySerializer(with_feed(deputies).order_by("pk"), many=True).data,
            "claims": shapes.ClaimSerializer(with_feed(claims).order_by("pk"), many=True).data,
        }


def ownership_etag(stage_id: UUID) -> str:
    """Return the ETag of a stage's ownership.

    The ETag combines the latest version of the stage's directorships, claims and deputies with facts that can
    change separately: whether coverage counts the stage, and the director's absence.
    """
    stage_paths: Mapping[type[Record], str] = {
        Directorship: "stage",
        Claim: "stage",
        Deputy: "directorship__stage",
    }
    latest = [
        model._base_manager.filter(**{path: stage_id}).aggregate(at=Max("version"))["at"] or 0
        for model, path in stage_paths.items()
    ]
    standings = StageStanding.objects.filter(stage=stage_id)
    is_counted, absence = standings.values_list("is_counted", "absence").first() or (False, None)
    return f'"{max(latest)}-{is_counted:d}-{absence or ""}"'


urlpatterns = [
    path("ownership", OwnershipFiguresAPIView.as_view(), name="api_ownership"),
    path(
        "journeys/<uuid:id>/directory",
        JourneyDirectoryAPIView.as_view(),
        name="api_journey_directory",
    ),
    path("stages/<uuid:id>/ownership", StageOwnershipAPIView.as_view(), name="api_stage_ownership"),
    path("directorships", DirectorshipListAPIView.as_view(), name="api_directorships"),
    path("directorships/<uuid:id>", DirectorshipDetailAPIView.as_view(), name="api_directorship"),
    path(
        "directorships/<uuid:id>/accept",
        DirectorshipAcceptAPIView.as_view(),
        name="api_directorship_accept",
    ),
    path(
        "directorships/<uuid:id>/decline",
        DirectorshipDeclineAPIView.as_view(),
        name="api_directorship_decline",
    ),
    path("directorships/<uuid:id>/agree", MandateAgreeAPIView.as_view(), name="api_mandate_agree"),
    path(
        "directorships/<uuid:id>/withdraw",
        DirectorshipWithdrawAPIView.as_view(),
        name="api_directorship_withdraw",
    ),
    path(
        "directorships/<uuid:id>/end", DirectorshipEndAPIView.as_view(), name="api_directorship_end"
    ),
    path("deputies", DeputyListAPIView.as_view(), name="api_deputies"),
    path("deputies/<uuid:id>", DeputyDetailAPIView.as_view(), name="api_deputy"),
    path("deputies/<uuid:id>/end", DeputyEndAPIView.as_view(), name="api_deputy_end"),
    path("claims", ClaimListAPIView.as_view(), name="api_claims"),
    path("claims/<uuid:id>", ClaimDetailAPIView.as_view(), name="api_claim"),
    path("claims/<uuid:id>/withdraw", ClaimWithdrawAPIView.as_view(), name="api_claim_withdraw"),
    path("appointments", AppointmentListAPIView.as_view(), name="api_appointments"),
    path("appointments/<uuid:id>", AppointmentDetailAPIView.as_view(), name="api_appointment"),
    path("appointments/<uuid:id>/end", AppointmentEndAPIView.as_view(), name="api_appointment_end"),
    path("", include("ownership.attestation_api")),
    path("", include("ownership.claim_proposal_api")),
    path("", include("ownership.contest_api")),
    path("", include("ownership.case_api")),
    path("", include("ownership.threshold_api")),
    path("", include("ownership.contributor_api")),
    path("", include("ownership.handoff_api")),
    path("", include("ownership.reorganization_api")),
    path("", include("ownership.volunteer_api")),
    path("flags", FlagListAPIView.as_view(), name="api_flags"),
    path("flags/<uuid:id>", FlagDetailAPIView.as_view(), name="api_flag"),
    path(
        "flags/<uuid:id>/acknowledge", FlagAcknowledgeAPIView.as_view(), name="api_flag_acknowledge"
    ),
    path("flags/<uuid:id>/dismiss", FlagDismissAPIView.as_view(), name="api_flag_dismiss"),
]
