"""Queries for comments: threads with their subjects, counts, and threads that await a reply.

Call all of them inside `tenant_scope()`. The number of queries doesn't depend on the number of
comments.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from changes.models import Record, record_types
from comments.mentions import mention_names
from comments.models import Comment
from core.actors import Actor
from journeys.models import Journey, Step
from workspaces.models import Member


@dataclass(frozen=True)
class ThreadSubject:
    """The record that a thread is about, with its name and the stage under which it is shown."""

    slug: str
    id: UUID
    type_label: str
    title: str
    stage_id: UUID | None


@dataclass
class Thread:
    """A first comment and its replies, oldest first."""

    root: Comment
    subject: ThreadSubject | None = None
    journey: Journey | None = None
    replies: list[Comment] = field(default_factory=list)

    @property
    def comments(self) -> list[Comment]:
        return [self.root, *self.replies]

    @property
    def latest(self) -> Comment:
        return self.comments[-1]


def root_comments(journey_id: UUID, *, is_open: bool) -> QuerySet[Comment]:
    """Return the first comments of a journey's open (or resolved) threads, newest first."""
    rows = Comment.objects.filter(stream=journey_id, thread=None, resolved_at__isnull=is_open)
    return rows.order_by("-made_at", "-pk")


def thread_of(journey_id: UUID, comment_id: UUID) -> QuerySet[Comment]:
    """Return the first comment of the thread that contains this comment.

    The queryset is empty if the journey doesn't have the comment.
    """
    holds = Q(pk=comment_id) | Q(pk__in=Comment.objects.filter(pk=comment_id).values("thread"))
    return Comment.objects.filter(holds, stream=journey_id, thread=None)


@dataclass(frozen=True)
class Pin:
    """The mark of a thread at its place in a picture.

    Pins are numbered from 1 in each picture. Pins of resolved threads keep their numbers.
    """

    number: int
    comment: Comment


def open_pins(journey_id: UUID) -> dict[UUID, list[Pin]]:
    """Return the pins of a journey's open threads by subject id, oldest first. Runs one query."""
    rows = Comment.objects.filter(stream=journey_id, thread=None, x__isnull=False)
    pins: dict[UUID, list[Pin]] = defaultdict(list)
    for row in rows.select_related("author__user").order_by("made_at", "pk"):
        pins[row.subject_id].append(Pin(len(pins[row.subject_id]) + 1, row))
    return {
        subject_id: [pin for pin in of_subject if pin.comment.resolved_at is None]
        for subject_id, of_subject in pins.items()
    }


def open_counts(journey_id: UUID) -> dict[UUID, int]:
    """Return the number of open threads by subject id. Runs one query."""
    rows = root_comments(journey_id, is_open=True).order_by()
    return dict(rows.values_list("subject_id").annotate(n=Count("pk")))


def threads_awaiting(actor: Actor) -> QuerySet[Comment]:
    """Return the first comments of open threads that await a reply from the actor.

    In these threads, the actor has commented or is mentioned, and the last comment is someone
    else's.
    """
    comments = Comment.objects.filter(Q(pk=OuterRef("pk")) | Q(thread=OuterRef("pk")))
    theirs = comments.filter(
        Q(author=actor.member_id) | Q(mentions__contains=[str(actor.member_id)])
    )
    last = comments.order_by("-made_at", "-pk").values("author")[:1]
    rows = Comment.objects.filter(workspace=actor.workspace_id, thread=None, resolved_at=None)
    rows = rows.filter(Exists(theirs)).annotate(last_author=Subquery(last))
    by_others = Q(last_author=None) | ~Q(last_author=actor.member_id)  # None: a guest
    return rows.filter(by_others).order_by("-made_at", "-pk")


def build_threads(firsts: Iterable[Comment]) -> list[Thread]:
    """Return the threads with these first comments, in the same order.

    Runs five queries, plus one for each type of subject.
    """
    rows = list(firsts)
    threads = {row.pk: Thread(row) for row in rows}
    comments = list(
        Comment.objects.filter(Q(pk__in=threads) | Q(thread__in=threads))
        .select_related("author__user", "resolved_by__user")
        .order_by("made_at", "pk")
    )
    for comment in comments:
        if comment.thread_id is None:
            threads[comment.pk].root = comment
        else:
            threads[comment.thread_id].replies.append(comment)
    _name_mentioned(comments)
    subjects = _subjects(rows)
    journeys = Journey.objects.in_bulk({row.stream_id for row in rows})
    for row in rows:
        threads[row.pk].subject = subjects.get(row.subject_id)
        threads[row.pk].journey = journeys.get(row.stream_id)
    return list(threads.values())


def _name_mentioned(comments: Sequence[Comment]) -> None:
    ids = {pk for comment in comments for pk in comment.mentions}
    names = {
        member.pk: str(member)
        for member in Member.objects.filter(pk__in=ids).select_related("user")
    }
    for comment in comments:
        comment.mentioned = mention_names(comment.mentions, names)  # type: ignore[attr-defined]


def _subjects(rows: Sequence[Comment]) -> dict[UUID, ThreadSubject]:
    by_type: dict[str, set[UUID]] = defaultdict(set)
    for row in rows:
        by_type[row.subject_type].add(row.subject_id)
    records = [
        record
        for slug, ids in by_type.items()
        for record in record_types()[slug]
        .objects.filter(pk__in=ids)
        .select_related(*_label_relations(slug))
    ]
    steps = {pk for record in records if (pk := _step_id_of(record)) is not None}
    stage_of = dict(Step.objects.filter(pk__in=steps).values_list("pk", "stage_id"))
    return {
        record.pk: ThreadSubject(
            record.slug,
            record.pk,
            str(record._meta.verbose_name),
            record.label,
            _stage_id_of(record, stage_of),
        )
        for record in records
    }


def _label_relations(slug: str) -> list[str]:
    """Return the foreign keys to join so that labels of this type need no further queries."""
    return [f.name for f in record_types()[slug]._meta.concrete_fields if _is_record(f)]


def _is_record(target: Any) -> bool:
    related = target.related_model
    return isinstance(related, type) and issubclass(related, Record)


def _step_id_of(record: Record) -> UUID | None:
    """Return the id of a record's step. For a promise, this is the step in which the promise is made."""
    return getattr(record, "step_id", None) or getattr(record, "made_in_id", None)


def _stage_id_of(record: Record, stage_of: dict[UUID, UUID]) -> UUID | None:
    if record.slug == "stage":
        return record.pk
    step_id = _step_id_of(record)
    return stage_of.get(step_id) if step_id else getattr(record, "stage_id", None)
