"""Forms of personas, journeys, stages, steps and lanes."""

from typing import Any, ClassVar

from django import forms

from changes.forms import PlainForm, RecordForm
from changes.pages import siblings
from journeys.models import Journey, Lane, Persona, Stage, Step


class JourneyForm(RecordForm):
    class Meta:
        model = Journey
        fields: ClassVar = ["title", "summary", "persona", "kind", "state", "status"]


class NewJourneyForm(RecordForm):
    """A journey and its first stage, so that the list has somewhere to begin."""

    first_stage = forms.CharField(
        max_length=200, required=False, help_text="What happens first? You can add more later."
    )

    class Meta:
        model = Journey
        fields: ClassVar = ["title", "persona", "kind"]


class StageForm(RecordForm):
    class Meta:
        model = Stage
        fields: ClassVar = ["title", "time_span", "summary"]
        help_texts: ClassVar = {"time_span": "As people say it: “Day 1–3”."}


class StepForm(RecordForm):
    class Meta:
        model = Step
        fields: ClassVar = ["title", "time_span", "quote"]
        help_texts: ClassVar = {"quote": "The customer's own words."}


class LaneForm(RecordForm):
    class Meta:
        model = Lane
        fields: ClassVar = ["kind", "department"]


class PersonaForm(RecordForm):
    class Meta:
        model = Persona
        fields: ClassVar = ["name", "age", "summary"]


class AmongForm(PlainForm):
    """Where a stage or a lane stands among its siblings."""

    after = forms.ChoiceField(label="Place")

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [one for one in siblings(record) if one != record.pk]
        rows = type(record).objects.filter(pk__in=ids)
        named = {row.pk: str(row) for row in (rows.select_related(*named_by(record)))}
        self.fields["after"].choices = [  # type: ignore[attr-defined]
            ("", "First"),
            *((str(one), f"After “{named[one]}”") for one in ids),
        ]
        self.fields["after"].required = False

    def clean(self) -> dict[str, Any]:
        return {"place": {"after": self.cleaned_data.get("after") or None}}


def named_by(record: Any) -> list[str]:
    """Return the relations that a record's name is read from."""
    return ["department"] if isinstance(record, Lane) else []


class StepPlaceForm(PlainForm):
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
