"""History: change sets as sentences, such as “Mina Kato moved “Credit check” from Billing to Care”.

The number of queries for a page of change sets depends only on the number of record types that it
mentions. A record type's `action_texts` and `count_texts` take precedence over the general
sentences.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count, Window
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.models import Change, ChangeSet, CountSummary, Record, from_log, record_types
from core.fields import excerpt
from core.text import isolated, join_list
from workspaces.models import Member, Token

MAX_CHANGES_PER_SET = 8  # changes read per set; the rest are only counted
OP_TEXTS = {"add": _("added {what}"), "set": _("changed {what}"), "remove": _("removed {what}")}
# Not tied to a record type
ACTION_TEXTS = {
    "journey.restore": _("restored an earlier version: {changes}"),
    "department.merge": _("merged departments: {changes}"),
    "department.split": _("split off a department: {changes}"),
}
GUEST_NAME = _("A guest (share link)")
GROUP_WINDOW = timedelta(minutes=10)
PAGE_SIZE = 50


@dataclass(frozen=True)
class HistoryEntry:
    """The description of one change set. `gesture` is None if it can't be undone, or was already undone."""

    version: int
    at: Any
    actor_name: str
    actor: tuple[str, UUID | None]  # (kind, id)
    text: str
    subject: tuple[str, UUID] | None  # the record to link to: (slug, id)
    gesture: UUID | None

    def __str__(self) -> str:
        return gettext("{actor} {did}").format(actor=isolated(self.actor_name), did=self.text)


@dataclass(frozen=True)
class HistoryGroup:
    """The entries of one person within ten minutes, newest first."""

    entries: list[HistoryEntry]

    @property
    def latest(self) -> HistoryEntry:
        return self.entries[0]

    @property
    def first_version(self) -> int:
        return self.entries[-1].version

    @property
    def last_version(self) -> int:
        return self.latest.version

    @property
    def member_id(self) -> UUID | None:
        kind, pk = self.latest.actor
        return pk if kind == "member" else None


def history(
    workspace_id: UUID,
    stream_id: UUID,
    *,
    before: int | None = None,
    limit: int = PAGE_SIZE,
    member: UUID | None = None,
    record: UUID | None = None,
    record_type: str | None = None,
) -> tuple[list[HistoryGroup], int | None]:
    """Return a page of the history, newest first, and the `before` of the next page (or None).

    With `before`, the page has only sets before that version. With `member`, it has only that
    member's sets. With `record`, it has only sets about that record or anything that was ever
    inside it. With `record_type`, it has only sets that changed records of this type.

    A page has up to `limit` sets and ends between two ten-minute groups, unless one group is longer
    than a page. Call it inside tenant_scope(). The number of queries doesn't depend on the number
    of sets.
    """
    sets = ChangeSet.objects.filter(workspace_id=workspace_id, stream_id=stream_id)
    sets = sets.order_by("-version")
    if before is not None:
        sets = sets.filter(version__lt=before)
    if member is not None:
        sets = sets.filter(actor_kind="member", actor_id=member)
    if record is not None:
        descendants = descendant_ids(workspace_id, stream_id, record)
        changes = Change.objects.filter(workspace_id=workspace_id, record_id__in=descendants)
        sets = sets.filter(id__in=changes.values("set_id"))
    if record_type is not None:
        sets = sets.filter(types__contains=[record_type])
    rows = list(sets[: limit + 1])
    more, shown = len(rows) > limit, rows[:limit]
    if more:
        whole = [
            change_set for change_set in shown if _window_of(change_set) != _window_of(rows[limit])
        ]
        shown = whole or shown
    groups = [
        group
        for _, entries in groupby(describe_change_sets(shown), key=_window_of)
        for group in _group_by_person(entries)
    ]
    return groups, shown[-1].version if more else None


