"""Pages that edit personas, and the pictures of their figures."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from changes.forms import RecordForm
from changes.record_views import RecordCreateView, RecordEditView, RecordPageMixin
from journeys.access import get_persona
from storyboards.figures import figure_svg
from storyboards.forms import LookForm, PersonaForm
from storyboards.views import PICTURE_POLICY
from workspaces.access import get_workspace
from workspaces.page_views import WorkspacePageView, is_local_path

FIGURE_MAX_AGE_SECONDS = 24 * 60 * 60  # the art may change with a release


class FigureView(WorkspacePageView):
    """Serve a figure as SVG. The query string gives its look (LookForm).

    Used by `<img>` elements and the form's preview.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        form = LookForm(request.GET)
        form.full_clean()
        response = HttpResponse(figure_svg(form.get_look(), {}), content_type="image/svg+xml")
        response["Content-Security-Policy"] = PICTURE_POLICY
        response["Cache-Control"] = f"private, max-age={FIGURE_MAX_AGE_SECONDS}"
        return response


class PersonaPageMixin(RecordPageMixin):
    """Mixin for the pages that edit a persona. The parameter `next` is the path of the page to return to."""

    form_class: ClassVar[type[RecordForm]] = PersonaForm
    page_name: ClassVar[str] = "library"
    template_name: ClassVar[str] = "storyboards/persona_edit.html"
    request: HttpRequest

    def get_back_url(self, record: Any) -> str:
        next_page = self.get_next()
        return next_page if is_local_path(next_page) else super().get_back_url(record)

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
