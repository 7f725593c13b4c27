"""The settings page: a workspace's thresholds and time zone, and who changed them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from changes.record_views import submit_form
from core.actors import MEMBERS, Actor
from core.errors import PreconditionFailed
from ownership.services import thresholds_update
from ownership.threshold_forms import ThresholdsForm
from ownership.thresholds import thresholds
from pages.queries.settings import describe_settings_events, settings_events
from workspaces.forms import TimeZoneForm
from workspaces.models import Workspace
from workspaces.page_views import WorkspacePageView, see_other
from workspaces.queries import workspace_by_id
from workspaces.views import get_page


class SettingsView(WorkspacePageView):
    """Shows an admin the settings and their history. POST saves the thresholds."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, _ = self.enter_workspace_for_slug(slug, MEMBERS)
        return self.render_page(workspace, ThresholdsForm(initial=thresholds(workspace)))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug, MEMBERS)
        form = ThresholdsForm(request.POST, initial=thresholds(workspace))
        try:
            if form.is_valid() and submit_form(
                form,
                lambda: thresholds_update(
                    workspace=workspace,
                    values=form.cleaned_data,
                    actor=while_thresholds_are(thresholds(workspace), workspace, actor),
                ),
            ):
                messages.success(request, gettext("The thresholds were saved."))
                return see_other(reverse("settings", args=[slug]))
        except PreconditionFailed:  # someone else saved first: compare again
            return self.post(request, slug)
        return self.render_page(workspace, form, status=422)

    def render_page(
        self, workspace: Workspace, form: ThresholdsForm, status: int = 200
    ) -> HttpResponse:
        page = get_page(self.request, settings_events(workspace.pk))
        context = {
            "form": form,
            "zone_form": TimeZoneForm(
                initial={"time_zone": workspace.time_zone}, auto_id="zone_%s"
            ),
            "page": page,
            "changes": describe_settings_events(list(page)),
        }
        return render(self.request, "workspaces/settings.html", context, status=status)


def while_thresholds_are(shown: dict[str, int], workspace: Workspace, actor: Actor) -> Actor:
    """Return the actor with the precondition that the workspace's thresholds are the ones shown."""

    def check() -> None:
        if thresholds(workspace_by_id(workspace.pk)) != shown:
            raise PreconditionFailed("")

    return actor.with_precondition(check)
