"""REST endpoints to import and export journeys."""

from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from changes.services import AlreadyRecorded
from core.api.body import MIB, require_media_type
from core.api.examples import JOURNEY
from core.api.parameters import WORKSPACE, QueryParameter
from core.api.views import BaseAPIView
from core.errors import InvalidRequest
from exchange.formats.mermaid import MERMAID
from exchange.formats.registry import FORMATS, writers
from exchange.services import export_journey, import_journey, parse_draft
from exchange.storyboard import FRAME_FORMATS, frame_download
from journeys.access import get_journey
from storyboards.access import get_frame

MERMAID_EXAMPLE = "journey\n  title My day\n  section Morning\n    Make tea: 5: Me\n"
TEXT_PLAIN, APPLICATION_JSON, OCTET_STREAM = (
    "text/plain",
    "application/json",
    "application/octet-stream",
)


class PlainTextRenderer(BaseRenderer):
    media_type = TEXT_PLAIN
    format = "txt"
    charset = "utf-8"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return data


class MermaidSerializer(serializers.Serializer):
    """A Mermaid file in JSON, for clients that can only send JSON."""

    text = serializers.CharField(help_text="The contents of the file.")


class WarningSerializer(serializers.Serializer):
    line = serializers.IntegerField(allow_null=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class ImportedSerializer(serializers.Serializer):
    journey = serializers.UUIDField()
    warnings = WarningSerializer(many=True)


class JourneyExportAPIView(BaseAPIView):
    read_scopes = ("maps:read", "touchpoints:read")
    query_parameters: ClassVar = {
        "format": QueryParameter(
            {"type": "string", "enum": list(writers())},
            " ".join(["The file format.", *(str(FORMATS[name].omissions) for name in writers())]),
        )
    }
    renderer_classes = (PlainTextRenderer, JSONRenderer)

    @extend_schema(
        responses={(200, TEXT_PLAIN): OpenApiTypes.STR},
        examples=[
            OpenApiExample(
                "Mermaid", value=MERMAID_EXAMPLE, media_type=TEXT_PLAIN, response_only=True
            )
        ],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:  # noqa: A002
        """Export a journey to a file that other tools can read. The default is `mermaid`."""
        wanted = request._request.GET.get("format", MERMAID.name)
        if wanted not in writers():
            raise InvalidRequest.at("?format", "choice", f"Use {', '.join(writers())}.")
        text = export_journey(get_journey(self.caller, id), wanted)
        return HttpResponse(text, content_type=f"{FORMATS[wanted].media_type}; charset=utf-8")


class BinaryRenderer(BaseRenderer):
    media_type = "*/*"
    format = "bin"


class FrameExportAPIView(BaseAPIView):
    read_scopes = ("maps:read",)
    renderer_classes = (BinaryRenderer, JSONRenderer)
    query_parameters: ClassVar = {
        "format": QueryParameter(
            {"type": "string", "enum": list(FRAME_FORMATS)},
            "The file format. The default is `png`.",
        )
    }

    @extend_schema(
        responses={(200, OCTET_STREAM): OpenApiTypes.BINARY},
        examples=[
            OpenApiExample(
                "Picture", "the bytes of the file", media_type=OCTET_STREAM, response_only=True
            )
        ],
    )
    def get(self, request: Request, id: UUID) -> HttpResponseBase:  # noqa: A002
        """Export the picture of a frame: as PNG, 1,920 pixels wide, or as SVG.

        Returns 409 if the frame isn't drawn yet. For all pictures of a journey, start the job
        `storyboard.pictures`; for a PDF to print, `storyboard.pdf`.
        """
        wanted = request._request.GET.get("format", "png")
        if wanted not in FRAME_FORMATS:
            raise InvalidRequest.at("?format", "choice", f"Use {', '.join(FRAME_FORMATS)}.")
        return frame_download(get_frame(self.caller, id), wanted)


class MermaidImportAPIView(BaseAPIView):
    write_scopes = ("maps:write", "touchpoints:write")
    write_query_parameters: ClassVar = {
        "workspace": WORKSPACE,
        "title": QueryParameter(
            {"type": "string"}, "The journey's title. Replaces the title in the file."
        ),
    }
    max_body_bytes = 10 * MIB

    @extend_schema(
        # text/plain is accepted but not listed: client generators can't handle such a body.
        request={APPLICATION_JSON: MermaidSerializer, OCTET_STREAM: OpenApiTypes.BINARY},
        responses={201: ImportedSerializer},
        examples=[
            OpenApiExample(
                "Mermaid file in JSON", value={"text": MERMAID_EXAMPLE}, request_only=True
            ),
            OpenApiExample(
                "Mermaid file", value=MERMAID_EXAMPLE, media_type=OCTET_STREAM, request_only=True
            ),
            OpenApiExample(
                "Imported journey",
                value={"journey": JOURNEY, "warnings": []},
                response_only=True,
                status_codes=["201"],
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        """Create a journey from a Mermaid file.

        Send the file as the request body (also as `text/plain`), or in the JSON field `text`.
        """
        require_media_type(
            request._request, frozenset({TEXT_PLAIN, APPLICATION_JSON, OCTET_STREAM})
        )
        query = request._request.GET
        actor = self.idempotent_actor(
            self.requested_workspace_id(query.get("workspace"), "?workspace")
        )
        journey, warnings = import_journey(
            text=self.sent_text,
            format=MERMAID.name,
            actor=actor,
            title=query.get("title"),
        )
        return self._import_response(str(journey.pk), warnings)

    @cached_property
    def sent_text(self) -> bytes:
        """The contents of the Mermaid file, from the raw body or from the JSON field."""
        if self.request._request.content_type != APPLICATION_JSON:
            return self.raw_body
        text = self.require_known_fields(frozenset({"text"})).get("text")
        if not isinstance(text, str):
            raise InvalidRequest.at(
                "/text", "required", "Send the contents of the file as a string."
            )
        return text.encode()

    def _import_response(self, journey_id: str, warnings: list[dict[str, Any]]) -> Response:
        return Response(
            {"journey": journey_id, "warnings": warnings},
            status=201,
            headers={"Location": f"/api/v1/journeys/{journey_id}"},
        )

    def handle_exception(self, exc: Exception) -> Any:
        if not isinstance(exc, AlreadyRecorded):
            return super().handle_exception(exc)
        warnings = [
            {"line": warning.line, "code": warning.code, "detail": warning.detail}
            for warning in parse_draft(self.sent_text, MERMAID.name).warnings
        ]
        response = self._import_response(exc.sets[0]["stream"], warnings)
        response["Idempotency-Replayed"] = "true"
        return response


urlpatterns = [
    path("journeys/<uuid:id>/export", JourneyExportAPIView.as_view(), name="api_journey_export"),
    path("frames/<uuid:id>/export", FrameExportAPIView.as_view(), name="api_frame_export"),
    path("imports/mermaid", MermaidImportAPIView.as_view(), name="api_import_mermaid"),
]
