"""REST API views for frames, and for the drawings that they show."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from io import BytesIO
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.records import RecordAPIView, RecordDetailAPIView, RecordListAPIView
from changes.models import Stream
from core.actors import DRAW
from core.api.body import MIB, require_media_type
from core.api.examples import DRAWING, OWN_ID, PAST_INSTANT, STEP
from core.api.parameters import QueryParameter, integer_parameter
from core.api.views import BaseAPIView
from core.errors import InvalidRequest, NotFound
from core.ids import read_uuid
from core.instants import format_instant
from core.integers import read_integer
from core.tenancy import ensure_tenant_scope
from storyboards import serializers as shapes
from storyboards import services
from storyboards.access import get_drawing, get_frame
from storyboards.elements import read_elements
from storyboards.excalidraw import MAX_FILE_BYTES, excalidraw_file, frame_drawing_import
from storyboards.models import MAX_ELEMENTS, Frame
from storyboards.pictures import MAX_UPLOAD_BYTES, picture_url, uploaded_picture_create
from storyboards.queries import drawing_elements, frame_pictures, picture_files
from storyboards.svg import MAX_SVG_BYTES
from workspaces.queries import slug_of

MAX_NODES = 500_000  # values in a body with elements: half a million coordinates
MULTIPART = "multipart/form-data"
ELEMENT = {
    "id": "oDVXy8D6rom3H1-LLH2-f",
    "type": "rectangle",
    "x": 120.5,
    "y": 80,
    "width": 200,
    "height": 90,
    "angle": 0,
    "strokeColor": "#1b2a33",
    "backgroundColor": "transparent",
    "version": 3,
    "versionNonce": 471_823,
    "isDeleted": False,
}

EXCALIDRAW_FILE = {
    "type": "excalidraw",
    "version": 2,
    "source": "cxmap",
    "elements": [ELEMENT],
    "appState": {"viewBackgroundColor": "#ffffff"},
    "files": {},
}


class FrameAPIMixin:
    model = Frame
    serializer_class = shapes.FrameSerializer
    example: ClassVar = {
        "step": STEP,
        "size": "wide",
        "caption": "Mira waits at the desk",
        "alt_text": "A woman with a suitcase stands at an empty hotel desk.",
        "speech": "Hello?",
        "notes": "",
        "duration": 5,
    }


class FrameListAPIView(FrameAPIMixin, RecordListAPIView):
    parent_field = "step"
    filter_fields: ClassVar = {"journey": "step__stage__journey", "step": "step"}


class FrameDetailAPIView(FrameAPIMixin, RecordDetailAPIView):
    pass


class FrameDrawingAPIView(BaseAPIView):
    write_scopes = ("maps:write",)
    takes_key = False
    has_location = False

    @extend_schema(
        request=None,
        responses={200: shapes.FrameDrawingSerializer},
        examples=[OpenApiExample("A drawing", value={"drawing": DRAWING}, response_only=True)],
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Open the drawing of a frame, to draw on it.

        A frame without a drawing gets an empty one. If another frame shows the same drawing, this
        frame gets a copy.
        """
        self.require_empty_body()
        frame = get_frame(self.caller, id, DRAW)
        actor = self.caller.actor_for(frame.workspace_id)
        return Response({"drawing": services.frame_drawing_open(frame=frame, actor=actor)})


