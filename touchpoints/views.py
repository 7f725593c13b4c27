"""Pages that add and edit touchpoints, promises and channels."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from changes.record_views import RecordCreateView, RecordEditView
from journeys.access import get_journey, get_step
from journeys.models import Journey, Step
from touchpoints.access import get_channel, get_promise, get_touchpoint
from touchpoints.forms import (
    ChannelForm,
    PromiseForm,
    TouchpointCreateForm,
    TouchpointForm,
    TouchpointPositionForm,
)
from workspaces.access import get_workspace


class TouchpointEditView(RecordEditView):
    getter = get_touchpoint
    form_class = TouchpointForm
    position_form_class = TouchpointPositionForm


class TouchpointCreateView(RecordCreateView):
    parent_getter = get_step
    form_class = TouchpointCreateForm
    heading = _("New touchpoint")
    button_label = _("Add touchpoint")

    def build_form(self, parent: Step, data: Any) -> TouchpointCreateForm:
        return TouchpointCreateForm(data, workspace_id=parent.workspace_id, step=parent)

    def get_place(self, parent: Step, form: Any) -> dict[str, Any]:
        return super().get_place(parent, form) | {"lane": str(form.cleaned_data["lane"].pk)}


class PromiseEditView(RecordEditView):
    getter = get_promise
    form_class = PromiseForm


class PromiseCreateView(RecordCreateView):
    parent_getter = get_journey
    form_class = PromiseForm
    heading = _("New promise")
    button_label = _("Add promise")

    def build_form(self, parent: Journey, data: Any) -> PromiseForm:
        made_in = self.request.GET.get("made_in")
        return PromiseForm(
            data,
            workspace_id=parent.workspace_id,
            stream_id=parent.pk,
            initial={"made_in": made_in, "tested_in": made_in},
        )


class ChannelEditView(RecordEditView):
    getter = get_channel
    form_class = ChannelForm
    page_name = "library"


class ChannelCreateView(RecordCreateView):
    parent_getter = get_workspace
    form_class = ChannelForm
    page_name = "library"
    heading = _("New channel")
    button_label = _("Add channel")
