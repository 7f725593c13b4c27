"""The list of a workspace's journeys, which is also the home page of signed-in users."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.models import field_of
from changes.record_views import render_form_page, submit_form
from core.actors import DRAW, Actor
from core.form_idempotency import with_form_idempotency
from core.ids import uuid7
from core.tenancy import ensure_tenant_scope, tenant_scope
from journey_templates.queries import JourneyTemplate, list_templates
from journey_templates.services import journey_create_from_template
from journeys.forms import JourneyCreateForm
from journeys.models import Journey
from journeys.services import journey_create
from pages.paging import PAGE_SIZE, get_page
from pages.queries.journeys import (
    journey_summaries,
    order_by_folder,
    search_journeys,
    subfolders,
)
from workspaces.access import get_workspace
from workspaces.models import Member, Workspace
from workspaces.page_views import WorkspacePageView, see_other

BY_CHANGE = "changed"
CREATED_MESSAGE = _("Journey created. What happens first?")
CREATED_FROM_TEMPLATE_MESSAGE = _("Journey created. Adapt it to your customers.")


class WorkspaceRedirectView(WorkspacePageView):
    """Redirect to the user's first workspace."""

    def get(self, request: HttpRequest) -> HttpResponse:
        workspace = get_workspace(self.caller, self.caller.workspace_ids[0])
        return redirect("home", workspace.slug)


class JourneyListView(WorkspacePageView):
    """The list of journeys by folder, with a search and filter form."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        asked = read_journey_filters(request)
        is_by_folder = request.GET.get("order") != BY_CHANGE
        matching = search_journeys(workspace.id, **asked)
        listed = order_by_folder(matching) if is_by_folder else matching
        page = get_page(request, Paginator(listed, PAGE_SIZE))
        folders = subfolders(matching, asked["folder"])
        context = {
            "page": page,
            "rows": journey_summaries(page.object_list),
            "asked": asked,
            "is_filtered": any(asked.values()),
            "folders": folders,
            "outer_folders": outer_folders(asked["folder"]),
            "has_folders": bool(folders or asked["folder"]),
            "is_by_folder": is_by_folder,
            "kinds": Journey.Kind.choices,
            "statuses": Journey.Status.choices,
            "may_draw": actor.can(DRAW),
        }
        return render(request, "journeys/journey_list.html", context)


def read_journey_filters(request: HttpRequest) -> dict[str, str]:
    """Return the filters in the query string. Unknown values are dropped."""
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "kind", "status", "folder")}
    if asked["kind"] not in Journey.Kind.values:
        asked["kind"] = ""
    if asked["status"] not in Journey.Status.values:
        asked["status"] = ""
    asked["folder"] = field_of(Journey, "folder").to_python(asked["folder"])
    return asked


def outer_folders(path: str) -> list[tuple[str, str]]:
    """Return (name, path) of a folder and of the folders around it, from the outermost."""
    names = path.split("/") if path else []
    return [(name, "/".join(names[: depth + 1])) for depth, name in enumerate(names)]


class JourneyCreateView(WorkspacePageView):
    """Create a journey with a title and a first stage, or from a template (`?template=`)."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug, DRAW)
        chosen = self.chosen_template(list_templates([workspace.id]))
        initial = {"kind": chosen.kind, "title": chosen.title} if chosen else {"kind": "customer"}
        initial["folder"] = request.GET.get("folder", "")
        form = self.build_form(actor, chosen, initial=initial)
        return self.render_page(workspace, form)

    def build_form(
        self, actor: Actor, chosen: JourneyTemplate | None, data: Any = None, **more: Any
    ) -> JourneyCreateForm:
        member = Member.objects.filter(pk=actor.member_id).select_related("user").first()
        return JourneyCreateForm(
            data,
            workspace_id=actor.workspace_id,
            maker=member,
            from_template=chosen is not None,
            **more,
        )

    def chosen_template(self, offered: list[JourneyTemplate]) -> JourneyTemplate | None:
        """Return the template in the query string, or None if there is no such template here."""
        named = self.request.GET.get("template")
        return next((template for template in offered if template.key == named), None)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug, DRAW)
        actor = with_form_idempotency(request, actor)
        journey_id = actor.gesture or uuid7()
        with tenant_scope(self.caller.workspace_ids):
            chosen = self.chosen_template(list_templates([workspace.id]))
            form = self.build_form(actor, chosen, request.POST)
            is_valid = form.is_valid()
        if is_valid and submit_form(
            form, lambda: self.create_journey(form.cleaned_data, actor, journey_id, chosen)
        ):
            messages.success(request, CREATED_FROM_TEMPLATE_MESSAGE if chosen else CREATED_MESSAGE)
            return see_other(self.get_success_url(journey_id, chosen))
        return self.render_page(workspace, form, refused=True)

    def get_success_url(self, journey_id: UUID, chosen: JourneyTemplate | None) -> str:
        """Return the URL of the list or, if the form asks for it, of the map.

        The map opens with its first text field, except for a journey from a template.
        """
        if self.request.POST.get("open") != "map":
            return reverse("journey", args=[journey_id])
        at = reverse("journey_map", args=[journey_id])
        if chosen:
            return at
        named = self.request.POST.get("first_stage", "").strip()
        return f"{at}#{'first-step' if named else 'first-stage'}"  # frontend/src/ui/initialEdit.ts

    def create_journey(
        self, values: dict[str, Any], actor: Actor, journey_id: UUID, chosen: JourneyTemplate | None
    ) -> None:
        first = values.pop("first_stage", "") or gettext("First stage")
        if chosen is None:
            journey_create(actor=actor, journey_id=journey_id, first_stage=first, **values)
        else:
            journey_create_from_template(
                template=chosen.key, actor=actor, journey_id=journey_id, **values
            )

    def render_page(
        self, workspace: Workspace, form: JourneyCreateForm, *, refused: bool = False
    ) -> HttpResponse:
        with ensure_tenant_scope(self.caller.workspace_ids):
            offered = list_templates([workspace.id])
            context = {
                "noun": "journey",
                "form": form,
                "back": reverse("home", args=[workspace.slug]),
                "templates": offered,
                "chosen": self.chosen_template(offered),
            }
            return render_form_page(self.request, "journeys/create.html", context, refused=refused)
