"""Pages that write records: gestures from forms, and the sheet of one record.

Every form is a real form: action, method, redirect after POST; htmx shows the same sheet in place.
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
from django.utils.html import format_html

from changes.forms import PlainForm, RecordForm
from changes.history import listed, number
from changes.models import Record, field_of
from changes.ops import parse
from changes.queries import goes_along
from changes.services import Replayed, edit
from changes.tenancy import tenant_if_outside
from workspaces.access import DRAW, Actor
from workspaces.errors import Forbidden, Invalid, NotFound, Refused, Stale
from workspaces.ids import derive_uuid7, parse_uuid, uuid7
from workspaces.models import Workspace
from workspaces.pages import Page, next_url, see_other

Op = dict[str, Any]
BDI = "<bdi>{}</bdi>"  # a name in a sentence keeps its own direction


def under_form(request: HttpRequest, actor: Actor) -> Actor:
    """Return the actor writing under this form's gesture, so that a double submit is a replay.

    The gesture is made from the form's id and what was sent: the same form with other words in
    it (sent again after "back") is another gesture.
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
    return actor.under(derive_uuid7(form_id, uuid5(form_id, fingerprint)), fingerprint)


def write(actor: Actor, stream_id: UUID, ops: Sequence[Op]) -> None:
    """Write ops as one gesture; what was written before under the same one is done already."""
    try:
        edit(stream_id, parse(list(ops)), actor=actor)
    except Replayed:
        return


def attempt(form: PlainForm | RecordForm, work: Callable[[], Any]) -> bool:
    """Do the work of a valid form; say whether it was done. A refusal goes to the form's fields.

    What the person has no right to, or cannot see, is refused as a page. Stale is for the caller.
    """
    try:
        work()
    except (Forbidden, NotFound, Stale):
        raise
    except Replayed:
        return True
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


def if_still(record: Record, names: Iterable[str], actor: Actor) -> Actor:
    """Return the actor who writes only while these fields are as they were read; Stale if not."""

    def check() -> None:
        present = type(record)._base_manager.filter(pk=record.pk).values(*names).first()
        read = {name: getattr(record, field_of(type(record), name).attname) for name in names}
        if present is not None and present != read:
            raise Stale("")

    return actor.provided(check)


def answer(
    request: HttpRequest, template: str, context: dict[str, Any], *, refused: bool = False
) -> HttpResponse:
    """Show a page with a form; one that was refused stays on the screen, with what was typed."""
    caller = request.caller  # type: ignore[attr-defined]
    with tenant_if_outside(caller.workspace_ids):
        response = render(request, template, context, status=422 if refused else 200)
    if refused:
        # htmx: show it where the form stood, not where a success would have gone.
        response["HX-Retarget"], response["HX-Reselect"] = "closest .sheet", ".sheet"
        response["HX-Reswap"] = "outerHTML"
    return response


class RecordPage(Page):
    """What the pages of one record type share."""

    form: ClassVar[type[RecordForm]]
    right: ClassVar[str] = DRAW
    template: ClassVar[str] = "sheets/record.html"

    def back(self, record: Record) -> str:
        """Return the page where the record is seen, at its place."""
        raise NotImplementedError

    def context(self, record: Record) -> dict[str, Any]:
        """Return what this type's sheet shows besides."""
        return {}


