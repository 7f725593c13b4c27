"""What all rules of the state machine of ownership share: the model, and attempts that are checked against it."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from changes.queries import feed_position
from changes.services import change_set
from core.errors import Conflict, Forbidden, InvalidRequest, NotFound, Unavailable
from core.tenancy import tenant_scope
from journeys.models import Journey, Stage
from ownership import services
from people.models import Placement
from tests.support.factories import PLACED, SampleWorld, build_world
from tests.support.ownership_model import HandOffModel, StageModel
from workspaces.queries import today_in

PLAYERS = ("alice", "erin", "frank")
STAGES = ("Choose", "Buy")
FORBIDDEN, CONFLICT, INVALID = Forbidden.code, Conflict.code, InvalidRequest.code
players = st.sampled_from(PLAYERS)
stages = st.sampled_from(STAGES)
actors = st.sampled_from((*PLAYERS, "bob", "dana", "oscar"))

TWICE, KILLED = 4, 5
"""Every so many attempts are sent twice at once, or are killed first."""


def outcome(act: Callable[[], Any]) -> str | None:
    """Act, and return the code with which this is refused, or None."""
    try:
        act()
    except (Forbidden, Conflict, InvalidRequest, NotFound) as error:
        return error.code
    return None


def twice_at_once(act: Callable[[], Any]) -> list[str | None]:
    """Act in two connections at once, and return both outcomes."""

    def act_and_disconnect(_: int) -> str | None:
        try:
            return outcome(act)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(act_and_disconnect, range(2)))


def is_ended_before_commit(act: Callable[[], Any]) -> bool:
    """Act in a connection that ends when everything is written but COMMIT. Return whether it came to that."""

    def end_session(
        execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any
    ):
        result = execute(sql, parameters, many, context)
        if "INSERT INTO changes_changeset" in sql:
            context["cursor"].execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return result

    try:
        with connection.execute_wrapper(end_session):
            outcome(act)
    except Unavailable:
        connection.close()
        return True
    return False


class OwnershipRules(RuleBasedStateMachine):
    """The base of the classes with rules, each of which is about one subject."""

    def __init__(self) -> None:
        super().__init__()
        self.world: SampleWorld = build_world()
        self.place = self.world.acme
        self.department_names = {pk: name for name, pk in self.place.departments.items()}
        self.stage_names = {pk: name for name, pk in self.place.stages.items()}
        self.names = {member.person_id: name for name, member in self.place.people.items()}
        self.departments = dict(PLACED)  # where everybody is placed when they are here
        self.placed = dict(PLACED)
        self.events: Counter[str] = Counter()  # for webhooks: those that the model predicts
        self.model = {name: StageModel(self.placed, self.events) for name in STAGES}
        self.handoff = HandOffModel(*self.model.values())
        self.gone: set[str] = set()
        self.place_person("oscar", "Care")
        services.appointment_create(
            journey=self.place.read(Journey, self.place.journey),
            office="sponsor",
            person=self.place.people["dana"].person,
            actor=self.actor("dana"),
        )
        self.feed = self.position()
        self.attempts = 0

    def position(self) -> int:
        with tenant_scope([self.place.id]):
            return feed_position(self.place.id)

    def place_person(self, person: str, department: str) -> None:
        """Place a person in a department from today on."""
        placement = Placement(
            stream_id=self.place.id,
            person=self.place.people[person].person,
            department=self.place.department(department),
            since=today_in(self.place.id),
        )
        actor = self.actor("dana")
        with change_set([self.place.id], action="test", actor=actor) as recorder:
            recorder.add(placement)
        self.departments[person] = self.placed[person] = department

    def attempt(
        self,
        code: str | None,
        act: Callable[[], Any],
        *,
        event: str = "",
        streams: int = 1,
        is_repeatable: bool = False,
    ) -> int:
        """Act, and check that this is refused with `code`, or writes a change set in each of some streams.

        Returns how often it succeeded. What is repeatable succeeds twice if it is sent twice. Each success is
        an event.
        """
        self.attempts += 1
        if self.attempts % KILLED == 0:
            assert is_ended_before_commit(act) == (code is None)
            assert self.position() == self.feed
        if self.attempts % TWICE == 0:
            codes = twice_at_once(act)
            assert code in codes, f"should be {code}: {codes}"
            assert code is None or codes == [code, code]
        else:
            codes = [outcome(act)]
            assert codes == [code]
        successes = codes.count(None) if is_repeatable else int(code is None)
        self.feed += successes * streams
        if event:
            self.events[event] += successes
        assert self.position() == self.feed
        return successes

    def actor(self, name: str) -> Any:
        return self.place.people[name].actor

    def stage(self, name: str) -> Stage:
        return self.place.read(Stage, self.place.stages[name])
