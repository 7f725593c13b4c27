"""Forms of personas, journeys and what they consist of."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms

from changes.forms import RecordForm
from changes.record_views import sibling_ids
from core.edit_conflicts import EditConflictMixin
from core.forms import NumberField, NumberListField, ServiceForm, WholeNumberField
from journeys.models import Journey, Lane, Measure, Note, Persona, Stage, Step
from journeys.producer import CREATOR, ProducerChoice
from journeys.queries import steps_by_stage
from people.queries import present_persons
from workspaces.models import Member


class JourneyForm(RecordForm):
    class Meta:
        model = Journey
        fields: ClassVar = list(Journey.op_fields)
        help_texts: ClassVar = {
            "pair_of": "Of a journey as it should be: the one that says how it is.",
            "is_template": "Nobody's journey: others begin from it.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = other_journeys(self.fields["pair_of"], self.instance.pk).filter(state="current")
        self.fields["pair_of"].queryset = current  # type: ignore[attr-defined]


class JourneyCreateForm(RecordForm):
    """A journey and its first stage, so that the list has somewhere to begin."""

    first_stage = forms.CharField(
        max_length=200, required=False, help_text="What happens first? You can add more later."
    )
    producer = forms.ChoiceField(
        required=False,
        initial=CREATOR,
        help_text="Answers for the whole journey, and names the directors of its stages.",
    )

    class Meta:
        model = Journey
        fields: ClassVar = ["title", "persona", "kind"]

    def __init__(
        self, *args: Any, maker: Member | None, from_template: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people = present_persons(self.workspace_id)
        others = people.exclude(member__isnull=False, member=maker)
        self.fields["producer"].choices = [  # type: ignore[attr-defined]
            *([(CREATOR, f"{maker} (you)")] if maker else []),
            ("", "Nobody yet"),
            *((str(person.pk), person.name) for person in others),
        ]
        if from_template:
            del self.fields["first_stage"]

    def clean_producer(self) -> ProducerChoice:
        """Return the choice; a form sent without the field leaves it at the maker."""
        chosen = self.cleaned_data["producer"]
        if chosen == CREATOR or self.add_prefix("producer") not in self.data:
            return CREATOR
        return UUID(chosen) if chosen else None


class StageForm(RecordForm):
    class Meta:
        model = Stage
        fields: ClassVar = ["title", "time_span", "summary"]
        help_texts: ClassVar = {"time_span": "As people say it: “Day 1–3”."}


class StepForm(RecordForm):
    class Meta:
        model = Step
        fields: ClassVar = ["title", "time_span", "quote", "opens", "speaker_notes"]
        labels: ClassVar = {"opens": "Opens into"}
        help_texts: ClassVar = {
            "quote": "The customer's own words.",
            "opens": "A journey of its own that happens inside this step.",
            "speaker_notes": "What to say here when you present the journey.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        opens = other_journeys(self.fields["opens"], self.instance.stream_id)
        self.fields["opens"].queryset = opens  # type: ignore[attr-defined]


class NoteForm(RecordForm):
    class Meta:
        model = Note
        fields: ClassVar = ["kind", "title"]
        labels: ClassVar = {"title": "What it is"}


class MeasureForm(RecordForm):
    value = NumberField()
    target = NumberField()
    trend = NumberListField(
        required=False, help_text="How it went, oldest first: 38; 44.5; 61.", max_length=2000
    )

    class Meta:
        model = Measure
        fields: ClassVar = ["title", "value", "unit", "target", "better", "trend"]
        help_texts: ClassVar = {"unit": "%, h, min, €."}


class LaneForm(RecordForm):
    class Meta:
        model = Lane
        fields: ClassVar = ["kind", "department"]


class PersonaForm(RecordForm):
    age = WholeNumberField(min_value=0, max_value=32_767)

    class Meta:
        model = Persona
        fields: ClassVar = ["name", "age", "summary"]


class SiblingPositionForm(ServiceForm):
    """Where a stage or a lane stands among its siblings."""

    after = forms.ChoiceField(label="Place")

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [one for one in sibling_ids(record) if one != record.pk]
        rows = type(record).objects.filter(pk__in=ids)
        named = {row.pk: str(row) for row in (rows.select_related(*label_relations(record)))}
        self.fields["after"].choices = [  # type: ignore[attr-defined]
            ("", "First"),
            *((str(one), f"After “{named[one]}”") for one in ids),
        ]
        self.fields["after"].required = False

    def clean(self) -> dict[str, Any]:
        return {"place": {"after": self.cleaned_data.get("after") or None}}


def other_journeys(field: Any, journey_id: Any) -> Any:
    """Return the journeys that a field offers but this one, without templates."""
    return field.queryset.filter(is_template=False).exclude(pk=journey_id).order_by("title", "pk")


def label_relations(record: Any) -> list[str]:
    """Return the relations that a record's name is read from."""
    return ["department"] if isinstance(record, Lane) else []


class StepItemPositionForm(EditConflictMixin, ServiceForm):
    """Where a note or a measure stands: under which step, first or last of those there."""

    step = forms.ChoiceField()
    end = forms.ChoiceField(
        label="Among those there", choices=[("last", "Last"), ("first", "First")]
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
    title = forms.CharField(max_length=200)


class StepPositionForm(ServiceForm):
    """Where a step stands: first in a stage, or after another step."""

    place = forms.ChoiceField(label="Place")

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
                [(f"{stage.pk}/", f"First in “{stage.title}”")]
                + [
                    (f"{stage.pk}/{step.pk}", f"After “{step.title}”")
                    for step in in_stage.get(stage.pk, [])
                ],
            )
            for stage in stages
        ]

    def clean_place(self) -> dict[str, Any]:
        stage, _, after = self.cleaned_data["place"].partition("/")
        return {"stage": stage, "after": after or None}
