"""What apps tell members about: topics, and notices as plain values. notifications stores them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Topic(TextChoices):
    """What a notice is about. Members choose for each topic whether and when they get e-mail."""

    PROPOSALS = "proposals", _("Proposals to direct a stage")
    COMMENTS = "comments", _("Comments and mentions")
    ESCALATIONS = "escalations", _("Critical flags that nobody resolved in time")
    CRITICAL_FLAGS = "critical_flags", _("Critical flags")
    WARNING_FLAGS = "warning_flags", _("Warnings")
    INFO_FLAGS = "info_flags", _("Flags for information")
    INVITATIONS = "invitations", _("Accepted invitations")
    WEBHOOKS = "webhooks", _("Webhooks that were disabled")


@dataclass(frozen=True)
class NoticeDraft:
    """A matter that waits for a member at the moment.

    `key` identifies the occasion: the same matter on a later occasion has another key. It is
    unique for each member. `journey_id` is None for what belongs to no stream, and the id of the
    workspace for what is in its directory. `due` is the time
    at which the matter is escalated. `is_mailed` is False if e-mail is announced separately.
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
