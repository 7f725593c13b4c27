"""What the inbox shows to stand-ins: what waits for people who are away."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from changes.models import Record, record_types
from core.notices import Topic
from core.text import Text, isolated
from notifications.email_content import DESCRIBE
from notifications.models import Notice
from ownership.contest_notices import contest_items
from ownership.models import Directorship, Flag, Party
from ownership.queries import flag_subjects
from pages.queries.inbox import Inbox
from pages.queries.people import absence_rows
from people.models import Person
from people.notices import describe_absences
from workspaces.models import Member

MAX_ITEMS = 50
# What a stand-in can't do, because only the person who is away can
LIMITS: Mapping[str, Text] = {
    Directorship.slug: _("Only {name} can accept or decline."),
    Party.slug: _("Only {name} can state the case, or ask for a decision."),
}


@dataclass
class DelegatedItem:
    """A notice of somebody who is away: what it says, its page, and what the stand-in can't do."""

    notice: Notice
    text: str
    url: str
    limit: str


@dataclass
class Delegation:
    """What waits for a member who is away, the oldest first."""

    away: Member
    items: list[DelegatedItem] = field(default_factory=list)


def delegations(notices: Sequence[Notice]) -> list[Delegation]:
    """Return the first MAX_ITEMS of these notices of a stand-in, by member.

    The number of queries depends only on the types of the subjects.
    """
    listed = notices[:MAX_ITEMS]
    by_topic: dict[str, list[UUID]] = defaultdict(list)
    for row in listed:
        by_topic[row.topic].append(row.subject_id)
    texts = {topic: DESCRIBE[topic](subject_ids) for topic, subject_ids in by_topic.items()}
    urls = _urls(listed)
    found: dict[Member, Delegation] = {}
    for row in listed:
        away = row.on_behalf_of
        text = texts[row.topic].get(row.subject_id)
        if away is None or text is None:
            continue
        limit = str(LIMITS.get(row.subject_type, "")).format(name=isolated(str(away)))
        item = DelegatedItem(row, text, urls.get(row.subject_id, ""), limit)
        found.setdefault(away, Delegation(away)).items.append(item)
    return list(found.values())


def _urls(notices: Collection[Notice]) -> dict[UUID, str]:
    """Return the page of the subject of each notice, by the subject's id."""
    by_type: dict[str, list[UUID]] = defaultdict(list)
    for row in notices:
        by_type[row.subject_type].append(row.subject_id)
    contested = [row.subject_id for row in notices if row.topic == Topic.CONTESTS]
    urls = (
        {pk: item.contest.get_absolute_url() for pk, item in contest_items(contested).items()}
        if contested
        else {}
    )
    flags = flag_subjects(Flag.objects.filter(pk__in=by_type.pop(Flag.slug, [])))
    urls |= {pk: subject.url for pk, subject in flags.items()}
    for slug, subject_ids in by_type.items():
        rows = record_types()[slug].objects.in_bulk(subject_ids)
        urls = {pk: _url(row) for pk, row in rows.items()} | urls
    return urls


def _url(record: Record) -> str:
    if isinstance(record, Directorship):
        return reverse("stage_owner", args=[record.stage_id])
    return record.get_absolute_url()


def stand_in_context(inbox: Inbox, person: Person | None) -> dict[str, Any]:
    """Return what the inbox needs to show about absences: the actor's own, and those in which they stand in."""
    absences = absence_rows(person) if person else []
    return {
        "own_absence": next((row for row in absences if row.is_current), None),
        "covers": inbox.with_texts(Topic.ABSENCES, describe_absences),
        "delegations": delegations(inbox.delegated),
        "delegated_count": len(inbox.delegated),
    }
