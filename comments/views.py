"""Pages that write comments. pages/views/journey_comments.py has the page that lists them."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.models import Record
from changes.record_views import ActionView, while_unchanged
from comments import services
from comments.access import get_comment, get_subject, require_author, require_can_remove
from comments.forms import CommentEditForm, CommentForm
from comments.models import Comment
from comments.queries import build_threads, root_comments
from core.actors import Actor
from core.forms import ServiceForm
from core.ids import parse_uuid
from workspaces.queries import current_members

TYPES_IN_LIST = frozenset(
    {"stage", "step", "touchpoint", "promise", "lane"}
)  # types that the journey's list shows


class CommentFormView(ActionView):
    """Base view for actions with a form for a comment."""

    template_name = "comments/form.html"
    form_class: ClassVar[type[CommentForm]] = CommentForm

    def build_form(self, record: Any, data: Any) -> ServiceForm:
        members = current_members(record.workspace_id).order_by("user__name", "user__email")
        return self.form_class(data, members=members, initial=self.get_initial(record))

    def get_initial(self, record: Any) -> dict[str, Any]:
        return {}


class CommentCreateView(CommentFormView):
    """Start a thread about a record. The page also shows the open threads about it."""

    question = _("Comment on “{}”")
    button_label = _("Comment")
    success_message = _("Comment added to “{}”.")

    def dispatch(self, request: HttpRequest, *args: Any, slug: str, **kwargs: Any) -> Any:
        self.slug = slug
        return super().dispatch(request, *args, **kwargs)

    def get_record(self, record_id: UUID) -> Record:
        record = get_subject(self.caller, self.slug, record_id)
        self.enter_workspace(record.workspace_id)
        return record

    def get_initial(self, record: Record) -> dict[str, Any]:
        """Fill in a question if the URL names a member to ask (`?ask=`)."""
        try:
            asked = parse_uuid(self.request.GET.get("ask", ""))
        except ValueError:
            return {}
        member = current_members(record.workspace_id).filter(pk=asked).first()
        if member is None:
            return {}
        text = gettext("@{member} Who should direct “{title}”?")
        return {"body": text.format(member=member, title=record.label)}

    def get_back_url(self, record: Record) -> str:
        if record.slug in TYPES_IN_LIST:
            return super().get_back_url(record)
        return reverse("journey_comments", args=[record.stream_id])

    def get_extra_context(self, record: Record) -> dict[str, Any]:
        about = root_comments(record.stream_id, is_open=True).filter(subject_id=record.pk)
        return {"threads": build_threads(about)}

    def perform(self, record: Record, values: dict[str, Any], actor: Actor) -> None:
        services.comment_create(
            journey_id=record.stream_id,
            subject_type=record.slug,
            subject_id=record.pk,
            actor=actor,
            **values,
        )


class CommentActionView(ActionView):
    """Base view for actions on an existing comment."""

    getter = get_comment

    def get_back_url(self, record: Comment) -> str:
        page = reverse("journey_comments", args=[record.stream_id])
        return f"{page}?thread={record.thread_id or record.pk}"

    def get_extra_context(self, record: Comment) -> dict[str, Any]:
        return {"threads": build_threads([record.thread or record])}


class CommentReplyView(CommentActionView, CommentFormView):
    question = _("Reply")
    button_label = _("Reply")
    success_message = _("Reply added.")

    def perform(self, record: Comment, values: dict[str, Any], actor: Actor) -> None:
        services.comment_reply(thread=record, actor=actor, **values)


class CommentEditView(CommentActionView, CommentFormView):
    form_class = CommentEditForm
    question = _("Edit comment")
    button_label = _("Save")
    success_message = _("Comment saved.")

    def get_record(self, record_id: UUID) -> Comment:
        comment = super().get_record(record_id)
        require_author(self.enter_workspace(comment.workspace_id), comment)
        return comment

    def get_initial(self, record: Comment) -> dict[str, Any]:
        return {"body": record.body}

    def get_extra_context(self, record: Comment) -> dict[str, Any]:
        return {}

    def perform(self, record: Comment, values: dict[str, Any], actor: Actor) -> None:
        services.comment_edit(
            comment=record, actor=while_unchanged(record, ["body"], actor), **values
        )


class CommentRemoveView(CommentActionView):
    template_name = "comments/form.html"
    question = _("Remove this comment? This can’t be undone.")
    button_label = _("Remove")
    success_message = _("Comment removed.")

    def get_record(self, record_id: UUID) -> Comment:
        comment = super().get_record(record_id)
        require_can_remove(self.enter_workspace(comment.workspace_id), comment)
        return comment

    def get_extra_context(self, record: Comment) -> dict[str, Any]:
        threads = build_threads([record.thread or record])
        if record.thread_id:
            threads[0].replies = []
            threads[0].root = record
        return {"threads": threads, "is_danger": True}

    def perform(self, record: Comment, values: dict[str, Any], actor: Actor) -> None:
        services.comment_remove(comment=record, actor=actor)


class CommentResolveView(CommentActionView):
    template_name = "comments/form.html"
    question = _("Resolve this thread?")
    button_label = _("Resolve")
    success_message = _("Thread resolved.")

    def perform(self, record: Comment, values: dict[str, Any], actor: Actor) -> None:
        services.comment_resolve(comment=record, actor=actor)


class CommentReopenView(CommentActionView):
    template_name = "comments/form.html"
    question = _("Reopen this thread?")
    button_label = _("Reopen")
    success_message = _("Thread reopened.")

    def perform(self, record: Comment, values: dict[str, Any], actor: Actor) -> None:
        services.comment_reopen(comment=record, actor=actor)
