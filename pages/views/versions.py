"""Pages for earlier versions of a journey: view, compare, name and restore."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.history import actor_names
from changes.models import ChangeSet, NamedVersion
from changes.record_views import ActionView
from changes.services import restore, version_create_name
from core.actors import DRAW, Actor
from core.errors import NotFound
from journeys.access import get_journey
from journeys.models import Journey
from pages.forms import NamedVersionForm
from pages.version_diff import diff_with_current
from pages.versions import journey_at_version
from pages.views.journey_outline import JourneyPageView


class VersionPageView(JourneyPageView):
    """Base view for the pages of a version."""

    tab = "history"

    def version_context(self, journey: Journey, actor: Actor, number: int) -> dict[str, Any]:
        """Return the context of the header and of the version: its number, change set, author and names.

        Raise NotFound if the journey has no such version.
        """
        sets = ChangeSet.objects.filter(workspace_id=journey.workspace_id, stream_id=journey.pk)
        made = sets.filter(version=number).first()
        if made is None:
            raise NotFound
        return {
            **self.header_context(journey, actor),
            "number": number,
            "made": made,
            "who": actor_names([made]).get((made.actor_kind, made.actor_id), gettext("Someone")),
            "names": NamedVersion.objects.filter(stream=journey.pk, number=number).order_by("name"),
        }


class VersionDetailView(VersionPageView):
    """A journey at one version, read-only."""

    def get(self, request: HttpRequest, journey_id: UUID, number: int) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        context = self.version_context(journey, actor, number)
        past = journey_at_version(journey, number)
        if past is None:
            raise NotFound
        return render(request, "journeys/version.html", {**context, "past": past})


class VersionCompareView(VersionPageView):
    """The differences between a version and the current state, in sentences by stage."""

    def get(self, request: HttpRequest, journey_id: UUID, number: int) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        context = self.version_context(journey, actor, number)
        return render(
            request,
            "journeys/compare.html",
            {**context, "differences": diff_with_current(journey, number)},
        )


class VersionActionView(ActionView):
    """Base view for actions on a version of a journey."""

    getter = get_journey
    required_right = DRAW

    def dispatch(self, request: HttpRequest, *args: Any, number: int, **kwargs: Any) -> Any:
        self.number = number
        return super().dispatch(request, *args, **kwargs)

    def get_label(self, record: Journey) -> str:
        return str(self.number)

    def get_back_url(self, record: Journey) -> str:
        return reverse("journey_version", args=[record.pk, self.number])

    def get_extra_context(self, record: Journey) -> dict[str, Any]:
        return {"number": self.number}


class VersionNameView(VersionActionView):
    form_class = NamedVersionForm
    question = _("Name version {}")
    button_label = _("Name this version")
    success_message = _("Version {} was named.")

    def perform(self, record: Journey, values: dict[str, Any], actor: Actor) -> None:
        version_create_name(record.pk, name=values["name"], number=self.number, actor=actor)

    def get_success_url(self, record: Journey, actor: Actor) -> str:
        return reverse("journey_history", args=[record.pk])


class VersionRestoreView(VersionActionView):
    template_name = "journeys/restore.html"
    question = _("Restore version {}?")
    button_label = _("Restore this version")
    success_message = _("Version {} was restored. You can undo this.")

    def perform(self, record: Journey, values: dict[str, Any], actor: Actor) -> None:
        restore(record.pk, self.number, actor=actor)

    def get_success_url(self, record: Journey, actor: Actor) -> str:
        return reverse("journey", args=[record.pk])