class RecordSheet(RecordPage):
    """A record's sheet: its fields, where it stands, its removal. POST says which by `verb`."""

    load: ClassVar[Callable[..., Record]]
    place_form: ClassVar[type[PlainForm] | None] = None
    may_remove: ClassVar[bool] = True

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = self.open(record_id)
        form = self.form(instance=record, workspace_id=record.workspace_id)
        return self.show(record, form)

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = self.open(record_id)
        actor = under_form(request, self.enter(record.workspace_id))
        verb = request.POST.get("verb", "set")
        if verb not in {"set", "move", "up", "down", "remove"}:
            raise Invalid.at("/verb", "choice", "Use set, move, up, down or remove.")
        return getattr(self, f"post_{verb}")(record, actor)

    def open(self, record_id: UUID) -> Record:
        record = type(self).load(self.caller, record_id, self.right)
        self.enter(record.workspace_id)
        return record

    def show(
        self,
        record: Record,
        form: RecordForm,
        place: PlainForm | None = None,
        *,
        removal: PlainForm | None = None,
        refused: bool = False,
    ) -> HttpResponse:
        with tenant_if_outside(self.caller.workspace_ids):
            if place is None and self.place_form is not None:
                place = self.place_form(record=record)
            name_ids(record, form, place)
            context = {
                "record": record,
                "form": form,
                "place": place,
                "removal": removal,
                "has_order": bool(record.place and record.place.order),
                "back": self.back(record),
                "may_remove": self.may_remove,
                "goes_along": counted(goes_along(record)) if self.may_remove else "",
                **self.context(record),
            }
            return answer(self.request, self.template, context, refused=refused)

    def post_set(self, record: Record, actor: Actor) -> HttpResponse:
        with tenant_if_outside(self.caller.workspace_ids):
            form = self.form(
                self.request.POST, instance=record.copy(), workspace_id=record.workspace_id
            )
            fields = form.values() if form.is_valid() else None
        try:
            if fields is not None and (
                not fields or attempt(form, lambda: self.set_fields(record, actor, fields))
            ):
                return self.done(record, "Saved.")
        except Stale:  # somebody was quicker by a moment: compare again
            return self.post_set(self.open(record.pk), actor)
        return self.show(record, form, refused=True)

    def set_fields(self, record: Record, actor: Actor, fields: dict[str, Any]) -> None:
        self.write(record, if_still(record, fields, actor), "set", fields=fields)

    def post_move(self, record: Record, actor: Actor) -> HttpResponse:
        if self.place_form is None:
            raise Invalid.at("/verb", "choice", "This has no place to move to.")
        with tenant_if_outside(self.caller.workspace_ids):
            place = self.place_form(self.request.POST, record=record)
            is_valid = place.is_valid()
        if is_valid and attempt(
            place, lambda: self.write(record, actor, "move", place=place.cleaned_data["place"])
        ):
            return self.done(record, f"Moved “{record.label}”.")
        form = self.form(instance=record, workspace_id=record.workspace_id)
        return self.show(record, form, place, refused=True)

    def post_up(self, record: Record, actor: Actor) -> HttpResponse:
        return self.shift(record, actor, -1)

    def post_down(self, record: Record, actor: Actor) -> HttpResponse:
        return self.shift(record, actor, 1)

    def shift(self, record: Record, actor: Actor, by: int) -> HttpResponse:
        """Move one place among the siblings; at the end there is nowhere to go."""
        with tenant_if_outside(self.caller.workspace_ids):
            ids = siblings(record)
        at = ids.index(record.pk) + by if record.pk in ids else -1
        if 0 <= at < len(ids):
            ids.remove(record.pk)
            after = str(ids[at - 1]) if at else None
            self.write(record, actor, "move", place={"after": after})
        return self.done(record, f"Moved “{record.label}”.")

    def post_remove(self, record: Record, actor: Actor) -> HttpResponse:
        removal = PlainForm({})
        removal.is_valid()
        if attempt(removal, lambda: self.write(record, actor, "remove")):
            return self.done(record, f"Removed “{record.label}”.")
        form = self.form(instance=record, workspace_id=record.workspace_id)
        return self.show(record, form, removal=removal, refused=True)

    def write(self, record: Record, actor: Actor, verb: str, **parts: Any) -> None:
        op = {"op": verb, "type": record.slug, "id": str(record.pk), **parts}
        write(actor, record.stream_id, [op])

    def done(self, record: Record, text: str) -> HttpResponse:
        messages.success(self.request, text)
        return see_other(next_url(self.request, self.back(record)))


class RecordAdd(RecordPage):
    """The form of a record that is not there yet; its parent says where it will stand."""

    parent: ClassVar[Callable[..., Any]]

    def get(self, request: HttpRequest, parent_id: UUID) -> HttpResponse:
        parent = self.open(parent_id)
        with tenant_if_outside(self.caller.workspace_ids):
            return self.show(parent, self.blank(parent, None))

    def post(self, request: HttpRequest, parent_id: UUID) -> HttpResponse:
        parent = self.open(parent_id)
        actor = under_form(request, self.enter(workspace_of(parent)))
        # The gesture names the record, so that a retry leads to the same one.
        record_id = actor.gesture or uuid7()
        with tenant_if_outside(self.caller.workspace_ids):
            form = self.blank(parent, request.POST)
            ops = self.ops(parent, form, record_id) if form.is_valid() else None
        if ops and attempt(form, lambda: write(actor, stream_of(parent), ops)):
            record = form._meta.model(pk=record_id, stream_id=stream_of(parent))
            messages.success(request, f"Added “{self.label(form)}”.")
            return see_other(next_url(request, self.back(record)))
        return self.show(parent, form, refused=True)

    def open(self, parent_id: UUID) -> Any:
        parent = type(self).parent(self.caller, parent_id, self.right)
        self.enter(workspace_of(parent))
        return parent

    def blank(self, parent: Any, data: Any) -> RecordForm:
        """Return the empty form, or one with what was sent."""
        return self.form(data, workspace_id=workspace_of(parent))

    def label(self, form: RecordForm) -> str:
        return str(form.cleaned_data.get("title") or form.cleaned_data.get("name") or "")

    def place(self, parent: Any, form: RecordForm) -> dict[str, Any]:
        """Return where a new record stands; empty for one without a place."""
        return {}

    def ops(self, parent: Any, form: RecordForm, record_id: UUID) -> list[Op]:
        """Return what to write."""
        op: Op = {
            "op": "add",
            "type": form._meta.model.slug,
            "id": str(record_id),
            "fields": form.values(),
        }
        place = self.place(parent, form)
        return [op | {"place": place} if place else op]

    def show(self, parent: Any, form: RecordForm, *, refused: bool = False) -> HttpResponse:
        name_ids(parent, form)
        context = {
            "parent": parent,
            "noun": form._meta.model._meta.verbose_name,
            "form": form,
            "back": self.back(form._meta.model(stream_id=stream_of(parent))),
            **self.context(parent),
        }
        return answer(self.request, self.template, context, refused=refused)


