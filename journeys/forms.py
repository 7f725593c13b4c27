"""Forms for journeys and the parts of a journey."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.forms import RecordForm
from changes.record_views import sibling_ids
from core.edit_conflicts import EditConflictMixin
from core.forms import NumberField, NumberListField, ServiceForm, SuggestionsInput
from core.pickers import PickerField
from journeys.models import Journey, Lane, Measure, Note, Persona, Stage, Step
from journeys.producer import CREATOR, ProducerChoice
from journeys.queries import (
    JOURNEY_SEARCH,
    PERSONA_SEARCH,
    linkable_journeys,
    list_folders,
    steps_by_stage,
)
from people.queries import (
    DEPARTMENT_SEARCH,
    PERSON_SEARCH,
    department_choices,
    present_persons,
)
from workspaces.models import Member

FOLDER_HELP = _("Use slashes for folders inside folders, for example Consumer/Mobile.")


class BaseJourneyForm(RecordForm):
    """Base form for a journey. Suggests the folders that journeys are in."""

    persona = PickerField(PERSONA_SEARCH, label=_("Persona"), required=False, empty_label=_("None"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        personas = Persona.objects.filter(workspace=self.workspace_id).order_by("name", "pk")
        self.fields["persona"].offer(personas, self.workspace_id)  # type: ignore[attr-defined]
        self.fields["folder"].widget.suggestions = list_folders(self.workspace_id)  # type: ignore[attr-defined]


class JourneyForm(BaseJourneyForm):
    pair_of = PickerField(
        JOURNEY_SEARCH,
        label=_("Pair"),
        required=False,
        empty_label=_("None"),
        help_text=_("For a journey “as it should be”: the journey that shows the current state."),
    )

    class Meta:
        model = Journey
        fields: ClassVar = list(Journey.op_fields)
        widgets: ClassVar = {"folder": SuggestionsInput}
        help_texts: ClassVar = {
            "folder": FOLDER_HELP,
            "is_template": _("A starting point for new journeys. Not counted in coverage."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state = Journey.State.CURRENT.value
        current = other_journeys(self.workspace_id, self.instance.pk).filter(state=state)
        self.fields["pair_of"].offer(current, self.workspace_id, state=state)  # type: ignore[attr-defined]


class JourneyCreateForm(BaseJourneyForm):
    """Form to create a journey and, optionally, its first stage."""

    first_stage = forms.CharField(
        label=_("First stage"),
        max_length=200,
        required=False,
        help_text=_("What happens first? You can add more later."),
    )
    producer = PickerField(
        PERSON_SEARCH,
        label=_("Producer"),
        required=False,
        empty_label=_("No producer yet"),
        help_text=_("Responsible for the whole journey. Proposes the directors of its stages."),
    )

    class Meta:
        model = Journey
        fields: ClassVar = ["title", "persona", "kind", "folder"]
        widgets: ClassVar = {"folder": SuggestionsInput}
        help_texts: ClassVar = {"folder": FOLDER_HELP}

    def __init__(
        self, *args: Any, maker: Member | None, from_template: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people = present_persons(self.workspace_id)
        others = people.exclude(member__isnull=False, member=maker)
        creator = {CREATOR: gettext("{name} (you)").format(name=maker)} if maker else {}
        self.fields["producer"].offer(others, self.workspace_id, creator)  # type: ignore[attr-defined]
        self.fields["producer"].initial = CREATOR if maker else None
        if from_template:
            del self.fields["first_stage"]

    def clean_producer(self) -> ProducerChoice:
        """Return the chosen person's id, CREATOR, or None for no producer.

        If the field wasn't submitted, the creator becomes the producer.
        """
        chosen = self.cleaned_data["producer"]
        if chosen == CREATOR or self.add_prefix("producer") not in self.data:
            return CREATOR
        return chosen.pk if chosen else None


class StageForm(RecordForm):
    class Meta:
        model = Stage
        fields: ClassVar = ["title", "time_span", "summary"]
        help_texts: ClassVar = {"time_span": _("In your own words, for example “Day 1–3”.")}


class StepForm(RecordForm):
    opens = PickerField(
        JOURNEY_SEARCH,
        label=_("Opens another journey"),
        required=False,
        empty_label=_("None"),
        help_text=_("A journey that shows this step in more detail."),
    )

    class Meta:
        model = Step
        fields: ClassVar = ["title", "time_span", "quote", "opens", "speaker_notes"]
        help_texts: ClassVar = {
            "quote": _("The customer’s own words."),
            "speaker_notes": _("What to say at this step when you present the journey."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        opens = other_journeys(self.workspace_id, self.instance.stream_id)
        self.fields["opens"].offer(opens, self.workspace_id)  # type: ignore[attr-defined]


class NoteForm(RecordForm):
    class Meta:
        model = Note
        fields: ClassVar = ["kind", "title"]
        labels: ClassVar = {"title": _("Description")}


class MeasureForm(RecordForm):
    value = NumberField(label=_("Value"))
    target = NumberField(label=_("Target"))
    trend = NumberListField(
        label=_("Trend"),
        required=False,
        help_text=_("Earlier values, oldest first, for example 38; 44.5; 61."),
        max_length=2000,
    )

    class Meta:
        model = Measure
        fields: ClassVar = ["title", "value", "unit", "target", "better", "trend"]
        help_texts: ClassVar = {"unit": _("For example %, h, min or €.")}


class LaneForm(RecordForm):
    department = PickerField(
        DEPARTMENT_SEARCH, label=_("Department"), required=False, empty_label=_("None")
    )

    class Meta:
        model = Lane
        fields: ClassVar = ["kind", "department"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = department_choices(self.workspace_id, self.instance.department_id)
        self.fields["department"].offer(departments, self.workspace_id)  # type: ignore[attr-defined]


class SiblingPositionForm(ServiceForm):
    """The position of a stage or lane among its siblings."""

    after = forms.ChoiceField(label=_("Position"))

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [sibling_id for sibling_id in sibling_ids(record) if sibling_id != record.pk]
        rows = type(record).objects.filter(pk__in=ids)
        labels = {row.pk: str(row) for row in rows.select_related(*label_relations(record))}
        self.fields["after"].choices = [  # type: ignore[attr-defined]
            ("", gettext("First")),
            *(
                (str(sibling_id), gettext("After “{title}”").format(title=labels[sibling_id]))
                for sibling_id in ids
            ),
        ]
        self.fields["after"].required = False

    def clean(self) -> dict[str, Any]:
        return {"place": {"after": self.cleaned_data.get("after") or None}}


def other_journeys(workspace_id: UUID, journey_id: Any) -> QuerySet[Journey]:
    """Return the journeys that a journey can refer to: all except itself and templates."""
    return linkable_journeys(workspace_id).exclude(pk=journey_id).order_by("title", "pk")


def label_relations(record: Any) -> list[str]:
    """Return the foreign keys to join so that a record's label needs no further queries."""
    return ["department"] if isinstance(record, Lane) else []


