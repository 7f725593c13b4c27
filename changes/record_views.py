"""Generic pages that create, edit and act on records through gestures.

Each form works without scripts: it has an action and a method, and redirects after POST. With htmx,
the same form is shown in a panel.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext

from changes.forms import RecordForm
from changes.history import count_label
from changes.models import Record, field_of
from changes.ops import parse_ops
from changes.queries import cascade_counts
from changes.services import AlreadyRecorded, apply_ops, recorded
from core.actors import DRAW, READ, Actor
from core.errors import AppError, Forbidden, InvalidRequest, NotFound, PreconditionFailed
from core.form_idempotency import with_form_idempotency
from core.forms import ServiceForm
from core.ids import uuid7
from core.tenancy import ensure_tenant_scope
from core.text import join_list
from workspaces.access import get_workspace
from workspaces.models import Workspace
from workspaces.page_views import WorkspacePageView, next_url, see_other

Op = dict[str, Any]
BDI_TEMPLATE = "<bdi>{}</bdi>"  # isolates the text direction of a name in a sentence


def submit_form(form: ServiceForm | RecordForm, action: Callable[[], Any]) -> bool:
    """Run the action of a valid form. Return whether it succeeded, now or in an earlier request.

    Errors are added to the form's fields. Only Forbidden and NotFound, which have a page of their
    own, and PreconditionFailed, which the caller handles, are raised.
    """
    try:
        action()
    except (Forbidden, NotFound, PreconditionFailed):
        raise
    except AlreadyRecorded:
        return True
    except AppError as error:
        form.add_service_error(error)
        return False
    return True


def while_unchanged(record: Record, names: Iterable[str], actor: Actor) -> Actor:
    """Return the actor with the precondition that these fields still have the values of `record`.

    If they differ, the write raises PreconditionFailed. If the record was removed, the precondition
    holds, and the write reports the removal.
    """

    def check() -> None:
        current = type(record)._base_manager.filter(pk=record.pk).values(*names).first()
        expected = {name: getattr(record, field_of(type(record), name).attname) for name in names}
        if current is not None and current != expected:
            raise PreconditionFailed("")

    return actor.with_precondition(check)


def render_form_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, refused: bool = False
) -> HttpResponse:
    """Render a page with a form. If `refused`, the status is 422."""
    caller = request.caller  # type: ignore[attr-defined]
    with ensure_tenant_scope(caller.workspace_ids):
        response = render(request, template, context, status=422 if refused else 200)
    if refused:
        # Tell htmx to replace the form, not the target of a successful response.
        response["HX-Retarget"], response["HX-Reselect"] = "closest .form-panel", ".form-panel"
        response["HX-Reswap"] = "outerHTML"
    return response


class RecordPageMixin:
    """Mixin for pages of one record type.

    Subclasses declare the function that looks up the record (`getter`), the required right and the
    page that shows the record.
    """

    getter: ClassVar[Callable[..., Any]]
    required_right: ClassVar[str] = DRAW
    page_name: ClassVar[str] = "journey"  # the URL name of the page that shows the record
    template_name: ClassVar[str] = "forms/record_edit.html"

    def get_record(self, record_id: UUID) -> Any:
        """Return the record with this id, and enter its workspace. Raise NotFound or Forbidden."""
        record = type(self).getter(self.caller, record_id, self.required_right)
        self.enter_workspace(record.workspace_id)
        return record

    def get_back_url(self, record: Any) -> str:
        """Return the URL of the page that shows the record, at the record.

        A list with several pages uses `?at=` to show the right one.
        """
        page_id: UUID | str = record.stream_id
        if record.stream_id in self.caller.workspace_ids:  # a record of the directory
            page_id = get_workspace(self.caller, record.stream_id).slug
        page = reverse(self.page_name, args=[page_id])
        return f"{page}?at={record.pk}#{record.slug}-{record.pk}"

    def get_extra_context(self, record: Any) -> dict[str, Any]:
        """Return additional context for the template."""
        return {}


class RecordEditView(RecordPageMixin, WorkspacePageView):
    """Base view for the edit panel of a record.

    `verb` in the POST data determines whether to change fields, move or remove the record.
    """

    form_class: ClassVar[type[RecordForm]]
    position_form_class: ClassVar[type[ServiceForm] | None] = None
    is_removable: ClassVar[bool] = True

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = self.get_record(record_id)
        form = self.form_class(instance=record, workspace_id=record.workspace_id)
        return self.render_page(record, form)

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = self.get_record(record_id)
        actor = with_form_idempotency(request, self.enter_workspace(record.workspace_id))
        match request.POST.get("verb", "set"):
            case "set":
                return self.post_set(record, actor)
            case "move":
                return self.post_move(record, actor)
            case "up":
                return self.move_by(record, actor, -1)
            case "down":
                return self.move_by(record, actor, 1)
            case "remove":
                return self.post_remove(record, actor)
        raise InvalidRequest.at("/verb", "choice", gettext("Use set, move, up, down or remove."))

    def render_page(
        self,
        record: Record,
        form: RecordForm,
        place: ServiceForm | None = None,
        *,
        removal: ServiceForm | None = None,
        refused: bool = False,
    ) -> HttpResponse:
        with ensure_tenant_scope(self.caller.workspace_ids):
            if place is None and self.position_form_class is not None:
                place = self.position_form_class(record=record)
            set_unique_form_ids(record, form, place)
            context = {
                "record": record,
                "form": form,
                "place": place,
                "removal": removal,
                "has_order": bool(record.place and record.place.order_field),
                "back": self.get_back_url(record),
                "may_remove": self.is_removable,
                "dependents": describe_counts(cascade_counts(record)) if self.is_removable else "",
                **self.get_extra_context(record),
            }
            return render_form_page(self.request, self.template_name, context, refused=refused)

    def post_set(self, record: Record, actor: Actor) -> HttpResponse:
        with ensure_tenant_scope(self.caller.workspace_ids):
            form = self.form_class(
                self.request.POST, instance=record.copy(), workspace_id=record.workspace_id
            )
            fields = form.changed_values() if form.is_valid() else None
        try:
            if fields is not None and (
                not fields or submit_form(form, lambda: self.update_fields(record, actor, fields))
            ):
                return self.redirect_done(record, gettext("Saved."))
        except PreconditionFailed:  # someone else saved first: compare again
            return self.post_set(self.get_record(record.pk), actor)
        return self.render_page(record, form, refused=True)

    def update_fields(self, record: Record, actor: Actor, fields: dict[str, Any]) -> None:
        self.apply_op(record, while_unchanged(record, fields, actor), "set", fields=fields)

    def post_move(self, record: Record, actor: Actor) -> HttpResponse:
        if self.position_form_class is None:
            raise InvalidRequest.at("/verb", "choice", gettext("This item can’t be moved."))
        with ensure_tenant_scope(self.caller.workspace_ids):
            place = self.position_form_class(self.request.POST, record=record)
            is_valid = place.is_valid()
        if is_valid and submit_form(
            place, lambda: self.apply_op(record, actor, "move", place=place.cleaned_data["place"])
        ):
            return self.redirect_done(
                record, gettext("Moved “{label}”.").format(label=record.label)
            )
        form = self.form_class(instance=record, workspace_id=record.workspace_id)
        return self.render_page(record, form, place, refused=True)

    def move_by(self, record: Record, actor: Actor, by: int) -> HttpResponse:
        """Move a record by this number of positions among its siblings. At either end, do nothing."""
        with ensure_tenant_scope(self.caller.workspace_ids):
            ids = sibling_ids(record)
        index = ids.index(record.pk) + by if record.pk in ids else -1
        if 0 <= index < len(ids):
            ids.remove(record.pk)
            after = str(ids[index - 1]) if index else None
            with suppress(AlreadyRecorded):
                self.apply_op(record, actor, "move", place={"after": after})
        return self.redirect_done(record, gettext("Moved “{label}”.").format(label=record.label))

    def post_remove(self, record: Record, actor: Actor) -> HttpResponse:
        removal = ServiceForm({})
        removal.is_valid()
        if submit_form(removal, lambda: self.apply_op(record, actor, "remove")):
            return self.redirect_done(
                record, gettext("Removed “{label}”.").format(label=record.label)
            )
        form = self.form_class(instance=record, workspace_id=record.workspace_id)
        return self.render_page(record, form, removal=removal, refused=True)

    def apply_op(self, record: Record, actor: Actor, verb: str, **parts: Any) -> None:
        op = {"op": verb, "type": record.slug, "id": str(record.pk), **parts}
        apply_ops(record.stream_id, parse_ops([op]), actor=actor)

    def redirect_done(self, record: Record, text: str) -> HttpResponse:
        messages.success(self.request, text)
        return see_other(next_url(self.request, self.get_back_url(record)))


class RecordCreateView(RecordPageMixin, WorkspacePageView):
    """Base view that creates a record. The parent in the URL determines its position."""

    parent_getter: ClassVar[Callable[..., Any]]
    form_class: ClassVar[type[RecordForm]]
    heading: ClassVar[str | Promise]
    button_label: ClassVar[str | Promise]

    def get(self, request: HttpRequest, parent_id: UUID) -> HttpResponse:
        parent = self.get_parent(parent_id)
        with ensure_tenant_scope(self.caller.workspace_ids):
            return self.render_page(parent, self.build_form(parent, None))

    def post(self, request: HttpRequest, parent_id: UUID) -> HttpResponse:
        parent = self.get_parent(parent_id)
        actor = with_form_idempotency(request, self.enter_workspace(workspace_id_of(parent)))
        # Derive the record's id from the gesture, so that a retry leads to the same record.
        record_id = actor.gesture or uuid7()
        with ensure_tenant_scope(self.caller.workspace_ids):
            form = self.build_form(parent, request.POST)
            ops = self.build_ops(parent, form, record_id) if form.is_valid() else None
        stream_id = stream_id_of(parent)
        if ops and submit_form(form, lambda: apply_ops(stream_id, parse_ops(ops), actor=actor)):
            record = form._meta.model(pk=record_id, stream_id=stream_id)
            messages.success(
                request, gettext("Added “{label}”.").format(label=self.get_label(form))
            )
            return see_other(next_url(request, self.get_back_url(record)))
        return self.render_page(parent, form, refused=True)

    def get_parent(self, parent_id: UUID) -> Any:
        parent = type(self).parent_getter(self.caller, parent_id, self.required_right)
        self.enter_workspace(workspace_id_of(parent))
        return parent

    def build_form(self, parent: Any, data: Any) -> RecordForm:
        """Return a form with the submitted data, or an empty form if `data` is None."""
        return self.form_class(data, workspace_id=workspace_id_of(parent))

    def get_label(self, form: RecordForm) -> str:
        return str(form.cleaned_data.get("title") or form.cleaned_data.get("name") or "")

    def get_place(self, parent: Any, form: RecordForm) -> dict[str, Any]:
        """Return the position of the new record as JSON: its parent, if the type has parents.

        Without `after`, the record becomes the last of its siblings.
        """
        place = form._meta.model.place
        return {parent.slug: str(parent.pk)} if place and place.parent_fields else {}

    def build_ops(self, parent: Any, form: RecordForm, record_id: UUID) -> list[Op]:
        """Return the ops that create the record."""
        op: Op = {
            "op": "add",
            "type": form._meta.model.slug,
            "id": str(record_id),
            "fields": form.changed_values(),
        }
        place = self.get_place(parent, form)
        return [op | {"place": place} if place else op]

    def render_page(self, parent: Any, form: RecordForm, *, refused: bool = False) -> HttpResponse:
        set_unique_form_ids(parent, form)
        context = {
            "parent": parent,
            "heading": self.heading,
            "button": self.button_label,
            "form": form,
            "back": self.get_back_url(form._meta.model(stream_id=stream_id_of(parent))),
            **self.get_extra_context(parent),
        }
        return render_form_page(self.request, self.template_name, context, refused=refused)


def set_unique_form_ids(record: Any, *forms: ServiceForm | RecordForm | None) -> None:
    """Make the ids of the forms' elements unique, because a page may have several panels open."""
    for n, form in enumerate(forms):
        if form is not None:
            form.auto_id = f"id_{record.pk.hex[-8:]}_{n}_%s"


