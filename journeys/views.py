"""Pages that write personas, journeys and their parts. Reading them: cxmap/views."""

from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse

from changes.models import Record
from changes.pages import Deed, RecordAdd, RecordPage, RecordSheet
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


class NoteSheet(OnJourney, RecordSheet):
    load = get_note
    form = NoteForm
    place_form = InStepForm


class MeasureSheet(OnJourney, RecordSheet):
    load = get_measure
    form = MeasureForm
    place_form = InStepForm


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


class InStepAdd(OnJourney, RecordAdd):
    parent = get_step

    def place(self, parent: Step, form: Any) -> dict[str, Any]:
        return {"step": str(parent.pk)}


class NoteAdd(InStepAdd):
    form = NoteForm


class MeasureAdd(InStepAdd):
    form = MeasureForm


class LaneAdd(OnJourney, RecordAdd):
    parent = get_journey
    form = LaneForm

    def label(self, form: Any) -> str:
        return str(form.cleaned_data["department"] or "lane")


class Duplicate(Deed):
    """A journey begun as another one is now; the three kinds differ in what it is for."""

    load = get_journey
    form = DuplicateForm
    kind: ClassVar[str] = "copy"
    titled: ClassVar[str] = "{} (copy)"
    question = "Duplicate “{}”"
    button = "Duplicate"
    said = "“{}” has a copy now: this one."

    def open(self, record_id: UUID) -> Journey:
        journey = get_journey(self.caller, record_id, DRAW)
        self.enter(journey.workspace_id)
        return journey

    def blank(self, record: Journey, data: Any) -> DuplicateForm:
        return DuplicateForm(data, initial={"title": self.titled.format(record.title)[:200]})

    def work(self, record: Journey, values: dict[str, Any], actor: Actor) -> None:
        journey_duplicate(
            journey=record,
            title=values["title"],
            kind=self.kind,
            actor=actor,
            journey_id=actor.gesture,
        )

    def back(self, record: Journey) -> str:
        return reverse("journey", args=[record.pk])

    def onward(self, record: Journey, actor: Actor) -> str:
        return reverse("journey", args=[actor.gesture])


class DuplicateAsFuture(Duplicate):
    kind = "future"
    titled = "{}, as it should be"
    question = "Draw how “{}” should be"
    button = "Begin with a copy"
    said = "This is “{}” as it should be. Change what has to change."


class DuplicateAsTemplate(Duplicate):
    kind = "template"
    titled = "{}"
    question = "Save “{}” as a template"
    button = "Save as template"
    said = "“{}” is a template now: others can begin from it."


class Lock(Deed):
    """A lock set, or taken away; one button in the list, and a page where there are no scripts."""

    locked: ClassVar[bool] = True
    question = "Lock “{}”"
    button = "Lock"
    said = "“{}” is locked. Unlock it to change it."
    template = "sheets/lock.html"

    def open(self, record_id: UUID) -> Stage | Lane:
        row: Stage | Lane = type(self).load(self.caller, record_id, DRAW)
        self.enter(row.workspace_id)
        return row

    def work(self, record: Stage | Lane, values: dict[str, Any], actor: Actor) -> None:
        lock_set(row=record, locked=self.locked, actor=actor)

    def back(self, record: Stage | Lane) -> str:
        return seen_at(record)

    def context(self, record: Stage | Lane) -> dict[str, Any]:
        return {"locks": self.locked}


class StageLock(Lock):
    load = get_stage


class LaneLock(Lock):
    load = get_lane


class Unlock(Lock):
    locked = False
    question = "Unlock “{}”"
    button = "Unlock"
    said = "“{}” can be changed again."


class StageUnlock(Unlock):
    load = get_stage


class LaneUnlock(Unlock):
    load = get_lane


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
