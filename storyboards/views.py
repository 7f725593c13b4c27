"""Views that serve the pictures of frames and drawings, and that export and import drawings as files."""

import json
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.record_views import render_form_page
from changes.services import AlreadyRecorded
from core.actors import DRAW
from core.errors import AppError, Forbidden, NotFound
from core.form_idempotency import with_form_idempotency
from core.forms import ServiceForm
from core.ids import find_uuid
from core.tenancy import ensure_tenant_scope
from storyboards.access import get_frame
from storyboards.excalidraw import (
    MAX_FILE_BYTES,
    MEDIA_TYPE,
    excalidraw_file,
    frame_drawing_import,
)
from storyboards.models import Frame
from storyboards.queries import (
    PICTURE_SUFFIXES,
    element_count,
    frame_filename,
    frame_number,
    picture_name,
)
from workspaces.access import get_file
from workspaces.file_responses import file_response
from workspaces.models import File
from workspaces.page_views import WorkspacePageView, see_other
from workspaces.queries import slug_of

# A picture may have its own fonts and pixels. It can't do anything else, even if it is opened as a page.
PICTURE_POLICY = (
    "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; sandbox"
)


class PictureView(WorkspacePageView):
    """Serve a picture of a workspace. `name` is the picture's id and suffix.

    The response can be cached forever, because a picture never changes.
    """

    def get(self, request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
        workspace, _ = self.enter_workspace_for_slug(slug)
        file_id = find_uuid(name.partition(".")[0])
        if file_id is None:
            raise NotFound
        file = get_file(self.caller, file_id)
        if file.workspace_id != workspace.pk:
            raise NotFound
        return picture_response(file, name)


def picture_response(file: File, name: str) -> HttpResponseBase:
    """Return the response for an `<img>`. Raise NotFound if the file isn't a picture or has another name."""
    if file.media_type not in PICTURE_SUFFIXES or name != picture_name(file):
        raise NotFound
    response = file_response(file)
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = PICTURE_POLICY
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


class FrameExcalidrawView(WorkspacePageView):
    """Download a frame's drawing as an `.excalidraw` file."""

    def get(self, request: HttpRequest, frame_id: UUID) -> HttpResponse:
        frame = get_frame(self.caller, frame_id)
        with ensure_tenant_scope([frame.workspace_id]):
            content = json.dumps(excalidraw_file(frame), ensure_ascii=False)
            name = frame_filename(frame_number(frame), frame, "excalidraw")
        response = HttpResponse(content, content_type=MEDIA_TYPE)
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return response


class DrawingImportForm(ServiceForm):
    """An `.excalidraw` file, and whether it replaces the current drawing."""

    file = forms.FileField(
        label=_("A file"),
        help_text=_("An Excalidraw drawing of at most 20 MB. Its file name ends in .excalidraw."),
        widget=forms.FileInput(attrs={"accept": ".excalidraw,.json,application/json"}),
    )
    mode = forms.ChoiceField(
        label=_("Current drawing"),
        choices=[("add", _("Keep it, and add the file to it")), ("replace", _("Replace it"))],
        widget=forms.RadioSelect,
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(
                gettext("This file is larger than 20 MB. Remove some pictures from it.")
            )
        return bytes(file.read())


class FrameImportView(WorkspacePageView):
    """Import an `.excalidraw` file into a frame, which the editor then opens."""

    max_body_bytes = 2 * MAX_FILE_BYTES  # slightly larger files get the form's own error

    def get(self, request: HttpRequest, frame_id: UUID) -> HttpResponse:
        frame = get_frame(self.caller, frame_id, DRAW)
        self.enter_workspace(frame.workspace_id)
        return self.render_page(frame, DrawingImportForm(initial={"mode": "add"}))

    def post(self, request: HttpRequest, frame_id: UUID) -> HttpResponse:
        frame = get_frame(self.caller, frame_id, DRAW)
        actor = self.enter_workspace(frame.workspace_id)
        form = DrawingImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_page(frame, form, refused=True)
        try:
            frame_drawing_import(
                frame=frame,
                content=form.cleaned_data["file"],
                replaces=form.cleaned_data["mode"] == "replace",
                actor=with_form_idempotency(request, actor),
            )
        except AlreadyRecorded:
            pass  # the form was sent twice
        except (Forbidden, NotFound):
            raise
        except AppError as refusal:
            for why in refusal.errors or [refusal]:
                form.add_error(None, why.detail)
            return self.render_page(frame, form, refused=True)
        return see_other(self.storyboard_url(frame))

    def storyboard_url(self, frame: Frame) -> str:
        slug = slug_of(frame.workspace_id)
        return f"{reverse('journey_storyboard', args=[slug, frame.stream_id])}#frame-{frame.pk}"

    def render_page(
        self, frame: Frame, form: DrawingImportForm, *, refused: bool = False
    ) -> HttpResponse:
        with ensure_tenant_scope([frame.workspace_id]):
            number, count = frame_number(frame), element_count(frame.drawing_id)
        context = {
            "form": form,
            "frame": frame,
            "number": number,
            "element_count": count,
            "back": self.storyboard_url(frame),
        }
        return render_form_page(self.request, "storyboards/import.html", context, refused=refused)
