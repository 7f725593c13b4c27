"""Pages to import a journey from a file or pasted text, to export one, and to export all touchpoints."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.record_views import render_form_page
from changes.services import AlreadyRecorded
from core.actors import DRAW
from core.errors import AppError, Conflict, Forbidden, NotFound
from core.form_idempotency import with_form_idempotency
from core.forms import ServiceForm
from exchange.formats.mermaid import MERMAID
from exchange.formats.registry import FORMATS, writers
from exchange.jobs import TouchpointExport
from exchange.services import export_journey, import_journey
from journeys.access import get_journey
from journeys.models import Journey
from workspaces.jobs import job_create
from workspaces.models import Workspace
from workspaces.page_views import WorkspacePageView, see_other

MAX_FILE_BYTES = 5 * 1024 * 1024
EXAMPLE = """journey
  title A phone contract
  section Choose
    Compare plans on the web: 4: Customer, Digital
    Ask in the shop: 5: Customer, Retail
  section Switch
    Wait for the number: 1: Customer, Network
"""


class ImportForm(ServiceForm):
    """A Mermaid journey as a file or as pasted text; exactly one of them is required."""

    file = forms.FileField(
        label=_("A file"), required=False, help_text=_("Mermaid journey text, up to 5 MB.")
    )
    text = forms.CharField(
        label=_("Or text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "code", "spellcheck": "false"}),
        strip=False,
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        required=False,
        help_text=_("Leave empty to use the title in the file."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        file, text = values.get("file"), values.get("text")
        if self.errors:
            return values
        if bool(file) == bool((text or "").strip()):
            raise forms.ValidationError(gettext("Either choose a file or paste some text."))
        if file and file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(
                gettext("This file is larger than 5 MB. Choose a file with a single journey.")
            )
        values["bytes"] = file.read() if file else str(text).encode()
        return values


class JourneyImportView(WorkspacePageView):
    max_body_bytes = (
        2 * MAX_FILE_BYTES
    )  # limit of the request; slightly larger files get the form's own error

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, _ = self.enter_workspace_for_slug(slug, DRAW)
        return self.render_page(workspace, ImportForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug, DRAW)
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_page(workspace, form, refused=True)
        try:
            journey, warnings = import_journey(
                text=form.cleaned_data["bytes"],
                format=MERMAID.name,
                actor=with_form_idempotency(request, actor),
                title=form.cleaned_data["title"] or None,
            )
        except AlreadyRecorded as replay:
            return see_other(reverse("journey", args=[replay.sets[-1]["stream"]]))
        except (Forbidden, NotFound):
            raise
        except AppError as refusal:
            for why in refusal.errors or [refusal]:
                form.add_error(None, why.detail)
            return self.render_page(workspace, form, refused=True)
        if not warnings:
            return see_other(reverse("journey", args=[journey.pk]))
        context = {"journey": journey, "warnings": warnings}
        return render_form_page(request, "imports/done.html", context)

    def render_page(
        self, workspace: Workspace, form: ImportForm, *, refused: bool = False
    ) -> HttpResponse:
        context = {"form": form, "example": EXAMPLE, "back": reverse("home", args=[workspace.slug])}
        return render_form_page(self.request, "imports/import.html", context, refused=refused)


class TouchpointExportForm(ServiceForm):
    status = forms.ChoiceField(
        label=_("Journeys"),
        choices=[("", _("All journeys")), *Journey.Status.choices],
        required=False,
    )


class TouchpointExportView(WorkspacePageView):
    """Start an export of all touchpoints, then redirect to the jobs page."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, _ = self.enter_workspace_for_slug(slug)
        return self.render_page(workspace, TouchpointExportForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        form = TouchpointExportForm(request.POST)
        if form.is_valid():
            status = form.cleaned_data["status"]
            try:
                job_create(
                    kind=TouchpointExport.name,
                    parameters={"status": status} if status else {},
                    actor=with_form_idempotency(request, actor),
                )
            except Conflict as refusal:
                form.add_service_error(refusal)
            else:
                return see_other(reverse("jobs", args=[workspace.slug]))
        return self.render_page(workspace, form, refused=True)

    def render_page(
        self, workspace: Workspace, form: TouchpointExportForm, *, refused: bool = False
    ) -> HttpResponse:
        context = {"form": form, "back": reverse("jobs", args=[workspace.slug])}
        return render_form_page(self.request, "exports/touchpoints.html", context, refused=refused)


class JourneyExportView(WorkspacePageView):
    """Download a journey as a file."""

    def get(
        self,
        request: HttpRequest,
        journey_id: UUID,
        format: str,  # noqa: A002  (the URL's name for it)
    ) -> HttpResponse:
        journey = get_journey(self.caller, journey_id)
        if format not in writers():
            raise NotFound
        file_format = FORMATS[format]
        response = HttpResponse(
            export_journey(journey, format), content_type=f"{file_format.media_type}; charset=utf-8"
        )
        filename = f"journey-{journey.pk}.{file_format.extension}"
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
        return response