class StepItemPositionForm(EditConflictMixin, ServiceForm):
    """The position of a note or measure: its step, and first or last in that step."""

    step = forms.ChoiceField(label=_("Step"))
    end = forms.ChoiceField(
        label=_("Position"), choices=[("last", _("Last")), ("first", _("First"))]
    )

    def __init__(self, *args: Any, record: Note | Measure, **kwargs: Any) -> None:
        super().__init__(*args, initial={"step": str(record.step_id)}, **kwargs)
        self.fields["step"].choices = steps_by_stage(record.stream_id)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            first = {"after": None} if cleaned["end"] == "first" else {}
            step = {"step": cleaned["step"]} if "step" in self.changed_data else {}
            cleaned["place"] = step | first
        return cleaned


class DuplicateForm(ServiceForm):
    title = forms.CharField(label=_("Title"), max_length=200)


class StepPositionForm(ServiceForm):
    """The position of a step: first in a stage, or after another step."""

    place = forms.ChoiceField(label=_("Position"))

    def __init__(self, *args: Any, record: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = Step.objects.filter(stream=record.stream_id).exclude(pk=record.pk)
        in_stage: dict[Any, list[Step]] = {}
        for step in steps.order_by("position", "pk"):
            in_stage.setdefault(step.stage_id, []).append(step)
        stages = Stage.objects.filter(stream=record.stream_id).order_by("position", "pk")
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            (
                stage.title,
                [(f"{stage.pk}/", gettext("First in “{title}”").format(title=stage.title))]
                + [
                    (f"{stage.pk}/{step.pk}", gettext("After “{title}”").format(title=step.title))
                    for step in in_stage.get(stage.pk, [])
                ],
            )
            for stage in stages
        ]

    def clean_place(self) -> dict[str, Any]:
        stage, _, after = self.cleaned_data["place"].partition("/")
        return {"stage": stage, "after": after or None}
