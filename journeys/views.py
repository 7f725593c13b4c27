"""Pages that write personas, journeys, stages, steps and lanes. Reading them: cxmap/views."""

from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse

from changes.models import Record
from changes.pages import RecordAdd, RecordPage, RecordSheet
from journeys.access import get_journey, get_lane, get_persona, get_stage, get_step
from journeys.forms import (
    AmongForm,
    JourneyForm,
    LaneForm,
    PersonaForm,
    StageForm,
    StepForm,
    StepPlaceForm,
)
from journeys.models import Stage
from workspaces.access import DRAW, get_workspace


def seen_at(record: Record) -> str:
    """Return where a record of a journey is seen: its place in the list."""
    return f"{reverse('journey', args=[record.stream_id])}#{record.slug}-{record.pk}"


class OnJourney(RecordPage):
    def back(self, record: Record) -> str:
        return seen_at(record)


class JourneySheet(OnJourney, RecordSheet):
    load = get_journey
    form = JourneyForm


class StageSheet(OnJourney, RecordSheet):
    load = get_stage
    form = StageForm
    place_form = AmongForm


class StepSheet(OnJourney, RecordSheet):
    load = get_step
    form = StepForm
    place_form = StepPlaceForm


class LaneSheet(OnJourney, RecordSheet):
    load = get_lane
    form = LaneForm
    place_form = AmongForm


class StageAdd(OnJourney, RecordAdd):
    """A stage at the end, with a first step: it never has none."""

    parent = get_journey
    form = StageForm

    def ops(self, parent: Any, form: Any, record_id: UUID) -> list[dict[str, Any]]:
        first = {
            "op": "add",
            "type": "step",
            "fields": {"title": "First step"},
            "place": {"stage": str(record_id)},
        }
        return [*super().ops(parent, form, record_id), first]


class StepAdd(OnJourney, RecordAdd):
    parent = get_stage
    form = StepForm

    def place(self, parent: Stage, form: Any) -> dict[str, Any]:
        return {"stage": str(parent.pk)}


class LaneAdd(OnJourney, RecordAdd):
    parent = get_journey
    form = LaneForm

    def label(self, form: Any) -> str:
        return str(form.cleaned_data["department"] or "lane")


class OfDirectory(RecordPage):
    right: ClassVar[str] = DRAW

    def back(self, record: Record) -> str:
        slug = get_workspace(self.caller, record.stream_id).slug
        return f"{reverse('library', args=[slug])}#{record.slug}-{record.pk}"


class PersonaSheet(OfDirectory, RecordSheet):
    load = get_persona
    form = PersonaForm


class PersonaAdd(OfDirectory, RecordAdd):
    parent = get_workspace
    form = PersonaForm
