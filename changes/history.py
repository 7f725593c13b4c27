"""The log as sentences: “Mina Kato moved “Credit check” from Billing to Care”.

A page of change sets is told in a fixed number of queries, whatever is in it: one per kind of
record that is mentioned. A record type's own `sentences` go before the general ones.
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

from changes.models import Change, ChangeSet, CountSummary, Record, from_log, record_types
from core.fields import excerpt
from core.text import isolated
from workspaces.models import Member, Token

MAX_CHANGES_PER_SET = 8  # changes of one set that are read; the rest are counted
PAST_TENSE = {"add": "added", "set": "changed", "remove": "removed"}
ACTION_TEXTS = {"journey.restore": "restored an earlier version"}  # actions of no one record's
GUEST_NAME = "A guest (by a link)"
GROUP_WINDOW = timedelta(minutes=10)
PAGE_SIZE = 50


@dataclass(frozen=True)
class HistoryEntry:
    """One change set, told. `gesture` where it can be taken back."""

    version: int
    at: Any
    actor_name: str
    actor: tuple[str, UUID | None]  # kind and id of who did it
    text: str
    subject: tuple[str, UUID] | None  # a record to lead to: (slug, id)
    gesture: UUID | None

    def __str__(self) -> str:
        return f"{isolated(self.actor_name)} {self.text}"


@dataclass(frozen=True)
class HistoryGroup:
    """What one person did within ten minutes, the latest first."""

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
    stream_id: UUID,
    *,
    before: int | None = None,
    limit: int = PAGE_SIZE,
    member: UUID | None = None,
    record: UUID | None = None,
) -> tuple[list[HistoryGroup], int | None]:
    """Return sittings of up to `limit` change sets below a version, and where the next page begins.

    Only those of a member, or about a record and all that ever stood in it. A page ends where a
    ten minutes' window of the clock does, so that no sitting is cut, unless one is longer than
    the page. Inside tenant_scope(), in a fixed number of queries.
    """
    sets = ChangeSet.objects.filter(stream_id=stream_id).order_by("-version")
    if before is not None:
        sets = sets.filter(version__lt=before)
    if member is not None:
        sets = sets.filter(actor_kind="member", actor_id=member)
    if record is not None:
        changes = Change.objects.filter(record_id__in=descendant_ids(stream_id, record))
        sets = sets.filter(pk__in=changes.values("set_id"))
    found = list(sets[: limit + 1])
    more, shown = len(found) > limit, found[:limit]
    if more:
        whole = [one for one in shown if _window_of(one) != _window_of(found[limit])]
        shown = whole or shown
    sittings = [
        sitting
        for _, together in groupby(describe_change_sets(shown), key=_window_of)
        for sitting in _group_by_person(together)
    ]
    return sittings, shown[-1].version if more else None


def _window_of(one: ChangeSet | HistoryEntry) -> int:
    return int(one.at.timestamp() // GROUP_WINDOW.total_seconds())


def _group_by_person(sentences: Iterable[HistoryEntry]) -> list[HistoryGroup]:
    sittings: dict[Any, HistoryGroup] = {}
    for one in sentences:
        # By name too: guests share a link, and the audit is one machine of several.
        sittings.setdefault((one.actor, one.actor_name), HistoryGroup([])).entries.append(one)
    return list(sittings.values())


def descendant_ids(stream_id: UUID, record_id: UUID) -> set[UUID]:
    """Return a record's id and those of all that ever stood in it or was said of it, by the log."""
    links = defaultdict(set)
    keys = {name: KeyTextTransform(name, "after") for name in _parent_field_names()}
    changes = Change.objects.filter(set__stream_id=stream_id, after__has_any_keys=list(keys))
    for inside, *holders in changes.values_list("record_id", *keys.values()).distinct():
        for holder in holders:
            links[holder].add(inside)
    found, fresh = {record_id}, {record_id}
    while fresh:
        fresh = set().union(*(links[str(one)] for one in fresh)) - found
        found |= fresh
    return found


