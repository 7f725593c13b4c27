"""Pages to create and revoke share links. shared_journey.py has the pages behind a link."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from changes.history import history
from changes.models import NamedVersion
from core.actors import DRAW, Actor
from core.errors import Conflict, InvalidRequest
from core.form_idempotency import with_form_idempotency
from core.tenancy import ensure_tenant_scope
from journeys.access import get_journey
from journeys.models import Journey
from pages.templatetags.form_tags import utc_text
from pages.views.journey_outline import JourneyPageView
from sharing.access import get_share_link
from sharing.forms import ShareLinkForm
from sharing.services import live_links, share_create, share_revoke
from workspaces.page_views import WorkspacePageView, see_other

MAX_RECENT_VERSIONS = 20  # offered in addition to the named versions


class ShareLinkListView(JourneyPageView):
    """A journey's active links, and a form to create one. The URL of a new link is shown once."""

    tab = "share"

    def get_journey(self, journey_id: UUID) -> tuple[Journey, Actor]:
        journey = get_journey(self.caller, journey_id, DRAW)
        return journey, self.enter_workspace(journey.workspace_id)

    def get(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        return self.render_page(journey, actor, self.build_form(journey))

    def post(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        form = self.build_form(journey, request.POST)
        if form.is_valid():
            until = timezone.now() + timedelta(days=form.cleaned_data["days"])
            try:
                _, secret = share_create(
                    journey=journey,
                    actor=with_form_idempotency(request, actor),
                    expires_at=until,
                    **form.service_kwargs(),
                )
            except (InvalidRequest, Conflict) as refusal:
                form.add_service_error(refusal)
            else:
                link = settings.PUBLIC_URL + reverse("shared", args=[secret])
                return self.render_page(journey, actor, self.build_form(journey), link=link)
        return self.render_page(journey, actor, form, status=422)

    def build_form(self, journey: Journey, sent: QueryDict | None = None) -> ShareLinkForm:
        with ensure_tenant_scope(self.caller.workspace_ids):
            return ShareLinkForm(sent, versions=version_choices(journey))

    def render_page(
        self, journey: Journey, actor: Actor, form: ShareLinkForm, status: int = 200, **extra: Any
    ) -> HttpResponse:
        links = live_links(journey.pk).select_related("made_by__user")
        with ensure_tenant_scope(self.caller.workspace_ids):
            context = {
                **self.header_context(journey, actor),
                "links": links.order_by("-created_at"),
                "form": form,
                **extra,
            }
            return render(self.request, "journeys/share.html", context, status=status)


def version_choices(journey: Journey) -> list[tuple[str, Any]]:
    """Return the form's choices for what a link shows: always the latest, or a named or recent version."""
    named = list(NamedVersion.objects.filter(stream=journey.pk).order_by("-number", "name"))
    numbers = {version.number for version in named}
    sittings, _ = history(journey.workspace_id, journey.pk)
    recent = [sitting.latest for sitting in sittings if sitting.last_version not in numbers][
        :MAX_RECENT_VERSIONS
    ]
    groups = {
        gettext("Named"): [
            (
                version.number,
                gettext("“{name}”, version {version}").format(
                    name=version.name, version=version.number
                ),
            )
            for version in named
        ],
        gettext("Recent"): [
            (
                row.version,
                gettext("Version {version}, {time}, by {author}").format(
                    version=row.version, time=utc_text(row.at), author=row.actor_name
                ),
            )
            for row in recent
        ],
    }
    return [("", gettext("Always the latest")), *((name, of) for name, of in groups.items() if of)]


class ShareLinkRevokeView(WorkspacePageView):
    def post(self, request: HttpRequest, link_id: UUID) -> HttpResponse:
        link = get_share_link(self.caller, link_id)
        share_revoke(link=link, actor=self.enter_workspace(link.workspace_id))
        messages.success(request, gettext("The link was revoked."))
        return see_other(reverse("journey_share", args=[link.journey]))