def _window_of(item: ChangeSet | HistoryEntry) -> int:
    return int(item.at.timestamp() // GROUP_WINDOW.total_seconds())


def _group_by_person(entries: Iterable[HistoryEntry]) -> list[HistoryGroup]:
    groups: dict[Any, HistoryGroup] = {}
    for entry in entries:
        # Group by name too, because several guests share a link, and the audit is one of several machine
        # actors.
        groups.setdefault((entry.actor, entry.actor_name), HistoryGroup([])).entries.append(entry)
    return list(groups.values())


def descendant_ids(workspace_id: UUID, stream_id: UUID, record_id: UUID) -> set[UUID]:
    """Return the ids of a record and of all records that were ever inside it or about it.

    They come from the log, so they include removed records.
    """
    links = defaultdict(set)
    keys = {name: KeyTextTransform(name, "after") for name in _parent_field_names()}
    changes = Change.objects.filter(
        workspace_id=workspace_id, set__stream_id=stream_id, after__has_any_keys=list(keys)
    )
    for child_id, *parent_ids in changes.values_list("record_id", *keys.values()).distinct():
        for parent_id in parent_ids:
            links[parent_id].add(child_id)
    descendants, new = {record_id}, {record_id}
    while new:
        new = set().union(*(links[str(parent_id)] for parent_id in new)) - descendants
        descendants |= new
    return descendants


@cache
def _parent_field_names() -> list[str]:
    """Return the names of the fields that refer to a parent record or to a record's subject."""
    return [
        *{
            f.name
            for model in record_types().values()
            for f in model._meta.concrete_fields
            if isinstance(f, models.ForeignKey)
            and f.remote_field.on_delete is models.CASCADE
            and related_record_type(model, f.name)
        },
        "subject_id",
    ]


def describe_change_sets(sets: Sequence[ChangeSet]) -> list[HistoryEntry]:
    """Return a history entry for each of these sets of one workspace, in the same order.

    Call it inside tenant_scope().
    """
    if not sets:
        return []
    workspace_id = sets[0].workspace_id
    in_workspace = ChangeSet.objects.filter(workspace_id=workspace_id)
    undone_ids = [s.undoes_id for s in sets if s.undoes_id]
    undone = {s.id: s for s in in_workspace.filter(id__in=undone_ids)}
    undone_set_ids = set(
        in_workspace.filter(undoes_id__in=[s.id for s in sets]).values_list("undoes_id", flat=True)
    )
    narrator = HistoryNarrator(workspace_id, [*sets, *undone.values()])
    actors = actor_names(sets)
    entries = []
    for change_set in sets:
        changes = narrator.changes[change_set.id]
        entries.append(
            HistoryEntry(
                version=change_set.version,
                at=change_set.at,
                actor_name=narrator.actor_name_override(change_set)
                or actors.get((change_set.actor_kind, change_set.actor_id), gettext("Someone")),
                actor=(change_set.actor_kind, change_set.actor_id),
                text=narrator.describe_undo(undone[change_set.undoes_id])
                if change_set.undoes_id
                else narrator.describe(change_set),
                subject=(changes[0].record_type, changes[0].record_id) if changes else None,
                gesture=change_set.gesture
                if change_set.undoable and change_set.id not in undone_set_ids
                else None,
            )
        )
    return entries


def actor_names(sets: Iterable[ChangeSet]) -> dict[tuple[str, UUID | None], str]:
    """Return the names of the actors of these sets, by (kind, id). Runs two queries."""
    ids = [change_set.actor_id for change_set in sets if change_set.actor_id]
    members = Member.objects.filter(pk__in=ids).select_related("user")
    names: dict[tuple[str, UUID | None], str] = {("machine", None): "cxmap"}
    names.update({("member", row.pk): str(row.user) for row in members})
    names.update(
        {
            ("guest", change_set.actor_id): str(GUEST_NAME)
            for change_set in sets
            if change_set.actor_kind == "guest"
        }
    )
    names.update({("token", row.pk): str(row) for row in Token.objects.filter(pk__in=ids)})
    return names


class HistoryNarrator:
    """Describes a batch of change sets, after loading their changes and the names they refer to."""

    def __init__(
        self, workspace_id: UUID, sets: Sequence[ChangeSet], beside: Sequence[Change] = ()
    ) -> None:
        """Load the changes of a workspace's sets, and the names that they refer to.

        `beside` has changes from other sets, whose names are loaded too.
        """
        self.workspace_id = workspace_id
        self.changes: dict[UUID, list[Change]] = defaultdict(list)
        self.counts: dict[UUID, Counter[tuple[str, str]]] = defaultdict(Counter)
        self.states: dict[UUID, Counter[tuple[str, str | None]]] = defaultdict(Counter)
        self.names: dict[UUID, str] = {}  # isolated, for a sentence
        self.values: dict[UUID, Mapping[str, Any]] = {}
        if sets:
            self._load_changes(sets)
        self._load_names([*beside, *(c for changes in self.changes.values() for c in changes)])

    # -- loading

    def _load_changes(self, sets: Sequence[ChangeSet]) -> None:
        mine = Change.objects.filter(
            workspace_id=self.workspace_id, set_id__in=[s.id for s in sets]
        )
        kinds = mine.values_list("set_id", "op", "record_type", "after__state")
        for set_id, op, slug, state, n in kinds.annotate(n=Count("id")):
            self.counts[set_id][op, slug] += n
            self.states[set_id][slug, state] += n
        numbered = mine.annotate(number=Window(RowNumber(), partition_by=["set_id"], order_by="id"))
        for change in numbered.filter(number__lte=MAX_CHANGES_PER_SET).order_by("id"):
            if change.record_type in record_types():
                self.changes[change.set_id].append(change)

    def _load_names(self, changes: Iterable[Change]) -> None:
        wanted: dict[str, set[UUID]] = defaultdict(set)
        for change in changes:
            model = record_types()[change.record_type]
            wanted[model.slug].add(change.record_id)
            for values in (change.before, change.after):
                self._collect_references(model, values, wanted)
        loaded_ids: set[UUID] = set()
        # Two passes: the sentences also mention records that the mentioned records refer to.
        for _pass in range(2):
            rows = self._load_referenced(wanted, loaded_ids)
            for row in rows:
                self.values[row.pk] = {
                    f.name: getattr(row, f.attname) for f in row._meta.concrete_fields
                }
                self.names[row.pk] = isolated(row.label)
        self._load_removed_names({pk for ids in wanted.values() for pk in ids} - set(self.names))

    def _collect_references(
        self, model: type[Record], values: Mapping[str, Any], wanted: dict[str, set[UUID]]
    ) -> None:
        for name, value in values.items():
            target = related_record_type(model, name)
            if target is not None and value is not None:
                wanted[target.slug].add(UUID(str(value)))
        if values.get("subject_type") in record_types() and "subject_id" in values:
            wanted[values["subject_type"]].add(UUID(str(values["subject_id"])))

    def _load_referenced(self, wanted: dict[str, set[UUID]], loaded_ids: set[UUID]) -> list[Record]:
        """Return the rows with these ids that were not loaded yet, and collect their references."""
        rows: list[Record] = []
        for slug, ids in list(wanted.items()):
            model = record_types()[slug]
            links = [
                f.name for f in model._meta.concrete_fields if related_record_type(model, f.name)
            ]
            new_ids = ids - loaded_ids
            loaded_ids |= new_ids
            if new_ids:
                rows += model.objects.filter(pk__in=new_ids).select_related(*links)
        for row in rows:
            values = {f.name: getattr(row, f.attname) for f in row._meta.concrete_fields}
            self._collect_references(type(row), values, wanted)
        return rows

    def _load_removed_names(self, removed_ids: set[UUID]) -> None:
        """Load the names of removed records from their last values in the log."""
        if not removed_ids:
            return
        removals = Change.objects.filter(
            workspace_id=self.workspace_id, record_id__in=removed_ids, op=Change.Op.REMOVE
        )
        for change in removals:
            self.values.setdefault(change.record_id, change.before)
            self.names[change.record_id] = isolated(logged_title(change.before))

    # -- describing

    def describe_undo(self, undone: ChangeSet) -> str:
        return gettext("undid: {what}").format(what=self.describe(undone))

    def actor_name_override(self, change_set: ChangeSet) -> str:
        """Return the name that replaces the actor's, or "" if there is none.

        It is a guest's name, or one that a count summary declares, such as “The audit”.
        """
        if change_set.actor_kind == "guest":
            return self._guest_name(change_set)
        return next((str(text.actor_name) for _, text in self._count_texts(change_set)), "")

    def _guest_name(self, change_set: ChangeSet) -> str:
        for change in self.changes[change_set.id]:
            name = change.after.get(record_types()[change.record_type].guest_name_field)
            if name:
                return gettext("{guest} (share link)").format(guest=name)
        return ""

    def describe(self, change_set: ChangeSet) -> str:
        changes, counts = self.changes[change_set.id], self.counts[change_set.id]
        if counted := [
            part
            for slug, summary in self._count_texts(change_set)
            for part in self._describe_count(change_set, slug, summary)
        ]:
            return join_list(counted)
        if own := self._action_text(change_set.action, changes):
            return own
        if change_set.action in ACTION_TEXTS:
            return str(ACTION_TEXTS[change_set.action]).format(
                changes=self._describe_counts(counts)
            )
        if len(changes) == 1 == sum(counts.values()):
            return self.describe_change(changes[0])
        ops = {op for op, _ in counts}
        removes = change_set.action.endswith(".remove") and Change.Op.REMOVE in ops
        if changes and (removes or ops == {Change.Op.ADD} or ops == {Change.Op.REMOVE}):
            op = Change.Op.REMOVE if removes else changes[0].op
            return self._describe_with_dependents(change_set, op, changes, counts)
        return self._describe_counts(counts)

    def _describe_counts(self, counts: Counter[tuple[str, str]]) -> str:
        return "; ".join(
            str(OP_TEXTS[op]).format(what=count_label(slug, n)) for (op, slug), n in counts.items()
        )

    def _count_texts(self, change_set: ChangeSet) -> list[tuple[str, CountSummary]]:
        slugs = sorted({slug for slug, _ in self.states[change_set.id]} & set(record_types()))
        return [
            (slug, record_types()[slug].count_texts[change_set.action])
            for slug in slugs
            if change_set.action in record_types()[slug].count_texts
        ]

    def _describe_count(self, change_set: ChangeSet, slug: str, summary: CountSummary) -> list[str]:
        """Return phrases such as “opened 3 flags”, in the order of the summary."""
        counts = self.states[change_set.id]
        return [
            str(template).format(what=count_label(slug, counts[slug, state]))
            for state, template in summary.states.items()
            if counts[slug, state]
        ]

    def _action_text(self, action: str, changes: list[Change]) -> str:
        """Return the record type's own sentence for this action, or "" if it has none."""
        for change in reversed(changes):
            model = record_types()[change.record_type]
            if action in model.action_texts:
                return str(model.action_texts[action]).format_map(self._text_values(change))
        return ""

    def _text_values(self, change: Change) -> "defaultdict[str, str]":
        model = record_types()[change.record_type]
        values = {
            **self.values.get(change.record_id, {}),
            **change.before,
            **change.after,
        }
        words: defaultdict[str, str] = defaultdict(lambda: gettext("something"))
        words["label"] = self.names.get(change.record_id) or gettext("something")
        for name, value in values.items():
            is_prose = isinstance(model._meta.get_field(name), models.TextField)
            if is_prose:
                words[name] = isolated(excerpt(value or ""))
            else:
                words[name] = self._format_field(model, name, value)
        if "subject_id" in values:
            subject = self.names.get(UUID(str(values["subject_id"])))
            words["subject"] = subject or gettext("something")
        return words

    def _describe_with_dependents(
        self,
        change_set: ChangeSet,
        op: str,
        changes: list[Change],
        counts: Counter[tuple[str, str]],
    ) -> str:
        """Describe additions or removals by the main record, followed by counts of the others."""
        # Not the type of the first change: the log of a removal begins with the leaves.
        slug = change_set.action.split(".")[0]
        slug = slug if (op, slug) in counts else changes[0].record_type
        root = next((c for c in changes if (c.op, c.record_type) == (op, slug)), None)
        dependents = [
            count_label(kind, n)
            for (change_op, kind), n in counts.items()
            if change_op == op and kind != slug
        ]
        n = counts[op, slug]
        name = isolated(logged_title(root.before or root.after)) if root and n == 1 else ""
        text = str(OP_TEXTS[op]).format(what=named(slug, name) if name else count_label(slug, n))
        return with_dependents(text, dependents)

    def describe_change(self, change: Change) -> str:
        if change.op == Change.Op.SET:
            return self._describe_update(change)
        values = change.after or change.before
        name = isolated(logged_title(values)) or self.names.get(change.record_id, "")
        slug = change.record_type
        return str(OP_TEXTS[change.op]).format(what=named(slug, name) if name else type_label(slug))

    def _describe_update(self, change: Change) -> str:
        model = record_types()[change.record_type]
        name = self.names.get(change.record_id, "")
        record = f"“{name}”" if name else model.counted(1)
        place = model.place
        fields = list(change.after)
        if place and set(fields) <= {*place.parent_fields, place.order_field}:
            return self._describe_move(change, model, record)
        if len(fields) > 1:
            labels = join_list([field_label(model, field) for field in fields])
            return gettext("changed {fields} of {record}").format(fields=labels, record=record)
        (field,) = fields
        before, after = (
            self._format_field(model, field, values[field])
            for values in (change.before, change.after)
        )
        if field in {"title", "name"}:
            return gettext("renamed {type} “{before}” to “{after}”").format(
                type=type_label(model.slug), before=before, after=after
            )
        if isinstance(model._meta.get_field(field), models.TextField):
            text = (
                gettext("cleared the {field} of {record}")
                if not after
                else gettext("wrote the {field} of {record}")
                if not before
                else gettext("rewrote the {field} of {record}")
            )
        else:
            text = gettext("set {field} of {record} from {before} to {after}")
        return text.format(
            field=field_label(model, field),
            record=record,
            before=before or "–",
            after=after or "–",
        )

    def _describe_move(self, change: Change, model: type[Record], record: str) -> str:
        moved = [name for name in change.after if model.place and name in model.place.parent_fields]
        if not moved:
            return gettext("reordered {record}").format(record=record)
        moves = [
            gettext("from {before} to {after}").format(
                before=self._format_field(model, name, change.before[name]),
                after=self._format_field(model, name, change.after[name]),
            )
            for name in moved
        ]
        return gettext("moved {record} {moves}").format(record=record, moves=join_list(moves))

    def _format_field(self, model: type[Record], name: str, value: Any) -> str:
        """Return a value as people read it: a foreign key as a name, and a choice as its label."""
        if value is None or value == "":
            return ""
        if related_record_type(model, name) is not None:
            return self.names.get(UUID(str(value)), gettext("something that was removed"))
        field = model._meta.get_field(name)
        if isinstance(field, models.DateTimeField):
            return date_format(timezone.localtime(from_log(field, value)), "j F Y")
        if isinstance(value, list):
            return ", ".join(map(format_value, value))
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        choices = field.flatchoices  # type: ignore[union-attr]
        return isolated(str(dict(choices).get(value, value)) if choices else format_value(value))


def related_record_type(model: type[Record], name: str) -> type[Record] | None:
    """Return the record type that a foreign key refers to, or None for other fields."""
    try:
        target = model._meta.get_field(name).related_model
    except LookupError:
        return None
    if isinstance(target, type) and issubclass(target, Record):
        return target
    return None


def format_value(value: Any) -> str:
    """Return a value as text. Whole floats have no decimals: 9, not 9.0."""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def logged_title(values: Mapping[str, Any]) -> str:
    return str(values.get("title") or values.get("name") or "")


def type_label(slug: str) -> str:
    model = record_types().get(slug)
    return str(model._meta.verbose_name) if model else slug


def field_label(model: type[Record], field: str) -> str:
    return str(model._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def count_label(slug: str, n: int) -> str:
    """Return a number of records as text, such as “a step” or “3 steps”."""
    model = record_types().get(slug)
    return model.counted(n) if model else f"{n} × {slug}"


def named(slug: str, name: str) -> str:
    return gettext("{type} “{name}”").format(type=type_label(slug), name=name)


def with_dependents(text: str, dependents: Sequence[str]) -> str:
    """Append the dependent records to a sentence: “…, along with 2 steps and a note”."""
    if not dependents:
        return text
    return gettext("{text}, along with {others}").format(text=text, others=join_list(dependents))
