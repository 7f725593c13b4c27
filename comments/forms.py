"""Form for comments. `@Name` in the text mentions a member."""

from collections.abc import Sequence
from typing import Any

from django import forms

from changes.forms import ServiceForm
from comments.mentions import mentioned
from comments.models import LONGEST
from workspaces.edit_conflicts import EditConflictMixin
from workspaces.models import Member
from workspaces.text import isolated, normalize_text

SHOWN = 4


class CommentForm(ServiceForm):
    body = forms.CharField(
        label="Comment", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, members: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        names = [f"@{isolated(str(one))}" for one in members[:SHOWN]]
        more = len(members) - len(names)
        listed = ", ".join(names) + (f" and {more} more" if more else "")
        self.fields["body"].help_text = f"Type @ and a name to notify a member: {listed}."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["mentions"] = mentioned(normalize_text(cleaned.get("body", "")), self.members)
        return cleaned


class CommentEditForm(EditConflictMixin, CommentForm):
    """Form for an existing comment. Detects edits that its author made in another window."""
