"""A journey as it was: to be read, compared with now, named, and brought back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from changes.forms import ServiceForm
from changes.history import actor_names
from changes.models import ChangeSet, NamedVersion
from changes.pages import render_form_page, submit_form, with_form_idempotency
from changes.services import restore, version_create_name
from cxmap.forms import NameForm
from cxmap.past import compared, journey_at
from cxmap.views.journey import JourneyPage
from journeys.models import Journey
from workspaces.access import DRAW, Actor
from workspaces.errors import NotFound
from workspaces.pages import see_other


class VersionPage(JourneyPage):
    """What the pages of one version share."""

    tab = "history"

    def about(self, journey: Journey, actor: Actor, number: int) -> dict[str, Any]:
        """Return the header, and who made the version when; NotFound for one that never was."""
        made = ChangeSet.objects.filter(stream=journey.pk, version=number).first()
        if made is None:
            raise NotFound
        return {
            **self.header(journey, actor),
            "number": number,
            "made": made,
            "who": actor_names([made]).get((made.actor_kind, made.actor_id), "Somebody"),
            "names": NamedVersion.objects.filter(stream=journey.pk, number=number).order_by("name"),
        }


class Version(VersionPage):
    """Everything of a journey at one version, read only."""

    def get(self, request: HttpRequest, journey_id: UUID, number: int) -> HttpResponse:
        journey, actor = self.open(journey_id)
        context = self.about(journey, actor, number)
        past = journey_at(journey.pk, number)
        if past is None:
            raise NotFound
        return render(request, "journeys/version.html", {**context, "past": past})


class Compare(VersionPage):
    """What became of a version, in sentences, stage by stage."""

    def get(self, request: HttpRequest, journey_id: UUID, number: int) -> HttpResponse:
        journey, actor = self.open(journey_id)
        context = self.about(journey, actor, number)
        return render(
            request,
            "journeys/compare.html",
            {**context, "differences": compared(journey.pk, number)},
        )


class VersionDeed(JourneyPage):
    """Something done with one version: GET asks, POST does it."""

    form: type[ServiceForm] = ServiceForm
    template = "sheets/deed.html"
    question = ""
    button = ""
    said = ""

    def get(self, request: HttpRequest, journey_id: UUID, number: int) -> HttpResponse:
        journey, actor = self.open(journey_id)
        actor.require(DRAW)
        return self.show(journey, number, self.form())

    def post(self, request: HttpRequest, journey_id: UUID, number: int) -> HttpResponse:
        journey, actor = self.open(journey_id)
        actor.require(DRAW)
        form = self.form(request.POST)
        if form.is_valid() and submit_form(
            form,
            lambda: self.work(
                journey, number, with_form_idempotency(request, actor), form.cleaned_data
            ),
        ):
            messages.success(request, self.said.format(number))
            return see_other(self.next(journey))
        return self.show(journey, number, form, refused=True)

    def work(self, journey: Journey, number: int, actor: Actor, values: dict[str, Any]) -> None:
        raise NotImplementedError

    def next(self, journey: Journey) -> str:
        return reverse("journey_history", args=[journey.pk])

    def show(
        self, journey: Journey, number: int, form: ServiceForm, *, refused: bool = False
    ) -> HttpResponse:
        context = {
            "question": self.question.format(number),
            "button": self.button,
            "form": form,
            "journey": journey,
            "number": number,
            "back": reverse("journey_version", args=[journey.pk, number]),
        }
        return render_form_page(self.request, self.template, context, refused=refused)


class Name(VersionDeed):
    form = NameForm
    question = "What is version {} called?"
    button = "Name this version"
    said = "Version {} has a name now."

    def work(self, journey: Journey, number: int, actor: Actor, values: dict[str, Any]) -> None:
        version_create_name(journey.pk, name=values["name"], number=number, actor=actor)


class Restore(VersionDeed):
    template = "journeys/restore.html"
    question = "Bring the journey back to version {}?"
    button = "Restore this version"
    said = "The map is what it was at version {}. You can undo this."

    def work(self, journey: Journey, number: int, actor: Actor, values: dict[str, Any]) -> None:
        restore(journey.pk, number, actor=actor)

    def next(self, journey: Journey) -> str:
        return reverse("journey", args=[journey.pk])
