"""Generic pages that create, edit and act on records: gestures from forms, and the edit panel.

Every form is a real form with an action, a method and a redirect after POST; htmx shows the same
panel in place.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.html import format_html

from changes.forms import RecordForm
from changes.history import join_words, pluralize
from changes.models import Record, field_of
from changes.ops import parse_ops
from changes.queries import cascade_counts
from changes.services import AlreadyRecorded, apply_ops
from core.actors import DRAW, Actor
from core.errors import AppError, Forbidden, InvalidRequest, NotFound, PreconditionFailed
from core.forms import ServiceForm
from core.ids import derive_uuid7, parse_uuid, uuid7
from core.tenancy import ensure_tenant_scope
from workspaces.models import Workspace
from workspaces.page_views import WorkspacePageView, next_url, see_other

Op = dict[str, Any]
BDI_TEMPLATE = "<bdi>{}</bdi>"  # isolates the text direction of a name in a sentence


def with_form_idempotency(request: HttpRequest, actor: Actor) -> Actor:
    """Return the actor bound to this form's gesture, so that a double submit has no second effect.

    The gesture is derived from the form's id and the submitted values: the same form with other
    values (submitted again after going back) is another gesture.
    """
    sent = [(k, v) for k, vs in request.POST.lists() if k != "csrfmiddlewaretoken" for v in vs]
    for name, file in request.FILES.items():
        sent.append((name, sha256(file.read()).hexdigest()))
        file.seek(0)
    fingerprint = sha256(f"{request.path}?{urlencode(sorted(sent))}".encode()).hexdigest()
    try:
        form_id = parse_uuid(request.POST.get("gesture", ""))
    except ValueError:
        form_id = uuid7()
    return actor.with_idempotency(derive_uuid7(form_id, uuid5(form_id, fingerprint)), fingerprint)


def apply_form_ops(actor: Actor, stream_id: UUID, ops: Sequence[Op]) -> None:
    """Apply ops as one gesture. Do nothing if the same gesture was already applied."""
    try:
        apply_ops(stream_id, parse_ops(list(ops)), actor=actor)
    except AlreadyRecorded:
        return


def submit_form(form: ServiceForm | RecordForm, action: Callable[[], Any]) -> bool:
    """Run the action of a valid form, and return whether it succeeded.

    Errors are added to the form's fields, except Forbidden and NotFound, which are shown as a page,
    and PreconditionFailed, which the caller handles.
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
    """Return the actor with a check that these fields still have the values that were read.

    The write raises PreconditionFailed if one has changed.
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
    """Render a page with a form. If it was refused, it keeps the entered values (status 422)."""
    caller = request.caller  # type: ignore[attr-defined]
    with ensure_tenant_scope(caller.workspace_ids):
        response = render(request, template, context, status=422 if refused else 200)
    if refused:
        # Tell htmx to replace the form, not the target of a successful response.
        response["HX-Retarget"], response["HX-Reselect"] = "closest .form-panel", ".form-panel"
        response["HX-Reswap"] = "outerHTML"
    return response


class RecordView(WorkspacePageView):
    """Base of the pages of one record type."""

    form_class: ClassVar[type[RecordForm]]
    required_right: ClassVar[str] = DRAW
    template_name: ClassVar[str] = "forms/record_edit.html"

    def get_back_url(self, record: Record) -> str:
        """Return the URL of the page that shows the record, at the record."""
        raise NotImplementedError

    def get_extra_context(self, record: Record) -> dict[str, Any]:
        """Return additional context for this type's template."""
        return {}