@cache
def _parent_field_names() -> list[str]:
    """Return the fields by which records stand in one another, or say what they are about."""
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
    """Return the sets as sentences, in the order given. Inside tenant_scope()."""
    undone_ids = [one.undoes_id for one in sets if one.undoes_id]
    undone = {one.pk: one for one in ChangeSet.objects.filter(pk__in=undone_ids)}
    chapters = [*sets, *undone.values()]
    taken_back = set(ChangeSet.objects.filter(undoes__in=sets).values_list("undoes_id", flat=True))
    teller = HistoryNarrator(chapters)
    actors = actor_names(sets)
    told = []
    for one in sets:
        changes = teller.changes[one.pk]
        told.append(
            HistoryEntry(
                version=one.version,
                at=one.at,
                actor_name=teller.actor_name_override(one)
                or actors.get((one.actor_kind, one.actor_id), "Somebody"),
                actor=(one.actor_kind, one.actor_id),
                text=teller.describe_undo(undone[one.undoes_id])
                if one.undoes_id
                else teller.describe(one),
                subject=(changes[0].record_type, changes[0].record_id) if changes else None,
                gesture=one.gesture if one.undoable and one.pk not in taken_back else None,
            )
        )
    return told


def actor_names(sets: Iterable[ChangeSet]) -> dict[tuple[str, UUID | None], str]:
    """Return the names of those who wrote, by (kind, id). Two queries."""
    ids = [one.actor_id for one in sets if one.actor_id]
    members = Member.objects.filter(pk__in=ids).select_related("user")
    names: dict[tuple[str, UUID | None], str] = {("machine", None): "cxmap"}
    names.update({("member", row.pk): str(row.user) for row in members})
    names.update({("guest", one.actor_id): GUEST_NAME for one in sets if one.actor_kind == "guest"})
    names.update({("token", row.pk): str(row) for row in Token.objects.filter(pk__in=ids)})
    return names


