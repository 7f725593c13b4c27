"""The page that exports a storyboard, and downloads of single frames."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from changes.record_views import render_form_page
from core.actors import DRAW, Actor
from core.errors import Conflict, NotFound
from core.form_idempotency import with_form_idempotency
from core.forms import ServiceForm
from core.tenancy import ensure_tenant_scope
from exchange.jobs import StoryboardPdf, StoryboardPictures
from exchange.storyboard import (
    FIELDS,
    FRAME_FORMATS,
    FRAMES_PER_PAGE,
    default_paper,
    frame_download,
)
from journeys.access import get_journey
from journeys.models import Journey
from storyboards.access import get_frame
from storyboards.queries import film_of
from workspaces.jobs import job_create
from workspaces.page_views import WorkspacePageView, see_other


class StoryboardPdfForm(ServiceForm):
    """The options for printing a storyboard."""

    per_page = forms.TypedChoiceField(
        label=_("Frames on a page"), choices=[(n, n) for n in FRAMES_PER_PAGE], coerce=int
    )
    paper = forms.ChoiceField(label=_("Paper"), choices=[("a4", "A4"), ("letter", _("Letter"))])
    fields_shown = forms.MultipleChoiceField(
        label=_("Beside each picture"),
        choices=list(FIELDS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def parameters(self) -> dict[str, Any]:
        values = self.cleaned_data
        return {
            "per_page": values["per_page"],
            "paper": values["paper"],
            "fields": values["fields_shown"],
        }


class StoryboardPicturesForm(ServiceForm):
    """The format of a storyboard's pictures."""

    format = forms.ChoiceField(
        label=_("Format"),
        choices=[
            ("png", _("PNG, for slides and chats")),
            ("svg", _("SVG, for any size")),
        ],
    )

    def parameters(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class StoryboardExportView(WorkspacePageView):
    """Start an export of a storyboard, then redirect to the jobs page.

    The page also links to the exports of single frames.
    """

    def get(self, request: HttpRequest, slug: str, journey_id: UUID) -> HttpResponse:
        journey, actor = self.get_journey(slug, journey_id)
        return self.render_page(journey, actor, {})

    def post(self, request: HttpRequest, slug: str, journey_id: UUID) -> HttpResponse:
        journey, actor = self.get_journey(slug, journey_id)
        is_pdf = request.POST.get("kind") == StoryboardPdf.name
        form = StoryboardPdfForm(request.POST) if is_pdf else StoryboardPicturesForm(request.POST)
        if form.is_valid():
            try:
                job_create(
                    kind=StoryboardPdf.name if is_pdf else StoryboardPictures.name,
                    parameters={"journey": str(journey.pk), **form.parameters()},
                    actor=with_form_idempotency(request, actor),
                )
            except Conflict as refusal:
                form.add_service_error(refusal)
            else:
                return see_other(reverse("jobs", args=[slug]))
        return self.render_page(journey, actor, {"pdf" if is_pdf else "pictures": form})

    def get_journey(self, slug: str, journey_id: UUID) -> tuple[Journey, Actor]:
        workspace, actor = self.enter_workspace_for_slug(slug)
        journey = get_journey(self.caller, journey_id)
        if journey.workspace_id != workspace.pk:
            raise NotFound
        return journey, actor

    def render_page(
        self, journey: Journey, actor: Actor, refused: dict[str, ServiceForm]
    ) -> HttpResponse:
        initial = {
            "per_page": 6,
            "paper": default_paper(get_language() or "en"),
            "fields_shown": list(FIELDS),
        }
        with ensure_tenant_scope([journey.workspace_id]):
            frames = film_of(journey.pk)
        context = {
            "journey": journey,
            "frames": frames,
            "may_draw": actor.can(DRAW),
            "pdf": StoryboardPdfForm(initial=initial),
            "pictures": StoryboardPicturesForm(initial={"format": "png"}),
            "pdf_kind": StoryboardPdf.name,
            **refused,
        }
        return render_form_page(
            self.request, "exports/storyboard.html", context, refused=bool(refused)
        )


class FrameExportView(WorkspacePageView):
    """Download a frame's picture."""

    def get(
        self,
        request: HttpRequest,
        frame_id: UUID,
        format: str,  # noqa: A002  (the URL's name for it)
    ) -> HttpResponseBase:
        frame = get_frame(self.caller, frame_id)
        if format not in FRAME_FORMATS:
            raise NotFound
        return frame_download(frame, format)
