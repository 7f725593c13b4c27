"""Notices about contests: for the parties, and for the members who may decide.

Those who have to do something are notified until it is done. News about a decision waits for the parties while
an appeal is possible, or until they mark it as seen.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.notices import NoticeDraft, Topic
from core.text import Text
from ownership.access import members_who_may_rule
from ownership.models import Appeal, Contest, Party, Ruling
from ownership.rulings import APPEAL_PERIOD
from workspaces.queries import time_zone_of

EXCERPT_WORDS = 20  # of a reason
DECISION_TEXTS: Mapping[str, Text] = {
    Ruling.Kind.UPHOLD: _("Decided: {person} answers for “{stage}”. {reason}"),
    Ruling.Kind.SPLIT: _("Decided: {person} and {second} each get a part of “{stage}”. {reason}"),
    Ruling.Kind.OTHER: _("Decided: {person} is asked to direct “{stage}”. {reason}"),
    Ruling.Kind.NOBODY: _("Decided: nobody answers for “{stage}” for now. {reason}"),
}


@dataclass(frozen=True)
class ContestItem:
    """What a notice says, and the contest it is about."""

    text: str
    contest: Contest
    is_news: bool  # there is nothing to do but to read it


def notices_for(workspace_id: UUID, journey_ids: Collection[UUID] | None) -> list[NoticeDraft]:
    """Return the notices about contests, rulings and appeals in these journeys, or in all if it is None.

    The number of queries is fixed.
    """
    now = timezone.now()
    is_covered = Q(workspace=workspace_id)
    if journey_ids is not None:
        is_covered &= Q(stream__in=journey_ids)
    parties = Party.objects.filter(is_covered, left_at=None)
    open_parties = _by_contest(parties.filter(contest__settled_at=None))
    appeals = list(
        Appeal.objects.filter(is_covered, _is_current_appeal(now)).select_related("ruling__contest")
    )
    rulings = list(_latest_rulings(Ruling.objects.filter(is_covered), now))
    return [
        *_case_notices(open_parties),
        *_ripe_notices(workspace_id, open_parties, now),
        *_appeal_notices(workspace_id, appeals),
        *_decision_notices(parties, rulings, [row for row in appeals if row.decided_at]),
    ]


def _by_contest(parties: QuerySet[Party]) -> dict[Contest, list[Party]]:
    found: dict[Contest, list[Party]] = defaultdict(list)
    for party in parties.select_related("contest", "person").order_by("pk"):
        found[party.contest].append(party)
    return found


def _is_current_appeal(now: datetime) -> Q:
    """Match appeals that wait for a decision, and those that were rejected a short time ago."""
    return Q(decided_at=None) | Q(
        outcome=Appeal.Outcome.REJECTED, decided_at__gt=now - APPEAL_PERIOD
    )


def _latest_rulings(rulings: QuerySet[Ruling], now: datetime) -> QuerySet[Ruling]:
    """Return the latest ruling of each contest, if an appeal against it is still possible."""
    return (
        rulings.filter(ruled_at__gt=now - APPEAL_PERIOD)
        .order_by("contest", "-ruled_at")
        .distinct("contest")
    )


def _case_notices(parties: Mapping[Contest, list[Party]]) -> Iterator[NoticeDraft]:
    """Ask each party to state their case, until they have done so or asked for a decision."""
    for contest, rows in parties.items():
        for party in rows:
            if party.person.member_id and not (party.stated_at or party.asked_at):
                yield _draft(party.person.member_id, "contest-opened", party, contest.opened_at)


def _ripe_notices(
    workspace_id: UUID, parties: Mapping[Contest, list[Party]], now: datetime
) -> Iterator[NoticeDraft]:
    """Ask those who may rule to do so, as soon as the contest is ripe."""
    zone = time_zone_of(workspace_id)
    ripe_since: dict[Contest, datetime] = {}
    for contest, rows in parties.items():
        day_after = contest.talk_until + timedelta(days=1)
        since = datetime.combine(day_after, time.min, tzinfo=zone)
        asked = [party.asked_at for party in rows if party.asked_at]
        if len(asked) == len(rows):
            since = min(since, max(asked))
        if since <= now:
            ripe_since[contest] = since
    if ripe_since:
        rulers = members_who_may_rule(workspace_id, ripe_since)
        for contest, since in ripe_since.items():
            for member_id in rulers[contest.pk]:
                yield _draft(member_id, "contest-ripe", contest, since)


def _appeal_notices(workspace_id: UUID, appeals: Collection[Appeal]) -> Iterator[NoticeDraft]:
    """Ask those to decide an appeal who made no ruling on the contest, or those who did if there is nobody else."""
    undecided = [row for row in appeals if row.decided_at is None]
    if not undecided:
        return
    contests = {row.ruling.contest for row in undecided}
    rulers = members_who_may_rule(workspace_id, contests)
    authors = defaultdict(set)
    rulings = Ruling.objects.filter(contest__in=contests)
    for contest_id, member_id in rulings.values_list("contest", "ruled_by"):
        authors[contest_id].add(member_id)
    for appeal in undecided:
        contest_id = appeal.ruling.contest_id
        for member_id in rulers[contest_id] - authors[contest_id] or rulers[contest_id]:
            yield _draft(member_id, "appeal-made", appeal, appeal.made_at)


def _decision_notices(
    parties: QuerySet[Party], rulings: Collection[Ruling], rejected: Collection[Appeal]
) -> Iterator[NoticeDraft]:
    """Announce rulings, and appeals that were rejected, to the parties. A granted appeal is a new ruling."""
    if not rulings and not rejected:
        return
    decisions: dict[UUID, list[tuple[str, Ruling | Appeal, datetime]]] = defaultdict(list)
    for ruling in rulings:
        decisions[ruling.contest_id].append(("ruling", ruling, ruling.ruled_at))
    for appeal in rejected:
        if appeal.decided_at:
            decisions[appeal.ruling.contest_id].append(
                ("appeal-rejected", appeal, appeal.decided_at)
            )
    concerned = parties.filter(contest__in=decisions, person__member__isnull=False)
    for contest_id, member_id in concerned.values_list("contest", "person__member_id"):
        for key, record, since in decisions[contest_id]:
            yield _draft(member_id, key, record, since)


def _draft(
    member_id: UUID, key: str, subject: Contest | Party | Ruling | Appeal, since: datetime
) -> NoticeDraft:
    return NoticeDraft(
        member_id=member_id,
        topic=Topic.CONTESTS,
        key=f"{key}:{subject.pk}",
        subject_type=subject.slug,
        subject_id=subject.pk,
        journey_id=subject.stream_id,
        since=since,
    )


# By type, the subjects that need an actor's attention now
WAITING_SUBJECTS: Mapping[str, Callable[[Actor], QuerySet[Any]]] = {
    Party.slug: lambda actor: Party.objects.filter(
        person__member=actor.member_id,
        contest__settled_at=None,
        left_at=None,
        stated_at=None,
        asked_at=None,
    ),
    Contest.slug: lambda actor: Contest.objects.filter(
        workspace=actor.workspace_id, settled_at=None
    ),
    Ruling.slug: lambda actor: Ruling.objects.filter(workspace=actor.workspace_id),
    Appeal.slug: lambda actor: Appeal.objects.filter(
        Q(decided_at=None)
        | Q(
            outcome=Appeal.Outcome.REJECTED,
            ruling__contest__parties__person__member=actor.member_id,
        ),
        workspace=actor.workspace_id,
    ).distinct(),
}


def contest_items(subject_ids: Collection[UUID]) -> dict[UUID, ContestItem]:
    """Return what notices about these parties, contests, rulings and appeals say. Runs four queries."""
    items: dict[UUID, ContestItem] = {}
    for party in Party.objects.filter(pk__in=subject_ids).select_related("contest__stage__journey"):
        text = gettext("“{stage}” in “{journey}” is contested. Say why you should answer for it.")
        items[party.pk] = _item(text, party.contest)
    for contest in Contest.objects.filter(pk__in=subject_ids).select_related("stage__journey"):
        text = gettext("The contest over “{stage}” in “{journey}” waits for your decision.")
        items[contest.pk] = _item(text, contest)
    rulings = Ruling.objects.filter(pk__in=subject_ids)
    for ruling in rulings.select_related("contest__stage", "person", "second_person"):
        items[ruling.pk] = _item(
            str(DECISION_TEXTS[ruling.kind]),
            ruling.contest,
            is_news=True,
            person=ruling.person,
            second=ruling.second_person,
            reason=Truncator(ruling.reason).words(EXCERPT_WORDS),
        )
    appeals = Appeal.objects.filter(pk__in=subject_ids)
    for appeal in appeals.select_related("ruling__contest__stage", "person"):
        text = gettext("{person} appealed against the ruling on “{stage}”. Decide the appeal.")
        if appeal.decided_at:
            text = gettext(
                "{person}’s appeal was rejected: the ruling on “{stage}” stands. {reason}"
            )
        items[appeal.pk] = _item(
            text,
            appeal.ruling.contest,
            is_news=appeal.decided_at is not None,
            person=appeal.person,
            reason=Truncator(appeal.answer).words(EXCERPT_WORDS),
        )
    return items


def describe_contests(subject_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return a line of text for each of these parties, contests, rulings and appeals, for e-mail."""
    return {pk: item.text for pk, item in contest_items(subject_ids).items()}


def _item(text: str, contest: Contest, *, is_news: bool = False, **values: Any) -> ContestItem:
    if "{journey}" in text:
        values["journey"] = contest.stage.journey.title
    return ContestItem(text.format(stage=contest.stage.title, **values), contest, is_news)
