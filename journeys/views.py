"""Pages that write personas, journeys and their parts. Reading them: cxmap/views."""

from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse

from changes.models import Record
from changes.pages import ActionView, RecordCreateView, RecordEditView, RecordView
from journeys.access import (
    get_journey,
    get_lane,
    get_measure,
    get_note,
    get_persona,
    get_stage,
    get_step,
)
from journeys.forms import (
    AmongForm,
    DuplicateForm,
    InStepForm,
    JourneyForm,
    LaneForm,
    MeasureForm,
    NoteForm,
    PersonaForm,
    StageForm,
    StepForm,
    StepPlaceForm,
)
from journeys.models import Journey, Lane, Stage, Step
from journeys.services import journey_duplicate, lock_set
from workspaces.access import DRAW, Actor, get_workspace


def seen_at(record: Record) -> str:
    """Return where a record of a journey is seen: its place in the list."""
    return f"{reverse('journey', args=[record.stream_id])}#{record.slug}-{record.pk}"


class OnJourney(RecordView):
    def get_back_url(self, record: Record) -> str:
        return seen_at(record)


class JourneySheet(OnJourney, RecordEditView):
    getter = get_journey
    form_class = JourneyForm


class StageSheet(OnJourney, RecordEditView):
    getter = get_stage
    form_class = StageForm
    position_form_class = AmongForm


class StepSheet(OnJourney, RecordEditView):
    getter = get_step
    form_class = StepForm
    position_form_class = StepPlaceForm


class LaneSheet(OnJourney, RecordEditView):
    getter = get_lane
    form_class = LaneForm
    position_form_class = AmongForm


class NoteSheet(OnJourney, RecordEditView):
    getter = get_note
    form_class = NoteForm
    position_form_class = InStepForm


class MeasureSheet(OnJourney, RecordEditView):
    getter = get_measure
    form_class = MeasureForm
    position_form_class = InStepForm


class StageAdd(OnJourney, RecordCreateView):
    """A stage at the end, with a first step: it never has none."""

    parent_getter = get_journey
    form_class = StageForm

    def build_ops(self, parent: Any, form: Any, record_id: UUID) -> list[dict[str, Any]]:
        first = {
            "op": "add",
            "type": "step",
            "fields": {"title": "First step"},
            "place": {"stage": str(record_id)},
        }
        return [*super().build_ops(parent, form, record_id), first]


class StepAdd(OnJourney, RecordCreateView):
    parent_getter = get_stage
    form_class = StepForm

    def get_place(self, parent: Stage, form: Any) -> dict[str, Any]:
        return {"stage": str(parent.pk)}


class InStepAdd(OnJourney, RecordCreateView):
    parent_getter = get_step

    def get_place(self, parent: Step, form: Any) -> dict[str, Any]:
        return {"step": str(parent.pk)}


class NoteAdd(InStepAdd):
    form_class = NoteForm


class MeasureAdd(InStepAdd):
    form_class = MeasureForm


class LaneAdd(OnJourney, RecordCreateView):
    parent_getter = get_journey
    form_class = LaneForm

    def get_label(self, form: Any) -> str:
        return str(form.cleaned_data["department"] or "lane")


class Duplicate(ActionView):
    """A journey begun as another one is now; the three kinds differ in what it is for."""

    getter = get_journey
    form_class = DuplicateForm
    kind: ClassVar[str] = "copy"
    titled: ClassVar[str] = "{} (copy)"
    question = "Duplicate “{}”"
    button_label = "Duplicate"
    success_message = "“{}” has a copy now: this one."

    def get_record(self, record_id: UUID) -> Journey:
        journey = get_journey(self.caller, record_id, DRAW)
        self.enter_workspace(journey.workspace_id)
        return journey

    def build_form(self, record: Journey, data: Any) -> DuplicateForm:
        return DuplicateForm(data, initial={"title": self.titled.format(record.title)[:200]})

    def perform(self, record: Journey, values: dict[str, Any], actor: Actor) -> None:
        journey_duplicate(
            journey=record,
            title=values["title"],
            kind=self.kind,
            actor=actor,
            journey_id=actor.gesture,
        )

    def get_back_url(self, record: Journey) -> str:
        return reverse("journey", args=[record.pk])

    def get_success_url(self, record: Journey, actor: Actor) -> str:
        return reverse("journey", args=[actor.gesture])


class DuplicateAsFuture(Duplicate):
    kind = "future"
    titled = "{}, as it should be"
    question = "Draw how “{}” should be"
    button_label = "Begin with a copy"
    success_message = "This is “{}” as it should be. Change what has to change."


class DuplicateAsTemplate(Duplicate):
    kind = "template"
    titled = "{}"
    question = "Save “{}” as a template"
    button_label = "Save as template"
    success_message = "“{}” is a template now: others can begin from it."


class Lock(ActionView):
    """A lock set, or taken away; one button in the list, and a page where there are no scripts."""

    locked: ClassVar[bool] = True
    question = "Lock “{}”"
    button_label = "Lock"
    success_message = "“{}” is locked. Unlock it to change it."
    template_name = "sheets/lock.html"

    def get_record(self, record_id: UUID) -> Stage | Lane:
        row: Stage | Lane = type(self).getter(self.caller, record_id, DRAW)
        self.enter_workspace(row.workspace_id)
        return row

    def perform(self, record: Stage | Lane, values: dict[str, Any], actor: Actor) -> None:
        lock_set(row=record, locked=self.locked, actor=actor)

    def get_back_url(self, record: Stage | Lane) -> str:
        return seen_at(record)

    def get_extra_context(self, record: Stage | Lane) -> dict[str, Any]:
        return {"locks": self.locked}


class StageLock(Lock):
    getter = get_stage


class LaneLock(Lock):
    getter = get_lane


class Unlock(Lock):
    locked = False
    question = "Unlock “{}”"
    button_label = "Unlock"
    success_message = "“{}” can be changed again."


class StageUnlock(Unlock):
    getter = get_stage


class LaneUnlock(Unlock):
    getter = get_lane


class OfDirectory(RecordView):
    required_right: ClassVar[str] = DRAW

    def get_back_url(self, record: Record) -> str:
        slug = get_workspace(self.caller, record.stream_id).slug
        return f"{reverse('library', args=[slug])}#{record.slug}-{record.pk}"


class PersonaSheet(OfDirectory, RecordEditView):
    getter = get_persona
    form_class = PersonaForm


class PersonaAdd(OfDirectory, RecordCreateView):
    parent_getter = get_workspace
    form_class = PersonaForm
