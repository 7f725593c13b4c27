"""Comments on anything in a journey, in threads; and who is to be mailed about which."""

from typing import ClassVar

from django.db import models

from changes.fields import excerpt
from changes.models import NameField, ProseField, Record
from workspaces.models import Member, Workspace

LONGEST = 5000


class Comment(Record):
    """What somebody said about a record of the journey. `thread` is the first of those it answers.

    Not open to ops, and not undone: what was said was said. The subject is named by (slug, id)
    without a key, so that it may be of any type; an answer has its thread's. A thread is open
    until the first comment has `resolved_at`. `mentions` are member ids, written `@Name` in the
    body. Who is no member (a guest by a share link, a program) has a name instead.
    """

    slug: ClassVar = "comment"
    scope: ClassVar = "comments"
    follows_subject: ClassVar = True
    signature: ClassVar = "guest_name"
    sentences: ClassVar = {
        "comment.make": "commented on “{subject}”: {body}",
        "comment.reply": "answered about “{subject}”: {body}",
        "comment.edit": "changed a comment on “{subject}”: {body}",
        "comment.remove": "removed a comment on “{subject}”",
        "comment.resolve": "resolved a thread on “{subject}”: {body}",
        "comment.reopen": "opened a thread on “{subject}” again: {body}",
    }

    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    thread = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="replies"
    )
    author = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    guest_name = NameField(max_length=120, blank=True, default="")
    body = ProseField(max_length=LONGEST)
    mentions = models.JSONField(default=list, blank=True)
    made_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(author__isnull=False, guest_name="")
                | (models.Q(author=None) & ~models.Q(guest_name="")),
                name="a_comment_has_one_author",
            ),
            models.CheckConstraint(
                condition=models.Q(thread=None) | models.Q(resolved_at=None),
                name="threads_are_resolved_not_answers",
            ),
        ]
        indexes: ClassVar = [
            *Record.Meta.indexes,
            # the recorder: what is said about the records that a removal takes along
            models.Index(fields=["subject_id"], name="comment_by_subject"),
            # the inbox and the counts read open threads
            models.Index(
                fields=["workspace", "stream"],
                condition=models.Q(thread=None, resolved_at=None),
                name="comment_open",
            ),
        ]

    @property
    def label(self) -> str:
        return excerpt(self.body)

    @property
    def by(self) -> str:
        """Return the name of who said it; wants `author__user` joined."""
        return str(self.author) if self.author else self.guest_name


class Mail(models.Model):
    """One member to be mailed about one comment: the ledger that keeps it from happening twice.

    No record: a fact about work. The comment is named without a key, because it may go before
    the mail does. `settled_at` = it was sent, or is not wanted any more.
    """

    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    comment = models.UUIDField()
    claimed_until = models.DateTimeField(null=True)  # keeps a second worker off
    attempts = models.SmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "comment"], name="one_mail_per_comment"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["workspace"], condition=models.Q(settled_at=None), name="mail_due"
            ),
        ]
