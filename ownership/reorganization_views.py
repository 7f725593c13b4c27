"""Pages that merge and split departments."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from changes.record_views import ActionView
from core.actors import PEOPLE, Actor
from core.errors import AppError
from core.forms import ServiceForm
from core.tenancy import ensure_tenant_scope
from ownership import services
from ownership.reorganization_forms import (
    FIELD_KINDS,
    MergeChoiceForm,
    MergeForm,
    ReasonForm,
    SplitChoiceForm,
    SplitForm,
)
from ownership.reorganization_planner import list_movable_items
from ownership.reorganization_plans import Merge, Plan, Split, new_department
from people.access import get_department
from people.models import Department

MAX_CHOICES = 900  # Django accepts 1,000 fields in a form


class ReorganizationView(ActionView):
    """Base view for a reorganization of a department.

    The page shows a form to choose what changes, and then the plan to review. POST carries out the reviewed plan.
    """

    getter = get_department
    required_right: ClassVar[str] = PEOPLE
    form: Any

    def get_back_url(self, record: Department) -> str:
        return reverse("department", args=[record.pk])

    def read_request(self, record: Department, form: Any) -> Merge | Split:
        """Return the reorganization that was chosen in a form."""
        raise NotImplementedError

    def perform(self, record: Department, values: dict[str, Any], actor: Actor) -> None:
        request = self.read_request(record, self.form)
        confirmed = {"reason": values["reason"], "digest": values["digest"], "actor": actor}
        if isinstance(request, Merge):
            services.departments_merge(request=request, **confirmed)
        else:
            services.department_split(request=request, **confirmed)

    def get_extra_context(self, record: Department) -> dict[str, Any]:
        """Return the plan to review, once something has been chosen."""
        form = self.form
        if not form.is_bound or form.errors.keys() - ReasonForm.base_fields.keys() - {"__all__"}:
            return {}
        request = self.read_request(record, form)
        try:
            plan = services.reorganization_plan(
                request, actor=self.enter_workspace(record.workspace_id)
            )
        except AppError as refusal:
            form.add_service_error(refusal)
            return {}
        typed = {"reason": self.request.POST.get("reason", "")}
        return {
            "reorganization": request,
            "plan": plan,
            "confirmation": form if isinstance(form, ReasonForm) else ReasonForm(initial=typed),
        }


class DepartmentMergeView(ReorganizationView):
    """Merge a department. GET asks for the other department, and then shows the plan. POST merges."""

    question = _("Merge “{}” into another department?")
    button_label = _("Merge the departments")
    success_message = _("{} was merged and archived.")
    template_name = "ownership/department_merge.html"

    def build_form(self, record: Department, data: Any) -> ServiceForm:
        if data is not None:
            self.form = MergeForm(data, department=record)
        else:
            chosen = self.request.GET if {"into", "into-text"} & self.request.GET.keys() else None
            self.form = MergeChoiceForm(chosen, department=record)
        return self.form

    def read_request(self, record: Department, form: MergeChoiceForm) -> Merge:
        return Merge(record, form.cleaned_data["into"], form.cleaned_data["new_name"])


class DepartmentSplitView(ReorganizationView):
    """Split a department. GET asks what moves. POST shows the plan (`verb=review`), or splits the department."""

    question = _("Split “{}”?")
    button_label = _("Split the department")
    success_message = _("{} was split.")
    template_name = "ownership/department_split.html"

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        if request.POST.get("verb") != "review":
            return super().post(request, record_id)
        record = self.get_record(record_id)
        with ensure_tenant_scope(self.caller.workspace_ids):
            form = self.build_form(record, request.POST)
        return self.render_page(record, form, refused=not form.is_valid())

    def build_form(self, record: Department, data: Any) -> ServiceForm:
        form_class = SplitForm if data and data.get("verb") != "review" else SplitChoiceForm
        self.movable_items = list_movable_items(record)
        self.form = form_class(data, movable_items=self.movable_items)
        return self.form

    def read_request(self, record: Department, form: SplitChoiceForm) -> Split:
        has_seen_others = "has_others" in self.request.POST
        return Split(
            record,
            new_department(record, form.cleaned_data["new_name"]),
            form.chosen("people", "lanes"),
            form.chosen("others") if has_seen_others else None,
        )

    def get_extra_context(self, record: Department) -> dict[str, Any]:
        context = super().get_extra_context(record)
        if "plan" in context:
            context["others_moving"] = other_ids_in(context["plan"])
        return context | {"is_too_large": len(self.movable_items) > MAX_CHOICES, "max": MAX_CHOICES}


def other_ids_in(plan: Plan) -> set[str]:
    """Return the ids of the claims, contributors and cases that move, as strings for the form's checkboxes."""
    kinds = FIELD_KINDS["others"]
    return {str(item.record_id) for item in plan.items if item.kind in kinds}
