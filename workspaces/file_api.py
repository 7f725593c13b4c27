"""REST API views for files."""

from typing import ClassVar
from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.body import require_media_type
from core.api.examples import example_of
from core.api.parameters import WORKSPACE, QueryParameter
from core.api.views import BaseAPIView
from core.errors import InvalidRequest
from core.text import CONTROLS, find_fault, is_visible, normalize_text
from workspaces.access import get_file
from workspaces.file_responses import file_response
from workspaces.files import MAX_PICTURE_BYTES, picture_create
from workspaces.models import File

MAX_NAME_LENGTH = 200
OCTET_STREAM = "application/octet-stream"
UPLOAD_MEDIA_TYPES = frozenset({OCTET_STREAM, "image/png", "image/jpeg", "image/webp", "image/gif"})


class FileSerializer(serializers.ModelSerializer):
    workspace = serializers.UUIDField(source="workspace_id", read_only=True)
    created_by = serializers.UUIDField(source="created_by_id", read_only=True, allow_null=True)
    size = serializers.IntegerField(help_text="In bytes.")
    scopes = serializers.ListField(
        child=serializers.CharField(), help_text="A token needs all of them to read this file."
    )

    class Meta:
        model = File
        fields: ClassVar = (
            "id",
            "workspace",
            "name",
            "media_type",
            "size",
            "sha256",
            "scopes",
            "created_by",
            "created_at",
        )


FILE_EXAMPLE = {
    "name": "shop.png",
    "media_type": "image/png",
    "size": 48_213,
    "sha256": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "scopes": ["maps:read"],
}
CONTENT = "the bytes of the file"


class BinaryRenderer(BaseRenderer):
    media_type = "*/*"
    format = "bin"


class FileUploadAPIView(BaseAPIView):
    serializer_class = FileSerializer
    write_scopes = ("maps:write",)
    write_query_parameters: ClassVar = {
        "workspace": WORKSPACE,
        "name": QueryParameter({"type": "string"}, "The file's name. Defaults to `picture`."),
    }
    max_body_bytes = MAX_PICTURE_BYTES

    @extend_schema(
        request={OCTET_STREAM: OpenApiTypes.BINARY},
        responses={201: FileSerializer},
        examples=[
            OpenApiExample("Picture", CONTENT, media_type=OCTET_STREAM, request_only=True),
            OpenApiExample(
                "File",
                example_of(FileSerializer(), FILE_EXAMPLE, answer=True),
                response_only=True,
                status_codes=["201"],
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        """Upload a picture. Send a PNG, JPEG, WebP or GIF file as the request body.

        It is stored as a new PNG or JPEG file, without metadata. Only the first frame of an animation is kept.
        """
        require_media_type(request._request, UPLOAD_MEDIA_TYPES)
        query = request._request.GET
        actor = self.idempotent_actor(
            self.requested_workspace_id(query.get("workspace"), "?workspace")
        )
        file = picture_create(
            content=self.raw_body, name=read_name(query.get("name", "picture")), actor=actor
        )
        return Response(
            FileSerializer(file).data,
            status=201,
            headers={"Location": f"/api/v1/files/{file.id}"},
        )


def read_name(sent: str) -> str:
    """Return a file's name. Raise InvalidRequest if it is invisible, too long or deceptive."""
    name = normalize_text(sent)
    if not is_visible(name) or len(name) > MAX_NAME_LENGTH:
        raise InvalidRequest.at(
            "?name", "invalid", f"Send a name of 1 to {MAX_NAME_LENGTH} visible characters."
        )
    if fault := find_fault(name, CONTROLS):
        raise InvalidRequest.at("?name", fault.code, fault.detail)
    return name


class FileDetailAPIView(BaseAPIView):
    serializer_class = FileSerializer
    example: ClassVar = FILE_EXAMPLE

    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Retrieve a file's name, size and type. A token needs the file's scopes."""
        return Response(FileSerializer(get_file(self.caller, id)).data)


class FileContentAPIView(BaseAPIView):
    renderer_classes = (BinaryRenderer, JSONRenderer)

    @extend_schema(
        responses={(200, OCTET_STREAM): OpenApiTypes.BINARY},
        examples=[OpenApiExample("File", CONTENT, media_type=OCTET_STREAM, response_only=True)],
    )
    def get(self, request: Request, id: UUID) -> HttpResponseBase:  # noqa: A002
        """Download a file. A token needs the file's scopes."""
        return file_response(get_file(self.caller, id))