class RecordEditView(RecordView):
    """Edit panel of a record: fields, position and removal. POST selects the action with `verb`."""

    getter: ClassVar[Callable[..., Record]]
    position_form_class: ClassVar[type[ServiceForm] | None] = None
    is_removable: ClassVar[bool] = True

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = self.get_record(record_id)
        form = self.form_class(instance=record, workspace_id=record.workspace_id)
        return self.render_page(record, form)

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = self.get_record(record_id)
        actor = with_form_idempotency(request, self.enter_workspace(record.workspace_id))
        verb = request.POST.get("verb", "set")
        if verb not in {"set", "move", "up", "down", "remove"}:
            raise InvalidRequest.at("/verb", "choice", "Use set, move, up, down or remove.")
        return getattr(self, f"post_{verb}")(record, actor)

    def get_record(self, record_id: UUID) -> Record:
        record = type(self).getter(self.caller, record_id, self.required_right)
        self.enter_workspace(record.workspace_id)
        return record

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
                "goes_along": describe_counts(cascade_counts(record)) if self.is_removable else "",
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
                return self.redirect_done(record, "Saved.")
        except PreconditionFailed:  # someone else saved first: compare again
            return self.post_set(self.get_record(record.pk), actor)
        return self.render_page(record, form, refused=True)

    def update_fields(self, record: Record, actor: Actor, fields: dict[str, Any]) -> None:
        self.apply_op(record, while_unchanged(record, fields, actor), "set", fields=fields)

    def post_move(self, record: Record, actor: Actor) -> HttpResponse:
        if self.position_form_class is None:
            raise InvalidRequest.at("/verb", "choice", "This can't be moved.")
        with ensure_tenant_scope(self.caller.workspace_ids):
            place = self.position_form_class(self.request.POST, record=record)
            is_valid = place.is_valid()
        if is_valid and submit_form(
            place, lambda: self.apply_op(record, actor, "move", place=place.cleaned_data["place"])
        ):
            return self.redirect_done(record, f"Moved “{record.label}”.")
        form = self.form_class(instance=record, workspace_id=record.workspace_id)
        return self.render_page(record, form, place, refused=True)

    def post_up(self, record: Record, actor: Actor) -> HttpResponse:
        return self.move_by(record, actor, -1)

    def post_down(self, record: Record, actor: Actor) -> HttpResponse:
        return self.move_by(record, actor, 1)

    def move_by(self, record: Record, actor: Actor, by: int) -> HttpResponse:
        """Move a record among its siblings; do nothing at either end."""
        with ensure_tenant_scope(self.caller.workspace_ids):
            ids = sibling_ids(record)
        index = ids.index(record.pk) + by if record.pk in ids else -1
        if 0 <= index < len(ids):
            ids.remove(record.pk)
            after = str(ids[index - 1]) if index else None
            self.apply_op(record, actor, "move", place={"after": after})
        return self.redirect_done(record, f"Moved “{record.label}”.")

    def post_remove(self, record: Record, actor: Actor) -> HttpResponse:
        removal = ServiceForm({})
        removal.is_valid()
        if submit_form(removal, lambda: self.apply_op(record, actor, "remove")):
            return self.redirect_done(record, f"Removed “{record.label}”.")
        form = self.form_class(instance=record, workspace_id=record.workspace_id)
        return self.render_page(record, form, removal=removal, refused=True)

    def apply_op(self, record: Record, actor: Actor, verb: str, **parts: Any) -> None:
        op = {"op": verb, "type": record.slug, "id": str(record.pk), **parts}
        apply_form_ops(actor, record.stream_id, [op])

    def redirect_done(self, record: Record, text: str) -> HttpResponse:
        messages.success(self.request, text)
        return see_other(next_url(self.request, self.get_back_url(record)))