def workspace_id_of(parent: Record | Workspace) -> UUID:
    return parent.id if isinstance(parent, Workspace) else parent.workspace_id


def stream_id_of(parent: Record | Workspace) -> UUID:
    """Return the stream of a new record: its parent's stream, or the workspace's directory."""
    return parent.id if isinstance(parent, Workspace) else parent.stream_id


def sibling_ids(record: Record) -> list[UUID]:
    """Return the ids of the record and its siblings, in order. Empty if the type has no order."""
    if record.place is None or not record.place.order_field:
        return []
    within = {name: record.serializable_value(name) for name in record.place.parent_fields}
    rows = type(record).objects.filter(stream=record.stream_id, **within)
    return list(rows.order_by(record.place.order_field, "pk").values_list("pk", flat=True))


def describe_counts(going: Counter[str]) -> str:
    """Return the counts as text, such as “3 steps, 14 touchpoints and 2 promises”, or "" if there are none."""
    return join_list([count_label(slug, n) for slug, n in going.items()])


class ActionView(RecordPageMixin, WorkspacePageView):
    """Base view for an action on a record by a dedicated service.

    GET shows a form or asks for confirmation; POST performs the action.
    """

    required_right: ClassVar[str] = (
        READ  # the right to open the page; the action's service may require more
    )
    form_class: ClassVar[type[ServiceForm]] = ServiceForm
    question: ClassVar[str]  # {} is the label of get_label()
    button_label: ClassVar[str]
    success_message: ClassVar[str]  # {} is the label of get_label()
    template_name: ClassVar[str] = "forms/action.html"

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = self.get_record(record_id)
        with ensure_tenant_scope(self.caller.workspace_ids):
            return self.render_page(record, self.build_form(record, None))

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = self.get_record(record_id)
        actor = with_form_idempotency(request, self.enter_workspace(record.workspace_id))
        with ensure_tenant_scope(self.caller.workspace_ids):
            form = self.build_form(record, request.POST)
            is_valid = form.is_valid()
        try:
            if is_valid:
                is_done = submit_form(form, lambda: self.perform(record, form.cleaned_data, actor))
            else:  # what a double submit chooses may no longer be a choice
                is_done = bool(recorded(actor))
            if is_done:
                messages.success(request, self.success_message.format(self.get_label(record)))
                return see_other(self.get_success_url(record, actor))
        except PreconditionFailed:  # someone else saved first: compare again
            return self.post(request, record_id)
        return self.render_page(record, form, refused=True)

    def build_form(self, record: Any, data: Any) -> ServiceForm:
        """Return a form with the submitted data, or an empty form if `data` is None."""
        return self.form_class(data)

    def perform(self, record: Any, values: dict[str, Any], actor: Actor) -> None:
        """Call the service that performs this action."""
        raise NotImplementedError

    def get_label(self, record: Any) -> str:
        """Return the name of the record to show in the texts of this action."""
        return str(record.label)

    def get_success_url(self, record: Any, actor: Actor) -> str:
        """Return the URL to redirect to after success."""
        return next_url(self.request, self.get_back_url(record))

    def render_page(self, record: Any, form: ServiceForm, *, refused: bool = False) -> HttpResponse:
        with ensure_tenant_scope(self.caller.workspace_ids):
            set_unique_form_ids(record, form)
            label = self.get_label(record)
            context = {
                "record": record,
                "form": form,
                "question": self.question.format(label),
                "question_html": format_html(self.question.replace("{}", BDI_TEMPLATE), label),
                "button": self.button_label,
                "back": self.get_back_url(record),
                "next": self.request.POST.get("next") or self.request.GET.get("next", ""),
                **self.get_extra_context(record),
            }
            return render_form_page(self.request, self.template_name, context, refused=refused)
