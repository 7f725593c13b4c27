"""Forms for departments, persons and placements."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changes.forms import RecordForm, keep_current_choice
from core.forms import DayField, ServiceForm
from core.pickers import PickerField
from people.models import Department, Person, Placement
from people.queries import DEPARTMENT_SEARCH, department_choices
from workspaces.queries import MEMBER_SEARCH, current_members

GLYPHS = [
    ("building-2", _("Building")),
    ("store", _("Shop")),
    ("globe", _("Globe")),
    ("radio-tower", _("Radio tower")),
    ("receipt", _("Bill")),
    ("headphones", _("Headset")),
    ("wrench", _("Wrench")),
    ("users", _("People")),
    ("truck", _("Van")),
    ("scale", _("Scales")),
]


class DepartmentForm(RecordForm):
    glyph = forms.ChoiceField(label=_("Icon"), choices=GLYPHS, initial="building-2")

    class Meta:
        model = Department
        fields: ClassVar = ["name", "hue", "glyph", "is_archived"]
        labels: ClassVar = {"hue": _("Color"), "is_archived": _("Archived")}
        help_texts: ClassVar = {
            "is_archived": _("An archived department gets no new lanes. Its existing lanes stay.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep_current_choice(self.fields["glyph"], self.instance.glyph)


class NewDepartmentForm(DepartmentForm):
    class Meta(DepartmentForm.Meta):
        fields: ClassVar = ["name", "hue", "glyph"]


class PersonForm(RecordForm):
    member = PickerField(
        MEMBER_SEARCH,
        required=False,
        label=_("Login"),
        empty_label=_("None"),
        help_text=_("The member account of this person. They need it to accept a directorship."),
    )

    class Meta:
        model = Person
        fields: ClassVar = ["name", "job_title", "email", "member"]

    def __init__(self, *args: Any, workspace_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, workspace_id=workspace_id, **kwargs)
        members = current_members(workspace_id).order_by("user__name", "user__email")
        self.fields["member"].offer(members, workspace_id)  # type: ignore[attr-defined]


class PlacementForm(RecordForm):
    department = PickerField(
        DEPARTMENT_SEARCH, label=_("Department"), empty_label=_("Choose a department")
    )
    since = DayField(label=_("Since"), initial=timezone.localdate, from_today=0)
    until = DayField(
        label=_("Until"),
        required=False,
        help_text=_("Leave empty if the person still works there."),
    )

    class Meta:
        model = Placement
        fields: ClassVar = ["department", "since", "until", "is_head"]
        help_texts: ClassVar = {
            "is_head": _("Heads of a department don’t decide contests that it is a party to.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = department_choices(self.workspace_id, self.instance.department_id)
        self.fields["department"].offer(departments, self.workspace_id)  # type: ignore[attr-defined]


class LeaveForm(ServiceForm):
    left_on = DayField(label=_("Last day"), initial=timezone.localdate, from_today=0)
