"""Topics and contents of notices as plain values. Any app can create them; the notifications app stores them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Topic(TextChoices):
    """The topic of a notice. For each topic, members choose whether and when they get e-mail."""

    PROPOSALS = "proposals", _("Proposals to direct a stage")
    VOLUNTEERS = "volunteers", _("Volunteers to direct a stage")
    CONTESTS = "contests", _("Contests, rulings and appeals")
    CASES = "cases", _("Cases of the ombudsman")
    HANDOFFS = "handoffs", _("Hand-offs to sign")
    COMMENTS = "comments", _("Comments and mentions")
    ESCALATIONS = "escalations", _("Critical flags that nobody resolved in time")
    CRITICAL_FLAGS = "critical_flags", _("Critical flags")
    WARNING_FLAGS = "warning_flags", _("Warnings")
    INFO_FLAGS = "info_flags", _("Flags for information")
    DEMOTIONS = "demotions", _("Ombudsmen whose role would end")
    INVITATIONS = "invitations", _("Accepted invitations")
    ABSENCES = "absences", _("Absences in which you stand in")
    WEBHOOKS = "webhooks", _("Webhooks that were disabled")


@dataclass(frozen=True)
class NoticeDraft:
    """A notice to create for a member.

    `key` identifies the cause of the notice and is unique per member: if the same situation occurs
    again later, its notice has another key. `journey_id` is the stream of the subject: a journey,
    the workspace's directory (the workspace's id), or None if the subject is not a record. The
    matter has waited `since` this time, and is escalated when it is `due` (None: never).
    `is_mailed` is False if the member gets a separate e-mail about the matter. If the member stands in
    for an absent member, `on_behalf_of` is the absent member.
    """

    member_id: UUID
    topic: Topic
    key: str
    subject_type: str
    subject_id: UUID
    journey_id: UUID | None
    since: datetime
    due: datetime | None = None
    is_mailed: bool = True
    on_behalf_of: UUID | None = None
