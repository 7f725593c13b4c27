"""Who answers for what, for programs: thin doors to the services that hold the rules."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Max
from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from changes.models import Record
from changes.rest.records import RecordListAPIView, with_feed
from journeys.access import get_stage
from journeys.models import Journey, Stage
from ownership import serializers as shapes
from ownership import services
from ownership.doors import OwnershipDoor, Reading, Transition
from ownership.models import Appointment, Claim, Deputy, Directorship, Flag
from ownership.queries import stage_ownership
from ownership.rules import RULES
from people.models import Department, Person
from workspaces.access import Actor
from workspaces.errors import InvalidRequest

MANDATE = ("decision_rights", "budget", "staff")


# -- directorships


class Directorships(OwnershipDoor):
    model = Directorship
    serializer = shapes.DirectorshipSerializer


class DirectorshipList(Directorships, RecordListAPIView):
    filter_fields: ClassVar = {"journey": "stage__journey", "stage": "stage", "person": "person"}
    if_match_methods = frozenset({"POST"})

    @extend_schema(
        request=shapes.ProposalSerializer, responses={201: shapes.DirectorshipSerializer}
    )
    def post(self, request: Request) -> Response:
        """Propose a director, who accepts or declines; If-Match: of `stages/{id}/ownership`."""
        sent = self.require_known_fields(frozenset({"stage", "person", "takes_over", *MANDATE}))
        stage = self.related_record(Stage, sent, "stage", "journey")
        person = self.related_record(Person, sent, "person", "member")
        takes_over = sent.get("takes_over", False)
        if not isinstance(takes_over, bool):
            raise InvalidRequest.at("/takes_over", "type", "Send true or false.")
        mandate = {name: self.value(name, "") for name in MANDATE}
        actor = self.with_if_match(
            self.idempotent_actor(stage.workspace_id), lambda: ownership_etag(stage.pk)
        )
        return self.done(
            lambda: services.directorship_propose(
                stage=stage, person=person, actor=actor, takes_over=takes_over, **mandate
            ),
            201,
        )


class DirectorshipDetail(Directorships, Reading):
    if_match_methods = frozenset({"PATCH"})
    needs_match = True

    @extend_schema(request=shapes.MandateSerializer, responses={200: shapes.DirectorshipSerializer})
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Change the mandate."""
        row = self.row()
        actor = self.actor_with_if_match(
            self.idempotent_actor(row.workspace_id), row, required=True
        )
        self.writable_changes(row, frozenset(MANDATE))
        mandate = {name: self.value(name, getattr(row, name)) for name in MANDATE}
        return self.done(lambda: services.mandate_set(directorship=row, actor=actor, **mandate))


@extend_schema_view(post=extend_schema(request=None))
class DirectorshipAccept(Directorships, Transition):
    """Accept, for oneself. In a hand-over the present directorship ends."""

    def take(self, row: Any, actor: Actor) -> Record:
        return services.directorship_accept(directorship=row, actor=actor)


@extend_schema_view(post=extend_schema(request=shapes.RemarkSerializer))
class DirectorshipDecline(Directorships, Transition):
    """Decline, for oneself; the note says why."""

    takes = frozenset({"note"})

    def take(self, row: Any, actor: Actor) -> Record:
        return services.directorship_decline(
            directorship=row, note=self.note("end_note"), actor=actor
        )


@extend_schema_view(post=extend_schema(request=None))
class DirectorshipWithdraw(Directorships, Transition):
    """Take a proposal back before it is answered."""

    def take(self, row: Any, actor: Actor) -> Record:
        return services.directorship_withdraw(directorship=row, actor=actor)


@extend_schema_view(post=extend_schema(request=shapes.RemarkSerializer))
class DirectorshipEnd(Directorships, Transition):
    """Step down, or relieve the director."""

    takes = frozenset({"note"})

    def take(self, row: Any, actor: Actor) -> Record:
        return services.directorship_end(directorship=row, note=self.note("end_note"), actor=actor)


# -- deputies


class Deputies(OwnershipDoor):
    model = Deputy
    serializer = shapes.DeputySerializer


class DeputyList(Deputies, RecordListAPIView):
    filter_fields: ClassVar = {"directorship": "directorship", "person": "person"}

    @extend_schema(request=shapes.NamingSerializer, responses={201: shapes.DeputySerializer})
    def post(self, request: Request) -> Response:
        """Name who answers while the director cannot."""
        sent = self.require_known_fields(frozenset({"directorship", "person", "since", "until"}))
        directorship = self.related_record(
            Directorship, sent, "directorship", "stage__journey", "person"
        )
        person = self.related_record(Person, sent, "person", "member")
        since, until = self.value("since"), self.value("until") if sent.get("until") else None
        actor = self.idempotent_actor(directorship.workspace_id)
        return self.done(
            lambda: services.deputy_name(
                directorship=directorship, person=person, since=since, until=until, actor=actor
            ),
            201,
        )