class RecordCreateView(RecordView):
    """Create view for a record. The parent determines its position."""

    parent_getter: ClassVar[Callable[..., Any]]
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
        if ops and submit_form(form, lambda: apply_form_ops(actor, stream_id_of(parent), ops)):
            record = form._meta.model(pk=record_id, stream_id=stream_id_of(parent))
            messages.success(request, f"Added “{self.get_label(form)}”.")
            return see_other(next_url(request, self.get_back_url(record)))
        return self.render_page(parent, form, refused=True)

    def get_parent(self, parent_id: UUID) -> Any:
        parent = type(self).parent_getter(self.caller, parent_id, self.required_right)
        self.enter_workspace(workspace_id_of(parent))
        return parent

    def build_form(self, parent: Any, data: Any) -> RecordForm:
        """Return an empty form, or a form bound to the submitted data."""
        return self.form_class(data, workspace_id=workspace_id_of(parent))

    def get_label(self, form: RecordForm) -> str:
        return str(form.cleaned_data.get("title") or form.cleaned_data.get("name") or "")

    def get_place(self, parent: Any, form: RecordForm) -> dict[str, Any]:
        """Return the place of a new record; empty if its type has none."""
        return {}

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
    """Make the forms' element ids unique, because several panels may be open on one page."""
    for n, form in enumerate(forms):
        if form is not None:
            form.auto_id = f"id_{record.pk.hex[-8:]}_{n}_%s"


def workspace_id_of(parent: Record | Workspace) -> UUID:
    return parent.id if isinstance(parent, Workspace) else parent.workspace_id


def stream_id_of(parent: Record | Workspace) -> UUID:
    """Return the stream of a new record: its parent's stream, or the workspace's directory."""
    return parent.id if isinstance(parent, Workspace) else parent.stream_id


def sibling_ids(record: Record) -> list[UUID]:
    """Return the ids of all records in the record's cell, in order, including the record."""
    if record.place is None or not record.place.order_field:
        return []
    within = {f"{name}_id": getattr(record, f"{name}_id") for name in record.place.parent_fields}
    rows = type(record).objects.filter(stream=record.stream_id, **within)
    return list(rows.order_by(record.place.order_field, "pk").values_list("pk", flat=True))


def describe_counts(going: Counter[str]) -> str:
    """Return “3 steps, 14 touchpoints and 2 promises”, for what a removal also removes."""
    return join_words([pluralize(n, noun) for noun, n in going.items()])


class ActionView(WorkspacePageView):
    """A single action with its own rules. GET shows its form or question, POST performs it."""

    getter: ClassVar[Callable[..., Any]]
    form_class: ClassVar[type[ServiceForm]] = ServiceForm
    question: ClassVar[str]  # {} is the record's label
    button_label: ClassVar[str]
    success_message: ClassVar[str]  # {} is the record's label
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
            if is_valid and submit_form(
                form, lambda: self.perform(record, form.cleaned_data, actor)
            ):
                messages.success(request, self.success_message.format(record.label))
                return see_other(self.get_success_url(record, actor))
        except PreconditionFailed:  # someone else saved first: compare again
            return self.post(request, record_id)
        return self.render_page(record, form, refused=True)

    def get_record(self, record_id: UUID) -> Any:
        record = type(self).getter(self.caller, record_id)
        self.enter_workspace(record.workspace_id)
        return record

    def build_form(self, record: Any, data: Any) -> ServiceForm:
        """Return an empty form, or a form bound to the submitted data."""
        return self.form_class(data)

    def perform(self, record: Any, values: dict[str, Any], actor: Actor) -> None:
        """Call the service of this action."""
        raise NotImplementedError

    def get_back_url(self, record: Any) -> str:
        raise NotImplementedError

    def get_success_url(self, record: Any, actor: Actor) -> str:
        """Return the URL to redirect to after success."""
        return next_url(self.request, self.get_back_url(record))

    def get_extra_context(self, record: Any) -> dict[str, Any]:
        """Return additional context for the template."""
        return {}

    def render_page(self, record: Any, form: ServiceForm, *, refused: bool = False) -> HttpResponse:
        with ensure_tenant_scope(self.caller.workspace_ids):
            set_unique_form_ids(record, form)
            context = {
                "record": record,
                "form": form,
                "question": self.question.format(record.label),
                "question_html": format_html(
                    self.question.replace("{}", BDI_TEMPLATE), record.label
                ),
                "button": self.button_label,
                "back": self.get_back_url(record),
                "next": self.request.POST.get("next") or self.request.GET.get("next", ""),
                **self.get_extra_context(record),
            }
            return render_form_page(self.request, self.template_name, context, refused=refused)
