"""Comments on the records of a journey, in threads."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from changes.models import NameField, ProseField, Record
from core.fields import excerpt
from core.plurals import Plural
from workspaces.models import Member

MAX_BODY_LENGTH = 5000
FRACTION = (MinValueValidator(0), MaxValueValidator(1))


class Comment(Record):
    """A comment on a record of a journey. In a reply, `thread` is the first comment of the thread.

    Ops can't write comments, and writing one can't be undone. The subject is stored as a type (slug)
    and an id, not as a foreign key, so that it can be of any type. A reply has the subject of its
    thread. A thread is open until its first comment has `resolved_at`. `mentions` contains the ids
    of the members that the body names as `@Name`. Authors who aren't members (programs, and guests
    with a share link) have only a name.

    A thread about a record with a picture can have a place in the picture: `x` and `y` are fractions of the
    picture's width and height, from its upper left corner.
    """

    slug: ClassVar = "comment"
    counted: ClassVar = Plural("a comment", "{n} comments")
    scope: ClassVar = "comments"
    removed_with_subject: ClassVar = True
    guest_name_field: ClassVar = "guest_name"
    action_texts: ClassVar = {
        "comment.make": _("commented on “{subject}”: {body}"),
        "comment.reply": _("replied to a comment on “{subject}”: {body}"),
        "comment.edit": _("edited a comment on “{subject}”: {body}"),
        "comment.remove": _("removed a comment on “{subject}”"),
        "comment.resolve": _("resolved a thread on “{subject}”: {body}"),
        "comment.reopen": _("reopened a thread on “{subject}”: {body}"),
    }

    subject_type = models.CharField(_("subject type"), max_length=40)
    subject_id = models.UUIDField(_("subject id"))
    thread = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("thread"),
    )
    author = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    guest_name = NameField(_("guest name"), max_length=120, blank=True, default="")
    body = ProseField(_("body"), max_length=MAX_BODY_LENGTH)
    mentions = models.JSONField(_("mentions"), default=list, blank=True)
    x = models.FloatField(_("place from the left"), null=True, blank=True, validators=FRACTION)
    y = models.FloatField(_("place from the top"), null=True, blank=True, validators=FRACTION)
    made_at = models.DateTimeField(_("made at"))
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        Member,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("resolved by"),
    )

    class Meta(Record.Meta):
        verbose_name = _("comment")
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
            models.CheckConstraint(
                condition=models.Q(x=None, y=None)
                | models.Q(x__isnull=False, y__isnull=False, thread=None)
                & models.Q(x__range=(0, 1), y__range=(0, 1)),
                name="a_place_is_in_the_picture_of_a_thread",
            ),
        ]
        indexes: ClassVar = [
            *Record.Meta.indexes,
            # for the recorder, which removes a record's comments with the record
            models.Index(fields=["subject_id"], name="comment_by_subject"),
            # for the inbox and the counts of open threads
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
    def has_place(self) -> bool:
        return self.x is not None

    @property
    def author_name(self) -> str:
        """Return the author's name. Runs queries unless `author__user` is selected."""
        return str(self.author) if self.author else self.guest_name
