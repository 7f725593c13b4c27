"""Pages that edit journeys and their parts.

The pages app has the pages that show them.
"""

from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.record_views import ActionView, RecordCreateView, RecordEditView
from core.actors import DRAW, Actor
from journeys.access import (
    get_journey,
    get_lane,
    get_measure,
    get_note,
    get_stage,
    get_step,
)
from journeys.forms import (
    DuplicateForm,
    JourneyForm,
    LaneForm,
    MeasureForm,
    NoteForm,
    SiblingPositionForm,
    StageForm,
    StepForm,
    StepItemPositionForm,
    StepPositionForm,
)
from journeys.models import Journey, Lane, Stage
from journeys.services import journey_duplicate, set_lock


class JourneyEditView(RecordEditView):
    getter = get_journey
    form_class = JourneyForm


class StageEditView(RecordEditView):
    getter = get_stage
    form_class = StageForm
    position_form_class = SiblingPositionForm


class StepEditView(RecordEditView):
    getter = get_step
    form_class = StepForm
    position_form_class = StepPositionForm


class LaneEditView(RecordEditView):
    getter = get_lane
    form_class = LaneForm
    position_form_class = SiblingPositionForm


class NoteEditView(RecordEditView):
    getter = get_note
    form_class = NoteForm
    position_form_class = StepItemPositionForm


class MeasureEditView(RecordEditView):
    getter = get_measure
    form_class = MeasureForm
    position_form_class = StepItemPositionForm


class StageCreateView(RecordCreateView):
    """Add a stage with a first step at the end of a journey. A stage needs at least one step."""

    parent_getter = get_journey
    form_class = StageForm
    heading = _("New stage")
    button_label = _("Add stage")

    def build_ops(self, parent: Any, form: Any, record_id: UUID) -> list[dict[str, Any]]:
        first_step = {
            "op": "add",
            "type": "step",
            "fields": {"title": gettext("First step")},
            "place": {"stage": str(record_id)},
        }
        return [*super().build_ops(parent, form, record_id), first_step]


class StepCreateView(RecordCreateView):
    parent_getter = get_stage
    form_class = StepForm
    heading = _("New step")
    button_label = _("Add step")


class NoteCreateView(RecordCreateView):
    parent_getter = get_step
    form_class = NoteForm
    heading = _("New note")
    button_label = _("Add note")


class MeasureCreateView(RecordCreateView):
    parent_getter = get_step
    form_class = MeasureForm
    heading = _("New measure")
    button_label = _("Add measure")


class LaneCreateView(RecordCreateView):
    parent_getter = get_journey
    form_class = LaneForm
    heading = _("New lane")
    button_label = _("Add lane")

    def get_label(self, form: Any) -> str:
        return str(form.cleaned_data["department"] or Lane._meta.verbose_name)


class DuplicateView(ActionView):
    """Copy a journey. Subclasses create a future state or a template."""

    getter = get_journey
    required_right = DRAW
    form_class = DuplicateForm
    kind: ClassVar[str] = "copy"
    title_template: ClassVar[str] = _("{} (copy)")
    question = _("Duplicate “{}”")
    button_label = _("Duplicate")
    success_message = _("This is your copy of “{}”.")

    def build_form(self, record: Journey, data: Any) -> DuplicateForm:
        return DuplicateForm(
            data, initial={"title": self.title_template.format(record.title)[:200]}
        )

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


class DuplicateAsFutureView(DuplicateView):
    kind = "future"
    title_template = _("{}, as it should be")
    question = _("Draw “{}” as it should be")
    button_label = _("Create from a copy")
    success_message = _("This is “{}” as it should be. Edit what should change.")


class DuplicateAsTemplateView(DuplicateView):
    kind = "template"
    title_template = "{}"
    question = _("Save “{}” as a template")
    button_label = _("Save as template")
    success_message = _("“{}” was saved as a template. You can create journeys from it.")


class LockView(ActionView):
    """Lock a record. The list has a button for this; GET shows a page that asks for confirmation."""

    required_right = DRAW
    is_locking: ClassVar[bool] = True
    question = _("Lock “{}”")
    button_label = _("Lock")
    success_message = _("“{}” is locked. Unlock it to change it.")
    template_name = "forms/lock.html"

    def perform(self, record: Stage | Lane, values: dict[str, Any], actor: Actor) -> None:
        set_lock(row=record, locked=self.is_locking, actor=actor)

    def get_extra_context(self, record: Stage | Lane) -> dict[str, Any]:
        return {"locks": self.is_locking}


class StageLockView(LockView):
    getter = get_stage


class LaneLockView(LockView):
    getter = get_lane


class UnlockMixin:
    is_locking = False
    question = _("Unlock “{}”")
    button_label = _("Unlock")
    success_message = _("“{}” is unlocked.")


class StageUnlockView(UnlockMixin, LockView):
    getter = get_stage


class LaneUnlockView(UnlockMixin, LockView):
    getter = get_lane
