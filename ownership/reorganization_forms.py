"""Forms to choose the merge or split of a department and, after the review, to confirm it with a reason."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.forms import ServiceForm
from core.pickers import PickerField
from ownership.reorganization_plans import PlanItem
from people.models import Department
from people.queries import DEPARTMENT_SEARCH, active_departments


class ReasonForm(ServiceForm):
    """Form to confirm a reorganization. `digest` identifies the reviewed plan."""

    digest = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everyone can read it in the history."),
    )


class MergeChoiceForm(ServiceForm):
    into = PickerField(
        DEPARTMENT_SEARCH, label=_("Department to merge with"), empty_label=_("Choose a department")
    )
    new_name = forms.CharField(
        label=_("New name of that department"),
        max_length=120,
        required=False,
        help_text=_("Only if the merged department gets a new name."),
    )

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = active_departments(department.workspace_id).exclude(pk=department.pk)
        field: Any = self.fields["into"]
        field.offer(others.order_by("name", "pk"), department.workspace_id)


class MergeForm(MergeChoiceForm, ReasonForm):
    pass


class SplitChoiceForm(ServiceForm):
    """Form to choose which of the `movable_items` move to a new department."""

    new_name = forms.CharField(label=_("Name of the new department"), max_length=120)
    people = forms.MultipleChoiceField(
        label=_("People who move"), required=False, widget=forms.CheckboxSelectMultiple
    )
    lanes = forms.MultipleChoiceField(
        label=_("Journeys in which the lane moves"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    others = forms.MultipleChoiceField(
        label=_("Claims, parts in stages and open cases that move"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, movable_items: Iterable[PlanItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kinds in FIELD_KINDS.items():
            field: Any = self.fields[name]
            field.choices = [
                (str(item.record_id), _label(item)) for item in movable_items if item.kind in kinds
            ]

    def chosen(self, *names: str) -> frozenset[UUID]:
        return frozenset(UUID(value) for name in names for value in self.cleaned_data[name])


class SplitForm(SplitChoiceForm, ReasonForm):
    pass


FIELD_KINDS = {
    "people": {"placement"},
    "lanes": {"lane"},
    "others": {"claim", "contributor", "case"},
}


def _label(item: PlanItem) -> str:
    if not item.journey_title or item.title == item.journey_title:
        return format_html("<bdi>{}</bdi>", item.title)
    return format_html(
        '<span><bdi>{}</bdi> <small class="soft">{} · <bdi>{}</bdi></small></span>',
        item.title,
        item.kind_label,
        item.journey_title,
    )
