"""Earlier versions of a journey: view, compare, name and restore."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from changes.history import actor_names
from changes.models import ChangeSet, NamedVersion
from changes.record_views import render_form_page, submit_form
from changes.services import restore, version_create_name
from core.actors import DRAW, Actor
from core.errors import NotFound
from core.form_idempotency import with_form_idempotency
from core.forms import ServiceForm
from journeys.models import Journey
from pages.forms import NamedVersionForm
from pages.version_diff import diff_with_current
from pages.versions import journey_at_version
from pages.views.journey_outline import JourneyPageView
from workspaces.page_views import see_other


class VersionPageView(JourneyPageView):
    """Base view for the pages of one version."""

    tab = "history"

    def version_context(self, journey: Journey, actor: Actor, number: int) -> dict[str, Any]:
        """Return the header and who made the version when. Raise NotFound if it doesn't exist."""
        made = ChangeSet.objects.filter(stream=journey.pk, version=number).first()
        if made is None:
            raise NotFound
        return {
            **self.header_context(journey, actor),
            "number": number,
            "made": made,
            "who": actor_names([made]).get((made.actor_kind, made.actor_id), "Someone"),
            "names": NamedVersion.objects.filter(stream=journey.pk, number=number).order_by("name"),
        }


class VersionDetailView(VersionPageView):
    """A journey at one version, read-only."""

    def get(self, request: HttpRequest, journey_id: UUID, number: int) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        context = self.version_context(journey, actor, number)
        past = journey_at_version(journey.pk, number)
        if past is None:
            raise NotFound
        return render(request, "journeys/version.html", {**context, "past": past})


class VersionCompareView(VersionPageView):
    """The differences between a version and the current state, as sentences by stage."""

    def get(self, request: HttpRequest, journey_id: UUID, number: int) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        context = self.version_context(journey, actor, number)
        return render(
            request,
            "journeys/compare.html",
            {**context, "differences": diff_with_current(journey.pk, number)},
        )


class VersionActionView(JourneyPageView):
    """Base view for an action on a version: GET shows the form, POST performs the action."""

    form_class: type[ServiceForm] = ServiceForm
    template_name = "forms/action.html"
    question = ""
    button_label = ""
    success_message = ""

    def get(self, request: HttpRequest, journey_id: UUID, number: int) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        actor.require(DRAW)
        return self.render_page(journey, number, self.form_class())

    def post(self, request: HttpRequest, journey_id: UUID, number: int) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        actor.require(DRAW)
        form = self.form_class(request.POST)
        if form.is_valid() and submit_form(
            form,
            lambda: self.perform(
                journey, number, with_form_idempotency(request, actor), form.cleaned_data
            ),
        ):
            messages.success(request, self.success_message.format(number))
            return see_other(self.get_success_url(journey))
        return self.render_page(journey, number, form, refused=True)

    def perform(self, journey: Journey, number: int, actor: Actor, values: dict[str, Any]) -> None:
        raise NotImplementedError

    def get_success_url(self, journey: Journey) -> str:
        return reverse("journey_history", args=[journey.pk])

    def render_page(
        self, journey: Journey, number: int, form: ServiceForm, *, refused: bool = False
    ) -> HttpResponse:
        context = {
            "question": self.question.format(number),
            "button": self.button_label,
            "form": form,
            "journey": journey,
            "number": number,
            "back": reverse("journey_version", args=[journey.pk, number]),
        }
        return render_form_page(self.request, self.template_name, context, refused=refused)


class VersionNameView(VersionActionView):
    form_class = NamedVersionForm
    question = "Name version {}"
    button_label = "Name this version"
    success_message = "Version {} was named."

    def perform(self, journey: Journey, number: int, actor: Actor, values: dict[str, Any]) -> None:
        version_create_name(journey.pk, name=values["name"], number=number, actor=actor)


class VersionRestoreView(VersionActionView):
    template_name = "journeys/restore.html"
    question = "Restore version {}?"
    button_label = "Restore this version"
    success_message = "Version {} was restored. You can undo this."

    def perform(self, journey: Journey, number: int, actor: Actor, values: dict[str, Any]) -> None:
        restore(journey.pk, number, actor=actor)

    def get_success_url(self, journey: Journey) -> str:
        return reverse("journey", args=[journey.pk])
