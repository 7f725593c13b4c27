"""Forms for touchpoints, promises and channels."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from changes.forms import RecordForm, keep_current_choice
from core.edit_conflicts import EditConflictMixin
from core.forms import ServiceForm, WholeNumberField
from core.pickers import PickerField
from journeys.models import Lane, Step
from journeys.queries import steps_by_stage
from touchpoints.models import Channel, Emotion, Promise, Touchpoint
from touchpoints.queries import CHANNEL_SEARCH

CHANNEL_GLYPHS = [
    ("message-circle", _("Conversation")),
    ("message-square", _("Message")),
    ("mail", _("E-mail")),
    ("mailbox", _("Letter")),
    ("phone", _("Phone")),
    ("smartphone", _("App")),
    ("globe", _("Website")),
    ("laptop", _("Laptop")),
    ("monitor", _("Screen")),
    ("video", _("Video")),
    ("store", _("Shop")),
    ("house", _("Home")),
    ("users", _("In person")),
    ("receipt", _("Bill")),
    ("newspaper", _("Print")),
    ("megaphone", _("Advertising")),
    ("file-text", _("Document")),
]


class TouchpointForm(RecordForm):
    channel = PickerField(CHANNEL_SEARCH, label=_("Channel"), required=False, empty_label=_("None"))
    emotion = forms.TypedChoiceField(
        label=_("Emotion"),
        choices=[("", _("Not rated")), *reversed(Emotion.choices)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    intensity = WholeNumberField(
        label=_("Intensity"),
        min_value=1,
        max_value=5,
        help_text=_("How strongly the customer feels it, from 1 to 5."),
    )

    class Meta:
        model = Touchpoint
        fields: ClassVar = list(Touchpoint.op_fields)
        labels: ClassVar = {
            "emotion_label": _("Emotion in a word"),
            "kano": _("Kano class"),
            "is_moment_of_truth": _("Moment of truth"),
        }
        help_texts: ClassVar = {
            "evidence": _("Source of this insight. Leave empty for an assumption."),
            "reported_owner": _("The owner named by a file or another system."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channels = Channel.objects.filter(workspace=self.workspace_id).order_by("name", "pk")
        self.fields["channel"].offer(channels, self.workspace_id)  # type: ignore[attr-defined]


class TouchpointCreateForm(TouchpointForm):
    lane = forms.ModelChoiceField(Lane.objects.none(), label=_("Lane"), empty_label=None)
    field_order: ClassVar = ["title", "lane"]

    def __init__(self, *args: Any, step: Step, workspace_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, workspace_id=workspace_id, **kwargs)
        self.fields["lane"].queryset = lanes_of(step.stream_id)  # type: ignore[attr-defined]


class TouchpointPositionForm(EditConflictMixin, ServiceForm):
    """The position of a touchpoint: its step and lane, and first or last in that cell."""

    step = forms.ChoiceField(label=_("Step"))
    lane = forms.ModelChoiceField(Lane.objects.none(), label=_("Lane"), empty_label=None)
    end = forms.ChoiceField(
        label=_("Position"), choices=[("last", _("Last")), ("first", _("First"))]
    )

    def __init__(self, *args: Any, record: Touchpoint, **kwargs: Any) -> None:
        initial = {"step": str(record.step_id), "lane": record.lane_id}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["step"].choices = steps_by_stage(record.stream_id)  # type: ignore[attr-defined]
        self.fields["lane"].queryset = lanes_of(record.stream_id)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            wanted = {"step": cleaned["step"], "lane": str(cleaned["lane"].pk)}
            place = {name: wanted[name] for name in wanted if name in self.changed_data}
            cleaned["place"] = place | ({"after": None} if cleaned["end"] == "first" else {})
        return cleaned


class PromiseForm(RecordForm):
    class Meta:
        model = Promise
        fields: ClassVar = ["title", "status", "made_in", "tested_in", "evidence"]
        help_texts: ClassVar = {"evidence": _("For example “Took 61 h at the median.”")}

    def __init__(self, *args: Any, stream_id: UUID | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = steps_by_stage(stream_id or self.instance.stream_id)
        for name in ("made_in", "tested_in"):
            field = self.fields[name]
            field.queryset = field.queryset.filter(  # type: ignore[attr-defined]
                stream=stream_id or self.instance.stream_id
            )
            field.choices = choices  # type: ignore[attr-defined]


class ChannelForm(RecordForm):
    glyph = forms.ChoiceField(label=_("Icon"), choices=CHANNEL_GLYPHS, initial="message-circle")

    class Meta:
        model = Channel
        fields: ClassVar = ["name", "glyph"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep_current_choice(self.fields["glyph"], self.instance.glyph)


def lanes_of(stream_id: UUID) -> Any:
    rows = Lane.objects.filter(stream=stream_id).select_related("department")
    return rows.order_by("position", "pk")
