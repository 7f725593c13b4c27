"""Pages that write touchpoints, promises and channels."""

from typing import Any

from django.urls import reverse

from changes.models import Record
from changes.pages import RecordAdd, RecordPage, RecordSheet, workspace_of
from journeys.access import get_journey, get_step
from journeys.models import Journey, Step
from touchpoints.access import get_channel, get_promise, get_touchpoint
from touchpoints.forms import (
    ChannelForm,
    NewTouchpointForm,
    PromiseForm,
    TouchpointForm,
    TouchpointPlaceForm,
)
from workspaces.access import get_workspace


class OnJourney(RecordPage):
    def back(self, record: Record) -> str:
        return f"{reverse('journey', args=[record.stream_id])}#{record.slug}-{record.pk}"


class TouchpointSheet(OnJourney, RecordSheet):
    load = get_touchpoint
    form = TouchpointForm
    place_form = TouchpointPlaceForm


class TouchpointAdd(OnJourney, RecordAdd):
    parent = get_step
    form = NewTouchpointForm

    def blank(self, parent: Step, data: Any) -> NewTouchpointForm:
        return NewTouchpointForm(data, workspace_id=parent.workspace_id, step=parent)

    def place(self, parent: Step, form: Any) -> dict[str, Any]:
        return {"step": str(parent.pk), "lane": str(form.cleaned_data["lane"].pk)}


class PromiseSheet(OnJourney, RecordSheet):
    load = get_promise
    form = PromiseForm


class PromiseAdd(OnJourney, RecordAdd):
    parent = get_journey
    form = PromiseForm

    def blank(self, parent: Journey, data: Any) -> PromiseForm:
        made_in = self.request.GET.get("made_in")
        return PromiseForm(
            data,
            workspace_id=workspace_of(parent),
            stream_id=parent.pk,
            initial={"made_in": made_in, "tested_in": made_in},
        )


class OfDirectory(RecordPage):
    def back(self, record: Record) -> str:
        slug = get_workspace(self.caller, record.stream_id).slug
        return f"{reverse('library', args=[slug])}#{record.slug}-{record.pk}"


class ChannelSheet(OfDirectory, RecordSheet):
    load = get_channel
    form = ChannelForm


class ChannelAdd(OfDirectory, RecordAdd):
    parent = get_workspace
    form = ChannelForm
