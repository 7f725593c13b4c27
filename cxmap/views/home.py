"""The journeys of a workspace, and the first page of somebody signed in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from changes.pages import answer, attempt, under_form
from changes.tenancy import tenant
from cxmap.queries import journey_rows, journeys_matching
from journeys.forms import NewJourneyForm
from journeys.models import Journey
from journeys.services import journey_create
from workspaces.access import DRAW, get_workspace
from workspaces.ids import uuid7
from workspaces.models import Workspace
from workspaces.pages import Page, see_other

SHOWN = 200


class Start(Page):
    """Lead to the first workspace."""

    def get(self, request: HttpRequest) -> HttpResponse:
        workspace = get_workspace(self.caller, self.caller.workspace_ids[0])
        return redirect("home", workspace.slug)


class Home(Page):
    """Rows of journeys; searching and filtering are a GET form."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_named(slug)
        asked = {name: request.GET.get(name, "").strip() for name in ("q", "kind", "status")}
        if asked["kind"] not in Journey.Kind.values:
            asked["kind"] = ""
        if asked["status"] not in Journey.Status.values:
            asked["status"] = ""
        asked["q"] = asked["q"].replace("\x00", "")
        matching = journeys_matching(workspace.id, **asked)
        found = list(matching[: SHOWN + 1])
        context = {
            "rows": journey_rows(found[:SHOWN]),
            "there_are_more": len(found) > SHOWN,
            "asked": asked,
            "is_filtered": any(asked.values()),
            "kinds": Journey.Kind.choices,
            "statuses": Journey.Status.choices,
            "may_draw": actor.can(DRAW),
        }
        return render(request, "home/home.html", context)


class NewJourney(Page):
    """A journey needs a title; its first stage makes it somewhere to begin."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, _ = self.enter_named(slug, DRAW)
        form = NewJourneyForm(workspace_id=workspace.id, initial={"kind": "customer"})
        return self.show(workspace, form)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_named(slug, DRAW)
        actor = under_form(request, actor)
        journey_id = actor.gesture or uuid7()
        with tenant(self.caller.workspace_ids):
            form = NewJourneyForm(request.POST, workspace_id=workspace.id)
            is_valid = form.is_valid()
        if is_valid and attempt(form, lambda: self.create(form.cleaned_data, actor, journey_id)):
            messages.success(request, "A new journey. What happens first?")
            return see_other(reverse("journey", args=[journey_id]))
        return self.show(workspace, form, refused=True)

    def create(self, values: dict[str, Any], actor: Any, journey_id: Any) -> None:
        first = values.pop("first_stage") or "First stage"
        journey_create(actor=actor, journey_id=journey_id, first_stage=first, **values)

    def show(
        self, workspace: Workspace, form: NewJourneyForm, *, refused: bool = False
    ) -> HttpResponse:
        context = {
            "noun": "journey",
            "form": form,
            "back": reverse("home", args=[workspace.slug]),
        }
        return answer(self.request, "sheets/record.html", context, refused=refused)
