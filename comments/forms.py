"""Form for comments. `@Name` in the text mentions a member."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from comments.mentions import find_mentions, mentionable_members
from comments.models import MAX_BODY_LENGTH
from core.edit_conflicts import EditConflictMixin
from core.forms import ServiceForm
from core.text import isolated, normalize_text
from workspaces.models import Member

MAX_NAMED_MEMBERS = 4


class CommentForm(ServiceForm):
    body = forms.CharField(
        label=_("Comment"), max_length=MAX_BODY_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, members: QuerySet[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        names = [f"@{isolated(str(one))}" for one in members[:MAX_NAMED_MEMBERS]]
        more = members.count() - len(names)
        if more:
            text = ngettext(
                "Type @ and a name to notify a member: {names} and {n} more.",
                "Type @ and a name to notify a member: {names} and {n} more.",
                more,
            )
        else:
            text = gettext("Type @ and a name to notify a member: {names}.")
        self.fields["body"].help_text = text.format(names=", ".join(names), n=more)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        body = normalize_text(cleaned.get("body", ""))
        cleaned["mentions"] = find_mentions(body, mentionable_members(self.members, body))
        return cleaned


class CommentEditForm(EditConflictMixin, CommentForm):
    """Form to edit a comment. Detects that its author has also edited it in another window."""