class DeputyDetail(Deputies, Reading):
    pass


@extend_schema_view(post=extend_schema(request=None))
class DeputyEnd(Deputies, Transition):
    """End a deputy today."""

    def take(self, row: Any, actor: Actor) -> Record:
        return services.deputy_end(deputy=row, actor=actor)


# -- claims


class Claims(OwnershipDoor):
    model = Claim
    serializer = shapes.ClaimSerializer


class ClaimList(Claims, RecordListAPIView):
    filter_fields: ClassVar = {
        "journey": "stage__journey",
        "stage": "stage",
        "person": "person",
        "department": "department",
        "kind": "kind",
    }

    @extend_schema(request=shapes.ClaimingSerializer, responses={201: shapes.ClaimSerializer})
    def post(self, request: Request) -> Response:
        """Say, for a department, that a stage is yours (claim) or is not (disclaimer)."""
        sent = self.require_known_fields(
            frozenset({"stage", "person", "department", "kind", "statement"})
        )
        stage = self.related_record(Stage, sent, "stage", "journey")
        person = self.related_record(Person, sent, "person", "member")
        department = self.related_record(Department, sent, "department")
        kind, statement = self.value("kind", Claim.Kind.CLAIM), self.value("statement", "")
        if kind not in Claim.Kind.values:
            raise InvalidRequest.at(
                "/kind", "choice", f"Use one of {', '.join(Claim.Kind.values)}."
            )
        actor = self.idempotent_actor(stage.workspace_id)
        return self.done(
            lambda: services.claim_make(
                stage=stage,
                person=person,
                department=department,
                kind=kind,
                statement=statement,
                actor=actor,
            ),
            201,
        )


class ClaimDetail(Claims, Reading):
    pass


@extend_schema_view(post=extend_schema(request=None))
class ClaimWithdraw(Claims, Transition):
    """Take a claim or disclaimer back."""

    needs_match = False

    def take(self, row: Any, actor: Actor) -> Record:
        return services.claim_withdraw(claim=row, actor=actor)


# -- producers and sponsors


class Appointments(OwnershipDoor):
    model = Appointment
    serializer = shapes.AppointmentSerializer


class AppointmentList(Appointments, RecordListAPIView):
    filter_fields: ClassVar = {"journey": "journey", "office": "office", "person": "person"}

    @extend_schema(
        request=shapes.AppointingSerializer, responses={201: shapes.AppointmentSerializer}
    )
    def post(self, request: Request) -> Response:
        """Name the producer or the sponsor of a journey; the one before ends."""
        sent = self.require_known_fields(frozenset({"journey", "office", "person"}))
        journey = self.related_record(Journey, sent, "journey")
        person = self.related_record(Person, sent, "person", "member")
        office = self.value("office")
        if office not in Appointment.Office.values:
            listed = ", ".join(Appointment.Office.values)
            raise InvalidRequest.at("/office", "choice", f"Use one of {listed}.")
        actor = self.idempotent_actor(journey.workspace_id)
        return self.done(
            lambda: services.office_appoint(
                journey=journey, office=office, person=person, actor=actor
            ),
            201,
        )


class AppointmentDetail(Appointments, Reading):
    pass


@extend_schema_view(post=extend_schema(request=None))
class AppointmentEnd(Appointments, Transition):
    """Leave an office empty."""

    def take(self, row: Any, actor: Actor) -> Record:
        return services.office_end(appointment=row, actor=actor)


# -- flags


class Flags(OwnershipDoor):
    model = Flag
    serializer = shapes.FlagSerializer


class FlagList(Flags, RecordListAPIView):
    filter_fields: ClassVar = {
        "journey": "stream",
        "rule": "rule",
        "state": "state",
        "severity": "severity",
        "subject_id": "subject_id",
    }
    filter_choices: ClassVar = {"rule": [rule.code for rule in RULES]}
    http_method_names: ClassVar = ["get", "head", "options"]  # the audit alone makes flags


class FlagDetail(Flags, Reading):
    pass


@extend_schema_view(post=extend_schema(request=None))
class FlagAcknowledge(Flags, Transition):
    """Say that somebody is on it."""

    needs_match = False

    def take(self, row: Any, actor: Actor) -> Record:
        return services.flag_acknowledge(flag=row, actor=actor)