class FramePictureAPIView(FrameAPIMixin, RecordAPIView):
    takes_key = False
    has_location = False
    etag_methods = frozenset({"PUT"})
    max_body_bytes = MAX_SVG_BYTES
    max_text_bytes = MAX_SVG_BYTES

    @extend_schema(
        request=shapes.FramePictureSerializer,
        responses={200: shapes.FrameSerializer},
        examples=[
            OpenApiExample(
                "A picture",
                value={
                    "svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="5">'
                    '<path d="M1 1h7"/></svg>',
                    "drawn": 1,
                },
                request_only=True,
            )
        ],
    )
    def put(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Store the picture of a frame's drawing.

        All pages show the frame with this picture. The SVG is sanitized. If the frame already has a picture of this
        or a later version, nothing changes.
        """
        sent = self.require_known_fields(frozenset({"svg", "drawn"}))
        if not isinstance(sent.get("svg"), str):
            raise InvalidRequest.at("/svg", "required", "Send the picture as SVG.")
        if type(sent.get("drawn")) is not int or sent["drawn"] < 0:
            raise InvalidRequest.at("/drawn", "type", "Send the version of the drawing.")
        frame = get_frame(self.caller, id, DRAW)
        actor = self.caller.actor_for(frame.workspace_id)
        return self.record_response(
            services.frame_picture_update(
                frame=frame, svg=sent["svg"], drawn=sent["drawn"], actor=actor
            )
        )


class FrameExcalidrawAPIView(BaseAPIView):
    read_scopes = ("maps:read",)
    write_scopes = ("maps:write",)
    takes_key = False
    has_location = False
    max_body_bytes = MAX_FILE_BYTES
    write_query_parameters: ClassVar = {
        "mode": QueryParameter(
            {"type": "string", "enum": ["add", "replace"]},
            "Whether the elements come in addition to what is drawn (the default), or in its place.",
        )
    }

    @extend_schema(
        responses={200: shapes.ExcalidrawFileSerializer},
        examples=[OpenApiExample("A drawing", value=EXCALIDRAW_FILE, response_only=True)],
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Export the drawing of a frame as an `.excalidraw` file, with all its pictures inside."""
        frame = get_frame(self.caller, id)
        with ensure_tenant_scope([frame.workspace_id]):
            return Response(excalidraw_file(frame))

    @extend_schema(
        request=shapes.ExcalidrawFileSerializer,
        responses={200: shapes.FrameDrawingSerializer},
        examples=[
            OpenApiExample("A file", value=EXCALIDRAW_FILE, request_only=True),
            OpenApiExample("A drawing", value={"drawing": DRAWING}, response_only=True),
        ],
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Import an `.excalidraw` file into the drawing of a frame.

        Elements are checked in the same way as drawn ones. PNG, JPEG and WebP pictures inside the file are
        stored; SVG pictures are refused, except for those that cxmap draws itself. If anything in the file is
        refused, nothing changes.
        """
        mode = request._request.GET.get("mode", "add")
        if mode not in ("add", "replace"):
            raise InvalidRequest.at("?mode", "choice", "Use add or replace.")
        require_media_type(request._request)
        frame = get_frame(self.caller, id, DRAW)
        drawing_id = frame_drawing_import(
            frame=frame,
            content=self.raw_body,
            replaces=mode == "replace",
            actor=self.caller.actor_for(frame.workspace_id),
        )
        return Response({"drawing": drawing_id})


class FramePicturesAPIView(BaseAPIView):
    read_scopes = ("maps:read",)
    query_parameters: ClassVar = {
        "before": integer_parameter("Only pictures before this version of the journey.", 1),
        "limit": integer_parameter("The maximum number of change sets.", 1, 500, default=50),
    }

    @extend_schema(
        responses={200: shapes.FramePicturesSerializer},
        examples=[
            OpenApiExample(
                "An earlier picture",
                value={
                    "next": None,
                    "previous": None,
                    "results": [
                        {
                            "picture": OWN_ID,
                            "drawn": 12,
                            "at": PAST_INSTANT,
                            "who": "Mina Kato",
                        }
                    ],
                },
                response_only=True,
            )
        ],
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """List the earlier pictures of a frame, newest first.

        Of several pictures that one person made within the same ten minutes, only the last is listed.
        To return to one of them, restore its drawing to the version `drawn`.
        """
        frame = get_frame(self.caller, id)
        raw = self.request._request
        before = raw.GET.get("before")
        with ensure_tenant_scope([frame.workspace_id]):
            pictures, following = frame_pictures(
                frame,
                before=None if before is None else read_integer(before, "?before", 1),
                limit=read_integer(raw.GET.get("limit", "50"), "?limit", 1, 500),
            )
        query = urlencode(raw.GET.dict() | {"before": str(following)})
        body = {
            "next": raw.build_absolute_uri(f"{raw.path}?{query}") if following else None,
            "previous": None,
            "results": [
                asdict(picture) | {"at": format_instant(picture.at)} for picture in pictures
            ],
        }
        return Response(body)


class DrawingAPIView(BaseAPIView):
    read_scopes = ("maps:read",)
    etag_methods = frozenset({"GET"})

    @extend_schema(
        responses={200: shapes.DrawingSerializer},
        examples=[
            OpenApiExample(
                "A drawing",
                value={
                    "id": DRAWING,
                    "version": 1,
                    "elements": [ELEMENT],
                    "records": {OWN_ID: ELEMENT["id"]},
                    "files": {},
                },
                response_only=True,
            )
        ],
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Retrieve a drawing: its elements in Excalidraw's format, and its uploaded pictures."""
        drawing = get_drawing(self.caller, id)

        def content() -> Mapping[str, Any]:
            with ensure_tenant_scope([drawing.workspace_id]):
                elements = drawing_elements(drawing.pk)
                files = picture_files(drawing.workspace_id, elements.values())
            slug = slug_of(drawing.workspace_id)
            return {
                "id": str(drawing.pk),
                "version": drawing.version,
                "elements": list(elements.values()),
                "records": {str(pk): element["id"] for pk, element in elements.items()},
                "files": {key: {"url": picture_url(slug, file)} for key, file in files.items()},
            }

        return self.etag_response(f'"{drawing.version}"', content)


class DrawingElementsAPIView(BaseAPIView):
    write_scopes = ("maps:write",)
    takes_key = False
    has_location = False
    max_body_bytes = 5 * MIB
    max_json_nodes = MAX_NODES

    @extend_schema(
        request=shapes.DrawingChangeSerializer,
        responses={200: shapes.DrawingUpdateSerializer},
        examples=[
            OpenApiExample("A rectangle", value={"elements": [ELEMENT]}, request_only=True),
            OpenApiExample("Drawn", value={"version": 4, "lost": []}, response_only=True),
        ],
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Add and change elements of a drawing. Repeating a request changes nothing.

        An element with a higher `version` wins over the stored one with its id; if the versions
        are equal, the one with the lower `versionNonce` does. Send deleted elements with
        `isDeleted`.
        """
        sent = self.require_known_fields(frozenset({"elements"}))
        drawing = get_drawing(self.caller, id, DRAW)
        update = services.drawing_update(
            drawing=drawing,
            elements=read_elements(sent.get("elements"), MAX_ELEMENTS),
            actor=self.caller.actor_for(drawing.workspace_id),
        )
        return Response({"version": update.version, "lost": update.lost})


class DrawingRestoreAPIView(BaseAPIView):
    write_scopes = ("maps:write",)
    takes_key = False
    has_location = False

    @extend_schema(
        request=shapes.DrawingRestoreSerializer,
        responses={200: shapes.DrawingVersionSerializer},
        examples=[
            OpenApiExample("A version", value={"version": 1}),
            OpenApiExample(
                "A version of the drawing that this one was copied from",
                value={"version": 1, "source": DRAWING},
                request_only=True,
            ),
        ],
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Restore an earlier version of a drawing. This creates a new version."""
        sent = self.require_known_fields(frozenset({"version", "source"}))
        if type(sent.get("version")) is not int:
            raise InvalidRequest.at("/version", "type", "Send a whole number.")
        drawing = get_drawing(self.caller, id, DRAW)
        source = self._source(sent["source"], drawing) if "source" in sent else drawing
        version = services.drawing_restore(
            drawing=drawing,
            source=source,
            version=sent["version"],
            actor=self.caller.actor_for(drawing.workspace_id),
        )
        return Response({"version": version})

    def _source(self, sent: Any, drawing: Stream) -> Stream:
        """Return the drawing with the id that was sent.

        Raise InvalidRequest if the workspace of `drawing` has no such drawing.
        """
        with suppress(NotFound):
            source = get_drawing(self.caller, read_uuid(sent, "/source"))
            if source.workspace_id == drawing.workspace_id:
                return source
        raise InvalidRequest.at("/source", "not_found", "This drawing doesn't exist.")


class DrawingImageAPIView(BaseAPIView):
    write_scopes = ("maps:write",)
    takes_key = False
    has_location = False
    max_body_bytes = MAX_UPLOAD_BYTES

    @extend_schema(
        request={
            MULTIPART: {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary"}},
                "required": ["file"],
            }
        },
        responses={201: shapes.ImageSerializer},
        examples=[
            OpenApiExample(
                "A picture",
                value={
                    "file_id": OWN_ID,
                    "url": f"/w/acme/pictures/{OWN_ID}.png",
                    "width": 640,
                    "height": 480,
                },
                response_only=True,
                status_codes=["201"],
            )
        ],
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Upload a picture for a drawing. Send a PNG, JPEG or WebP file as `file` of a form.

        The picture is decoded and encoded again, which removes metadata such as where a photo was taken.
        """
        drawing = get_drawing(self.caller, id, DRAW)
        actor = self.caller.actor_for(drawing.workspace_id)
        picture = uploaded_picture_create(content=self._uploaded(), actor=actor)
        url = picture_url(slug_of(drawing.workspace_id), picture.file)
        answer = {
            "file_id": str(picture.file.pk),
            "url": url,
            "width": picture.width,
            "height": picture.height,
        }
        return Response(answer, status=201)

    def _uploaded(self) -> bytes:
        """Return the content of the form's `file`. Raise InvalidRequest if the form has none."""
        raw = self.request._request
        require_media_type(raw, frozenset({MULTIPART}))
        headers = {**raw.META, "CONTENT_LENGTH": str(len(self.raw_body))}
        try:
            _, files = MultiPartParser(
                headers, BytesIO(self.raw_body), [MemoryFileUploadHandler(raw)]
            ).parse()
        except MultiPartParserError:
            raise InvalidRequest.at("", "malformed-form", "Send a valid form.") from None
        if "file" not in files:
            raise InvalidRequest.at("/file", "required", "Send the picture as `file`.")
        return bytes(files["file"].read())


urlpatterns = [
    path("frames", FrameListAPIView.as_view(), name="api_frames"),
    path("frames/<uuid:id>", FrameDetailAPIView.as_view(), name="api_frame"),
    path("frames/<uuid:id>/drawing", FrameDrawingAPIView.as_view(), name="api_frame_drawing"),
    path("frames/<uuid:id>/picture", FramePictureAPIView.as_view(), name="api_frame_picture"),
    path(
        "frames/<uuid:id>/excalidraw",
        FrameExcalidrawAPIView.as_view(),
        name="api_frame_excalidraw",
    ),
    path("frames/<uuid:id>/pictures", FramePicturesAPIView.as_view(), name="api_frame_pictures"),
    path("drawings/<uuid:id>", DrawingAPIView.as_view(), name="api_drawing"),
    path(
        "drawings/<uuid:id>/elements",
        DrawingElementsAPIView.as_view(),
        name="api_drawing_elements",
    ),
    path("drawings/<uuid:id>/restore", DrawingRestoreAPIView.as_view(), name="api_drawing_restore"),
    path("drawings/<uuid:id>/images", DrawingImageAPIView.as_view(), name="api_drawing_images"),
]
