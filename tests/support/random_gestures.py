"""Random gestures over every type that ops can write, and some that they can't."""

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connections, models

from changes.models import NumberListField, Record
from changes.ops import parse_ops
from changes.queries import feed_since, sets_since
from changes.services import AlreadyRecorded, Recorder, apply_ops, change_set, undo
from core.actors import Actor
from core.errors import AppError
from core.ids import uuid7
from core.tenancy import tenant_scope
from journeys.models import Journey
from ownership.models import Directorship
from people.models import Person
from tests.support.factories import SampleWorkspace, build_workspace
from tests.support.log_invariants import State, replay, state_of
from tests.support.record_types import DIRECTORY, WRITABLE
from workspaces.access import system_actor

WORDS = ["a", "b", " a ", "Zoë", "Looks", "Retail", "shop", "x" * 60]
BAD = ["", "x" * 6000, "a\x00b", "a\u202eb", "\u200b", 5, True, None, [], "26-1-1", 10**12]
DAYS = ["2026-01-01", "2026-03-01", "2026-02-28"]


class RandomGestures:
    """One example: a workspace, its expected state, and the gestures so far."""

    def __init__(self) -> None:
        self.place: SampleWorkspace = build_workspace(f"play-{uuid7()}", {"alice": "editor"})
        self.streams = [self.place.id, self.place.journey]
        with tenant_scope([self.place.id]):
            self.state = replay({}, feed_since(self.place.id, 0))
        self.done: list[tuple[Actor, list[dict[str, Any]]]] = []
        self.before: State | None = None  # the state before the last gesture

    def states(self) -> State:
        return {key: one for stream in self.streams for key, one in state_of(stream).items()}

    def actor(self) -> Actor:
        return system_actor(self.place.id).with_idempotency(uuid7(), "body")

    def wrote(self, actor: Actor, sets: list[dict[str, Any]]) -> None:
        if sets:
            self.before, self.state = self.state, replay(self.state, sets)
            self.done.append((actor, sets))

    def gesture(self, seed: int) -> None:
        chance = random.Random(seed)
        moves = {
            self.draw: 10,
            self.direct: 4,
            self.both: 2,
            self.appoint: 1,
            self.undo_last: 4,
            self.undo_any: 3,
            self.retry: 1,
            self.at_once: 1,
        }
        (move,) = chance.choices(list(moves), list(moves.values()))
        move(chance)

    # -- gestures

    def attempt(self, work: Callable[[Actor], Recorder]) -> bool:
        actor = self.actor()
        try:
            recorder = work(actor)
        except AppError:
            return False
        self.wrote(actor, recorder.sets)
        return True

    def draw(self, chance: random.Random) -> None:
        slugs = sorted(WRITABLE.keys() - DIRECTORY)
        self.attempt(lambda actor: self.edit(self.place.journey, slugs, chance, actor))

    def direct(self, chance: random.Random) -> None:
        self.attempt(lambda actor: self.edit(self.place.id, sorted(DIRECTORY), chance, actor))

    def edit(self, stream: UUID, slugs: list[str], chance: random.Random, actor: Actor) -> Recorder:
        fresh: dict[str, list[str]] = {}
        ops = [self.op(chance, slugs, fresh) for _ in range(chance.choice([1, 1, 2, 3, 6]))]
        return apply_ops(stream, parse_ops(ops), actor=actor)

    def both(self, chance: random.Random) -> None:
        """Write to both streams: add a channel that cards refer to, and remove a persona."""

        def work(actor: Actor) -> Recorder:
            with change_set(self.streams, action="test.both", actor=actor) as recorder:
                channel = WRITABLE["channel"](stream_id=self.place.id, name=chance.choice(WORDS))
                recorder.add(channel)
                for card in self.rows(recorder, "touchpoint"):
                    if chance.random() < 0.5:
                        recorder.set(card, channel_id=channel.pk)
                journey = recorder.fetch(Journey, [self.place.journey]).get(self.place.journey)
                if journey is not None:
                    recorder.set(journey, title=chance.choice(WORDS), persona_id=None)
                for old in self.rows(recorder, "persona")[:1]:
                    recorder.remove(old)
            return recorder

        self.attempt(work)

    def appoint(self, chance: random.Random) -> None:
        """Add a directorship, which ops can't write. It protects its stage unless it has ended."""

        def work(actor: Actor) -> Recorder:
            with change_set([self.place.journey], action="test.appoint", actor=actor) as recorder:
                person = Person.objects.first()
                if person is None:
                    return recorder
                for stage in self.rows(recorder, "stage")[:1]:
                    ended = chance.random() < 0.6
                    recorder.add(
                        Directorship(
                            stream_id=self.place.journey,
                            stage=stage,
                            person=person,
                            proposed_at=datetime(2026, 1, 1, tzinfo=UTC),
                            accepted_at=datetime(2026, 1, 2, tzinfo=UTC),
                            ended_at=datetime(2026, 1, 3, 1, 2, 3, 4, UTC) if ended else None,
                            end_reason="resigned" if ended else "",
                        )
                    )
            return recorder

        self.attempt(work)

    def undo_last(self, chance: random.Random) -> None:
        """The last gesture can always be undone, completely."""
        if self.done:
            expected = self.before
            _, sets = self.done[-1]
            recorder = undo(UUID(sets[0]["gesture"]), actor=(actor := self.actor()))
            assert recorder.skipped_fields == []
            self.wrote(actor, recorder.sets)
            assert self.state == expected

    def undo_any(self, chance: random.Random) -> None:
        if self.done:
            _, sets = chance.choice(self.done)
            self.attempt(lambda actor: undo(UUID(sets[0]["gesture"]), actor=actor))

    def retry(self, chance: random.Random) -> None:
        if self.done:
            actor, sets = chance.choice(self.done)
            try:
                apply_ops(self.place.journey, [], actor=actor)
            except AlreadyRecorded as again:
                assert again.sets == sets
            else:
                raise AssertionError("the gesture was done twice")

    def at_once(self, chance: random.Random) -> None:
        """Two concurrent gestures: the log determines their order."""
        results: list[tuple[Actor, list[dict[str, Any]]]] = []

        def work(seed: int) -> None:
            hand, actor = random.Random(seed), self.actor()
            slugs = sorted(WRITABLE.keys() - DIRECTORY)
            try:
                sets = self.edit(self.place.journey, slugs, hand, actor).sets
                results.append((actor, sets))
            except AppError:
                pass
            finally:
                connections.close_all()

        hands = [threading.Thread(target=work, args=[chance.random()]) for _ in range(2)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        for actor, sets in sorted(results, key=lambda one: [s["feed"] for s in one[1]]):
            self.wrote(actor, sets)

    # -- random values

    def ids(self, slug: str) -> list[str]:
        return [key for kind, key in self.state if kind == slug]

    def rows(self, recorder: Recorder, slug: str) -> list[Any]:
        return list(recorder.fetch(WRITABLE[slug], map(UUID, self.ids(slug))).values())

    def some(self, chance: random.Random, slug: str, fresh: dict[str, list[str]]) -> str:
        known = self.ids(slug) + fresh.get(slug, []) * 2
        return chance.choice(known) if known and chance.random() < 0.97 else str(uuid7())

    def op(
        self, chance: random.Random, slugs: list[str], fresh: dict[str, list[str]]
    ) -> dict[str, Any]:
        slug = chance.choice(slugs)
        model = WRITABLE[slug]
        verbs = ["set", "set", *(["move"] * 2 if model.place else [])]
        verbs += ["add", "add"] if slug != "journey" else []
        verbs += ["remove"] if slug not in ("journey", "stage") or chance.random() < 0.2 else []
        verb = chance.choice(verbs) if self.ids(slug) or slug == "journey" else "add"
        op: dict[str, Any] = {"op": verb, "type": slug, "id": self.some(chance, slug, fresh)}
        if verb == "add":
            op["id"] = str(uuid7())
            fresh.setdefault(slug, []).append(op["id"])
        if verb in ("add", "set"):
            needed = [n for n in model.op_fields if verb == "add" and is_needed(model, n)]
            needed += ["department"] if (verb, slug) == ("add", "lane") else []
            also = chance.sample(model.op_fields, chance.randint(0, min(3, len(model.op_fields))))
            op["fields"] = {n: self.value(chance, model, n, fresh) for n in {*needed, *also}}
        if verb in ("add", "move") and model.place:
            op["place"] = {
                name: self.some(chance, model._meta.get_field(name).related_model.slug, fresh)
                for name in model.place.parent_fields
            }
            after = chance.choice(["end", "first", "sibling", "sibling"])
            if after != "end":
                op["place"]["after"] = None if after == "first" else self.some(chance, slug, fresh)
        return op

    def value(
        self, chance: random.Random, model: type[Record], name: str, fresh: dict[str, list[str]]
    ) -> Any:
        field = model._meta.get_field(name)
        if chance.random() < 0.01:
            return chance.choice(BAD)
        if name == "department" and model.slug == "lane":
            return None if chance.random() < 0.1 else self.some(chance, name, fresh)
        if field.null and chance.random() < 0.4:
            return None
        match field:
            case models.ForeignKey() if issubclass(field.related_model, Record):
                return self.some(chance, field.related_model.slug, fresh)
            case models.ForeignKey():
                return None
            case models.BooleanField():
                return chance.random() < 0.5
            case models.FloatField():
                return chance.choice([0, 1.5, -2, 1e15])
            case NumberListField():
                return chance.choice([[], [1, 2.5], [0] * 100])
            case models.JSONField():
                return chance.choice([{}, {"skin": 2, "hair": "bun"}])
            case models.IntegerField():
                return chance.choice([1, 2] if name == "intensity" else [0, 1, 2])
            case models.DateField():
                return chance.choice(DAYS)
            case models.EmailField():
                return chance.choice(["", "", "a@x.test", "A@x.test"])
            case _ if name == "kind" and model.slug == "lane":
                return "department" if chance.random() < 0.8 else "customer"
            case _ if field.choices:
                return chance.choice([value for value, _ in field.choices])
            case _:
                return chance.choice(
                    WORDS if chance.random() < 0.3 else [f"n{chance.random()}"[:12]]
                )

    # -- the invariants

    def check(self) -> None:
        with tenant_scope([self.place.id], snapshot=True):
            assert self.states() == self.state, "the tables are not what the gestures said"
            log = feed_since(self.place.id, 0, 10_000)
            assert [one["feed"] for one in log] == list(range(1, len(log) + 1))
            assert replay({}, log) == self.state, "the log does not tell the tables"
            for stream in self.streams:
                sets = sets_since(self.place.id, stream, 0, 10_000)
                assert [one["version"] for one in sets] == list(range(1, len(sets) + 1))
                assert sets == [one for one in log if one["stream"] == str(stream)]


def is_needed(model: type[Record], name: str) -> bool:
    field = model._meta.get_field(name)
    return not (field.blank or field.has_default())