class HistoryNarrator:
    """Reads what some sets changed, and the names of all that is mentioned; then tells each."""

    def __init__(self, sets: Sequence[ChangeSet], beside: Sequence[Change] = ()) -> None:
        """Read the sets; `beside` are changes that no set made, to be told one by one."""
        self.changes: dict[UUID, list[Change]] = defaultdict(list)
        self.counts: dict[UUID, Counter[tuple[str, str]]] = defaultdict(Counter)
        self.states: dict[UUID, Counter[tuple[str, str | None]]] = defaultdict(Counter)
        self.names: dict[UUID, str] = {}  # isolated, for a sentence
        self.values: dict[UUID, Mapping[str, Any]] = {}
        if sets:
            self._load_changes(sets)
        self._load_names([*beside, *(c for changes in self.changes.values() for c in changes)])

    # -- reading

    def _load_changes(self, sets: Sequence[ChangeSet]) -> None:
        mine = Change.objects.filter(set__in=sets)
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
        seen: set[UUID] = set()
        # Twice: what the mentioned records themselves point at is mentioned too.
        for _ in range(2):
            found = self._load_referenced(wanted, seen)
            for row in found:
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

    def _load_referenced(self, wanted: dict[str, set[UUID]], seen: set[UUID]) -> list[Record]:
        """Return the rows of these ids that were not read yet; note what they point at."""
        found: list[Record] = []
        for slug, ids in list(wanted.items()):
            model = record_types()[slug]
            links = [
                f.name for f in model._meta.concrete_fields if related_record_type(model, f.name)
            ]
            fresh = ids - seen
            seen |= fresh
            if fresh:
                found += model.objects.filter(pk__in=fresh).select_related(*links)
        for row in found:
            held = {f.name: getattr(row, f.attname) for f in row._meta.concrete_fields}
            self._collect_references(type(row), held, wanted)
        return found

    def _load_removed_names(self, gone: set[UUID]) -> None:
        """Name what is not there any more by what the log kept when it went."""
        if not gone:
            return
        for change in Change.objects.filter(record_id__in=gone, op=Change.Op.REMOVE):
            self.values.setdefault(change.record_id, change.before)
            self.names[change.record_id] = isolated(logged_title(change.before))

    # -- telling

    def describe_undo(self, undone: ChangeSet) -> str:
        return f"took back: {self.describe(undone)}"

    def actor_name_override(self, one: ChangeSet) -> str:
        """Return who did it where an action is told by counting (“The audit”), or who signed it."""
        if one.actor_kind == "guest":
            return self._guest_name(one)
        return next((tally.actor_name for _, tally in self._count_texts(one)), "")

    def _guest_name(self, one: ChangeSet) -> str:
        for change in self.changes[one.pk]:
            name = change.after.get(record_types()[change.record_type].guest_name_field)
            if name:
                return f"{name} (by a link)"
        return ""

    def describe(self, one: ChangeSet) -> str:
        changes, counts = self.changes[one.pk], self.counts[one.pk]
        if counted := [
            part
            for slug, tally in self._count_texts(one)
            for part in self._describe_count(one, slug, tally)
        ]:
            return join_words(counted)
        if own := self._action_text(one.action, changes):
            return own
        if one.action in ACTION_TEXTS:
            return f"{ACTION_TEXTS[one.action]}: {self._describe_counts(counts)}"
        if len(changes) == 1 == sum(counts.values()):
            return self.describe_change(changes[0])
        ops = {op for op, _ in counts}
        removes = one.action.endswith(".remove") and Change.Op.REMOVE in ops
        if changes and (removes or ops == {Change.Op.ADD} or ops == {Change.Op.REMOVE}):
            op = Change.Op.REMOVE if removes else changes[0].op
            return self._describe_with_dependents(one, op, changes, counts)
        return self._describe_counts(counts)

    def _describe_counts(self, counts: Counter[tuple[str, str]]) -> str:
        return "; ".join(
            f"{PAST_TENSE[op]} {pluralize(n, type_label(slug))}" for (op, slug), n in counts.items()
        )

    def _count_texts(self, one: ChangeSet) -> list[tuple[str, CountSummary]]:
        slugs = sorted({slug for slug, _ in self.states[one.pk]} & set(record_types()))
        return [
            (slug, record_types()[slug].count_texts[one.action])
            for slug in slugs
            if one.action in record_types()[slug].count_texts
        ]

    def _describe_count(self, one: ChangeSet, slug: str, tally: CountSummary) -> list[str]:
        """Return “opened 3 flags” and the like, in the order of the tally."""
        counts = self.states[one.pk]
        return [
            words.format(pluralize(counts[slug, state], type_label(slug)))
            for state, words in tally.states.items()
            if counts[slug, state]
        ]

    def _action_text(self, action: str, changes: list[Change]) -> str:
        """Return the sentence that a record type has for this action, if one has."""
        for change in reversed(changes):
            model = record_types()[change.record_type]
            if action in model.action_texts:
                return model.action_texts[action].format_map(self._text_values(change))
        return ""

    def _text_values(self, change: Change) -> "defaultdict[str, str]":
        model = record_types()[change.record_type]
        values = {
            **self.values.get(change.record_id, {}),
            **change.before,
            **change.after,
        }
        words: defaultdict[str, str] = defaultdict(lambda: "something")
        words["label"] = self.names.get(change.record_id) or "something"
        for name, value in values.items():
            is_prose = isinstance(model._meta.get_field(name), models.TextField)
            if is_prose:
                words[name] = isolated(excerpt(value or ""))
            else:
                words[name] = self._format_field(model, name, value)
        if "subject_id" in values:
            words["subject"] = self.names.get(UUID(str(values["subject_id"])), "something")
        return words

    def _describe_with_dependents(
        self,
        one: ChangeSet,
        op: str,
        changes: list[Change],
        counts: Counter[tuple[str, str]],
    ) -> str:
        """Tell an addition or removal of several by the one that the others came with."""
        slug = one.action.split(".")[0]  # of a removal the leaves come first in the log
        slug = slug if (op, slug) in counts else changes[0].record_type
        root = next((c for c in changes if (c.op, c.record_type) == (op, slug)), None)
        along = [
            pluralize(n, type_label(kind))
            for (o, kind), n in counts.items()
            if o == op and kind != slug
        ]
        n = counts[op, slug]
        name = isolated(logged_title(root.before or root.after)) if root and n == 1 else ""
        what = f"{type_label(slug)} “{name}”" if name else pluralize(n, type_label(slug))
        them = "it" if n == 1 else "them"
        return f"{PAST_TENSE[op]} {what}" + (
            f" and with {them} {join_words(along)}" if along else ""
        )

    def describe_change(self, change: Change) -> str:
        what = type_label(change.record_type)
        if change.op != Change.Op.SET:
            values = change.after or change.before
            name = isolated(logged_title(values)) or self.names.get(change.record_id, "")
            return f"{PAST_TENSE[change.op]} {what}" + (f" “{name}”" if name else "")
        return self._describe_update(change, what)

    def _describe_update(self, change: Change, what: str) -> str:
        model = record_types()[change.record_type]
        name = self.names.get(change.record_id, "")
        quoted = f"“{name}”" if name else f"a {what}"
        place = model.place
        fields = list(change.after)
        if place and set(fields) <= {*place.parent_fields, place.order_field}:
            return self._describe_move(change, model, quoted)
        if len(fields) > 1:
            return f"changed {join_words([field_label(model, f) for f in fields])} of {quoted}"
        (field,) = fields
        before, after = (
            self._format_field(model, field, values[field])
            for values in (change.before, change.after)
        )
        if field in {"title", "name"}:
            return f"renamed {what} “{before}” to “{after}”"
        if isinstance(model._meta.get_field(field), models.TextField):
            verb = "cleared" if not after else "wrote" if not before else "rewrote"
            return f"{verb} the {field_label(model, field)} of {quoted}"
        return f"set {field_label(model, field)} of {quoted} from {before or '–'} to {after or '–'}"

    def _describe_move(self, change: Change, model: type[Record], quoted: str) -> str:
        moved = [name for name in change.after if model.place and name in model.place.parent_fields]
        if not moved:
            return f"moved {quoted} among its neighbours"
        ways = [
            f"from {self._format_field(model, name, change.before[name])}"
            f" to {self._format_field(model, name, change.after[name])}"
            for name in moved
        ]
        return f"moved {quoted} {' and '.join(ways)}"

    def _format_field(self, model: type[Record], name: str, value: Any) -> str:
        """Return a value as a person reads it: the name behind a key, the word of a choice."""
        if value is None or value == "":
            return ""
        if related_record_type(model, name) is not None:
            return self.names.get(UUID(str(value)), "something that is gone")
        field = model._meta.get_field(name)
        if isinstance(field, models.DateTimeField):
            return (
                f"{from_log(field, value):%-d %B %Y}" if isinstance(value, str) else f"{value:%x}"
            )
        if isinstance(value, list):
            return ", ".join(map(format_value, value))
        if isinstance(value, bool):
            return "yes" if value else "no"
        choices = field.flatchoices  # type: ignore[union-attr]
        return isolated(str(dict(choices).get(value, value)) if choices else format_value(value))


def related_record_type(model: type[Record], name: str) -> type[Record] | None:
    """Return the record type that a field points at, or None."""
    try:
        target = model._meta.get_field(name).related_model
    except LookupError:
        return None
    if isinstance(target, type) and issubclass(target, Record):
        return target
    return None


def format_value(value: Any) -> str:
    """Return a value as text; 9, not 9.0."""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def logged_title(values: Mapping[str, Any]) -> str:
    return str(values.get("title") or values.get("name") or "")


def type_label(slug: str) -> str:
    model = record_types().get(slug)
    return str(model._meta.verbose_name) if model else slug


def field_label(model: type[Record], field: str) -> str:
    return str(model._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def pluralize(count: int, word: str) -> str:
    """Return “a step” or “3 steps”."""
    if count == 1:
        return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
    plural = word[:-1] + "ies" if word.endswith("y") and word[-2] not in "aeiou" else word + "s"
    return f"{count} {plural}"


def join_words(parts: Sequence[str]) -> str:
    """Return “a, b and c”."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