@extend_schema_view(post=extend_schema(request=shapes.DismissalSerializer))
class FlagDismiss(Flags, Transition):
    """Set it aside, with a reason, until a time or until it gets worse."""

    needs_match = False
    takes = frozenset({"reason", "until"})

    def take(self, row: Any, actor: Actor) -> Record:
        until = self.value("until", field="dismissed_until")
        if until is None:
            raise InvalidRequest.at("/until", "required", "Say until when.")
        return services.flag_dismiss(
            flag=row, reason=self.value("reason"), until=until, actor=actor
        )


# -- all of it, of one stage


class StageOwnership(OwnershipDoor):
    @extend_schema(responses=shapes.StageOwnershipSerializer)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Who answers for a stage now, who may soon, who claims it, and who did before."""
        stage = get_stage(self.caller, id)
        return self.etag_response(ownership_etag(stage.pk), lambda: self._all(stage))

    def _all(self, stage: Stage) -> dict[str, Any]:
        found = stage_ownership([stage.journey_id])[stage.pk]
        directorships = with_feed(Directorship.objects.filter(stage=stage.pk)).order_by("pk")
        deputies = with_feed(Deputy.objects.filter(directorship__stage=stage.pk)).order_by("pk")
        claims = with_feed(Claim.objects.filter(stage=stage.pk)).order_by("pk")
        return {
            "stage": stage.pk,
            "state": found.state,
            "director": found.director.pk if found.director else None,
            "directorships": shapes.DirectorshipSerializer(directorships, many=True).data,
            "deputies": shapes.DeputySerializer(deputies, many=True).data,
            "claims": shapes.ClaimSerializer(claims, many=True).data,
        }


def ownership_etag(stage_id: UUID) -> str:
    """Return the ETag of all that is said about who answers for a stage: its latest version, and
    why the director cannot answer, which changes without a new version."""
    of_stage: Mapping[type[Record], str] = {
        Directorship: "stage",
        Claim: "stage",
        Deputy: "directorship__stage",
    }
    latest = [
        model._base_manager.filter(**{path: stage_id}).aggregate(at=Max("version"))["at"] or 0
        for model, path in of_stage.items()
    ]
    journeys = Stage.objects.filter(pk=stage_id).values_list("journey", flat=True)
    absence = stage_ownership(journeys)[stage_id].absence
    return f'"{max(latest)}{absence and "-"}{absence}"'


urlpatterns = [
    path("stages/<uuid:id>/ownership", StageOwnership.as_view(), name="api_stage_ownership"),
    path("directorships", DirectorshipList.as_view(), name="api_directorships"),
    path("directorships/<uuid:id>", DirectorshipDetail.as_view(), name="api_directorship"),
    path(
        "directorships/<uuid:id>/accept",
        DirectorshipAccept.as_view(),
        name="api_directorship_accept",
    ),
    path(
        "directorships/<uuid:id>/decline",
        DirectorshipDecline.as_view(),
        name="api_directorship_decline",
    ),
    path(
        "directorships/<uuid:id>/withdraw",
        DirectorshipWithdraw.as_view(),
        name="api_directorship_withdraw",
    ),
    path("directorships/<uuid:id>/end", DirectorshipEnd.as_view(), name="api_directorship_end"),
    path("deputies", DeputyList.as_view(), name="api_deputies"),
    path("deputies/<uuid:id>", DeputyDetail.as_view(), name="api_deputy"),
    path("deputies/<uuid:id>/end", DeputyEnd.as_view(), name="api_deputy_end"),
    path("claims", ClaimList.as_view(), name="api_claims"),
    path("claims/<uuid:id>", ClaimDetail.as_view(), name="api_claim"),
    path("claims/<uuid:id>/withdraw", ClaimWithdraw.as_view(), name="api_claim_withdraw"),
    path("appointments", AppointmentList.as_view(), name="api_appointments"),
    path("appointments/<uuid:id>", AppointmentDetail.as_view(), name="api_appointment"),
    path("appointments/<uuid:id>/end", AppointmentEnd.as_view(), name="api_appointment_end"),
    path("flags", FlagList.as_view(), name="api_flags"),
    path("flags/<uuid:id>", FlagDetail.as_view(), name="api_flag"),
    path("flags/<uuid:id>/acknowledge", FlagAcknowledge.as_view(), name="api_flag_acknowledge"),
    path("flags/<uuid:id>/dismiss", FlagDismiss.as_view(), name="api_flag_dismiss"),
]
