"""REST API views for absences."""

from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.records import (
    RecordAPIView,
    RecordListAPIView,
    etag,
    partial_serializer,
)
from changes.ops import read_value
from core.actors import READ
from core.api.examples import PERSON
from people import services
from people.models import Absence, Person
from people.serializers import AbsenceSerializer

WRITABLE = frozenset({"since", "until", "stand_in"})


class AbsenceAPIMixin:
    """Mixin for API views of absences. The services check who may write."""

    model = Absence
    serializer_class = AbsenceSerializer
    required_right = READ
    example: ClassVar = {
        "person": PERSON,
        "since": "2027-07-05",
        "until": "2027-07-23",
        "stand_in": None,
    }

    def parsed_values(self, sent: dict[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name in sent.keys() & WRITABLE:
            if name == "stand_in":
                is_person = sent[name] is not None
                values[name] = self.related_record(Person, sent, name) if is_person else None
            else:
                values[name] = read_value(Absence._meta.get_field(name), sent[name], f"/{name}")
        return values


class AbsenceListAPIView(AbsenceAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"person": "person", "stand_in": "stand_in"}

    def create_fields(self) -> frozenset[str]:
        return WRITABLE | {"person"}

    def post(self, request: Request) -> Response:
        """Record an absence. Recording another person's absence requires the right to edit people."""
        sent = {"since": None, "until": None} | self.require_known_fields(self.create_fields())
        person = self.related_record(Person, sent, "person", "member")
        actor = self.idempotent_actor(person.workspace_id)
        values = self.parsed_values(sent)
        return self.record_response(
            services.absence_create(person=person, actor=actor, **values), 201
        )


class AbsenceDetailAPIView(AbsenceAPIMixin, RecordAPIView):
    detail = True
    if_match_methods = frozenset({"PATCH", "DELETE"})
    summaries: ClassVar = {"GET": "Retrieve {a}."}

    def request_serializer(self, method: str) -> Any:
        return partial_serializer(AbsenceSerializer, WRITABLE)

    def get(self, request: Request, id: Any) -> Response:  # noqa: A002
        row = self.get_object()
        return self.etag_response(etag(row), lambda: self.serialize_record(row))

    def patch(self, request: Request, id: Any) -> Response:  # noqa: A002
        """Change the days or the stand-in of an absence that isn't over. Fields that you omit stay as they are."""
        row = self.get_object()
        actor = self.actor_with_if_match(self.idempotent_actor(row.workspace_id), row)
        values = self.parsed_values(self.writable_changes(row, WRITABLE))
        if not values:
            return self.unchanged_response(row)
        return self.record_response(services.absence_update(absence=row, actor=actor, **values))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, id: Any) -> Response:  # noqa: A002
        """End an absence. If it has started, its last day becomes yesterday. If not, it is removed."""
        row = self.get_object()
        actor = self.actor_with_if_match(self.idempotent_actor(row.workspace_id), row)
        services.absence_end(absence=row, actor=actor)
        return Response(status=204)


urlpatterns = [
    path("absences", AbsenceListAPIView.as_view(), name="api_absences"),
    path("absences/<uuid:id>", AbsenceDetailAPIView.as_view(), name="api_absence"),
]
