"""Pictures of frames, in drawings and of figures, for `<img>`, and the pages that edit personas."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from changes.record_views import RecordCreateView, RecordEditView
from core.errors import NotFound
from core.ids import find_uuid
from journeys.access import get_persona
from storyboards.figures import figure_svg
from storyboards.forms import LookForm, PersonaForm
from storyboards.queries import PICTURE_SUFFIXES, picture_name
from workspaces.access import get_file, get_workspace
from workspaces.file_responses import file_response
from workspaces.models import File
from workspaces.page_views import WorkspacePageView, is_local_path

# A picture may have its own fonts and pixels. It can't do anything else, also if it is opened as a
# page.
PICTURE_POLICY = (
    "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; sandbox"
)
FIGURE_MAX_AGE_SECONDS = 24 * 60 * 60  # the art may change with a release


class PictureView(WorkspacePageView):
    """A picture of a workspace, by its id and suffix. It never changes."""

    def get(self, request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
        workspace, _ = self.enter_workspace_for_slug(slug)
        file_id = find_uuid(name.partition(".")[0])
        if file_id is None:
            raise NotFound
        file = get_file(self.caller, file_id)
        if file.workspace_id != workspace.pk:
            raise NotFound
        return picture_response(file, name)


class FigureView(WorkspacePageView):
    """A person with the look in the query (LookForm), for `<img>` and for the preview of a form."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = LookForm(request.GET)
        form.full_clean()
        response = HttpResponse(figure_svg(form.get_look(), {}), content_type="image/svg+xml")
        response["Content-Security-Policy"] = PICTURE_POLICY
        response["Cache-Control"] = f"private, max-age={FIGURE_MAX_AGE_SECONDS}"
        return response


class PersonaPageMixin:
    """Mixin for the pages that edit a persona. `next` is the page to return to."""

    form_class: ClassVar = PersonaForm
    page_name = "library"
    template_name = "storyboards/persona_edit.html"
    request: HttpRequest

    def get_back_url(self, record: Any) -> str:
        next_page = self.get_next()
        return next_page if is_local_path(next_page) else super().get_back_url(record)  # type: ignore[misc]

    def get_extra_context(self, record: Any) -> dict[str, Any]:
        return {"next": self.get_next()}

    def get_next(self) -> str:
        return self.request.POST.get("next") or self.request.GET.get("next", "")


class PersonaEditView(PersonaPageMixin, RecordEditView):
    getter = get_persona


class PersonaCreateView(PersonaPageMixin, RecordCreateView):
    parent_getter = get_workspace
    heading = _("New persona")
    button_label = _("Add persona")


def picture_response(file: File, name: str) -> HttpResponseBase:
    """Return a picture for `<img>`. Raise NotFound for other files, and for another name."""
    if file.media_type not in PICTURE_SUFFIXES or name != picture_name(file):
        raise NotFound
    response = file_response(file)
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = PICTURE_POLICY
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