def name_ids(record: Any, *forms: PlainForm | RecordForm | None) -> None:
    """Give the fields ids that are theirs alone: several sheets may be open in one page."""
    for n, form in enumerate(forms):
        if form is not None:
            form.auto_id = f"id_{record.pk.hex[-8:]}_{n}_%s"


def workspace_of(parent: Record | Workspace) -> UUID:
    return parent.id if isinstance(parent, Workspace) else parent.workspace_id


def stream_of(parent: Record | Workspace) -> UUID:
    """Return the stream a new record goes to: its parent's; the directory's is the workspace's."""
    return parent.id if isinstance(parent, Workspace) else parent.stream_id


def siblings(record: Record) -> list[UUID]:
    """Return the ids of all that stand in the record's cell, in order, itself included."""
    if record.place is None or not record.place.order:
        return []
    within = {f"{name}_id": getattr(record, f"{name}_id") for name in record.place.within}
    rows = type(record).objects.filter(stream=record.stream_id, **within)
    return list(rows.order_by(record.place.order, "pk").values_list("pk", flat=True))


def counted(going: Counter[str]) -> str:
    """Return “3 steps, 14 touchpoints and 2 promises” for what goes along with a removal."""
    return listed([number(n, noun) for noun, n in going.items()])


class Deed(Page):
    """One deed with rules of its own: GET shows its form (or just its question), POST does it."""

    load: ClassVar[Callable[..., Any]]
    form: ClassVar[type[PlainForm]] = PlainForm
    question: ClassVar[str]  # what the page asks, and what the button says
    button: ClassVar[str]
    said: ClassVar[str]  # when it is done
    template: ClassVar[str] = "sheets/deed.html"

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = self.open(record_id)
        with tenant_if_outside(self.caller.workspace_ids):
            return self.show(record, self.blank(record, None))

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = self.open(record_id)
        actor = under_form(request, self.enter(record.workspace_id))
        with tenant_if_outside(self.caller.workspace_ids):
            form = self.blank(record, request.POST)
            is_valid = form.is_valid()
        try:
            if is_valid and attempt(form, lambda: self.work(record, form.cleaned_data, actor)):
                messages.success(request, self.said.format(record.label))
                return see_other(self.onward(record, actor))
        except Stale:  # somebody was quicker by a moment: compare again
            return self.post(request, record_id)
        return self.show(record, form, refused=True)

    def open(self, record_id: UUID) -> Any:
        record = type(self).load(self.caller, record_id)
        self.enter(record.workspace_id)
        return record

    def blank(self, record: Any, data: Any) -> PlainForm:
        """Return the empty form, or one with what was sent."""
        return self.form(data)

    def work(self, record: Any, values: dict[str, Any], actor: Actor) -> None:
        """Call the one service."""
        raise NotImplementedError

    def back(self, record: Any) -> str:
        raise NotImplementedError

    def onward(self, record: Any, actor: Actor) -> str:
        """Return where to go when it is done."""
        return next_url(self.request, self.back(record))

    def context(self, record: Any) -> dict[str, Any]:
        """Return what the page shows besides."""
        return {}

    def show(self, record: Any, form: PlainForm, *, refused: bool = False) -> HttpResponse:
        with tenant_if_outside(self.caller.workspace_ids):
            name_ids(record, form)
            context = {
                "record": record,
                "form": form,
                "question": self.question.format(record.label),
                "question_html": format_html(self.question.replace("{}", BDI), record.label),
                "button": self.button,
                "back": self.back(record),
                "next": self.request.POST.get("next") or self.request.GET.get("next", ""),
                **self.context(record),
            }
            return answer(self.request, self.template, context, refused=refused)
