"""The socket of a journey, with a real server, WebSocket client and Redis."""

import contextlib
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import redis
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from changes import publish
from changes.live import consumers, hub, presence
from changes.queries import sets_since
from core.ids import uuid7
from core.redis_client import Cooldown, get_redis
from core.tenancy import tenant_scope
from cxmap.local.servers import Redis
from tests.support.chromium import Server
from tests.support.concurrency import together
from tests.support.factories import SampleMember, SampleWorld
from workspaces.access import ROLE_RIGHTS
from workspaces.models import User
from workspaces.services import member_remove, member_role_set

SOON = 2.0  # seconds within which changed rights take effect
Said = dict[str, Any]


class Window:
    """An open socket of a member, and the frames it receives."""

    def __init__(
        self, url: str, somebody: SampleMember | None, journey: UUID, **options: Any
    ) -> None:
        self.browser = Client()
        if somebody is not None:
            self.browser.force_login(somebody.user)
        cookies = "; ".join(
            f"{cookie.key}={cookie.value}" for cookie in self.browser.cookies.values()
        )
        options = {"origin": url, "compression": None} | options
        self.opening = connect(
            f"{url.replace('http', 'ws')}/ws/journeys/{journey}",
            additional_headers={"Cookie": cookies} if cookies else {},
            **options,
        )
        self.socket: ClientConnection = self.opening.__enter__()

    def hear(self, t: str = "", within: float = 5, **said: Any) -> Said:
        """Return the next frame, or the next of a type. Raise TimeoutError if there is none."""
        until = time.monotonic() + within
        while True:
            frame = json.loads(self.socket.recv(timeout=max(0, until - time.monotonic())))
            if not t or (frame["t"] == t and said.items() <= frame.items()):
                return frame

    def hears_nothing(self, t: str = "", within: float = 0.4) -> bool:
        try:
            self.hear(t, within)
        except TimeoutError:
            return True
        return False

    def say(self, said: Any) -> None:
        self.socket.send(said if isinstance(said, (str, bytes)) else json.dumps(said))

    def ends(self, within: float = 5) -> tuple[int, str]:
        """Return the code and the reason with which the server closes the socket."""
        with pytest.raises(ConnectionClosed) as caught:
            while True:
                self.socket.recv(timeout=within)
        return caught.value.rcvd.code, caught.value.rcvd.reason


Open = Callable[..., Window]


@pytest.fixture
def come(server: str) -> Iterator[Open]:
    opened: list[Window] = []

    def come(
        somebody: SampleMember | None, journey: UUID | None, at: str = server, **options: Any
    ) -> Window:
        opened.append(Window(at, somebody, journey, **options))
        return opened[-1]

    yield come
    for window in opened:
        window.opening.__exit__(None, None, None)
    until = time.monotonic() + 5
    while any(hub.sockets for hub in hub._hubs.values()) and time.monotonic() < until:
        time.sleep(0.01)
    hub.RECHECK_EXECUTOR.submit(int).result()  # wait for the last access check


@pytest.fixture
def other(uvicorn_server: Server) -> Iterator[Server]:
    """Return a second server with its own event loop, so with its own hub and subscription."""
    running = Server()
    running.start()
    yield running
    running.stop()


def rename(world: SampleWorld, title: str) -> Said:
    op = {"op": "set", "type": "stage", "id": str(world.acme.stages["Buy"])}
    return world.acme.edit(op | {"fields": {"title": title}}).sets[0]


# -- hello and change


def test_hello_says_where_the_streams_are_who_one_is_and_what_one_can(
    world: SampleWorld, come: Open
):
    alice = come(world.alice, world.acme.journey)
    hello = alice.hear()
    assert hello == {
        "t": "hello",
        "version": 1,
        "directory": 1,
        "me": hello["me"],
        "can": sorted(ROLE_RIGHTS["editor"]),
        "peers": [],
    }
    assert presence.CONNECTION_ID.fullmatch(hello["me"])
    alice.say({"t": "ping"})
    assert alice.hear() == {"t": "pong"}


def test_a_change_reaches_everybody_there_the_sender_too_as_a_pull_gives_it(
    world: SampleWorld, come: Open
):
    alice, bob = (come(one, world.acme.journey) for one in (world.alice, world.bob))
    for window in (alice, bob):
        window.hear("hello")
    op = {"op": "set", "type": "stage", "id": str(world.acme.stages["Buy"])}
    url = f"/api/v1/journeys/{world.acme.journey}"
    answer = alice.browser.post(
        f"{url}/edits",
        {"id": str(uuid7()), "ops": [op | {"fields": {"title": "Naïve “شراء”"}}]},
        "application/json",
    ).json()
    pulled = bob.browser.get(f"{url}/changes?since=1").json()["results"]
    for window in (alice, bob):
        assert [window.hear("change")["set"]] == answer["sets"] == pulled


def test_what_changes_in_the_directory_is_told_too(world: SampleWorld, come: Open):
    bob = come(world.bob, world.acme.journey)
    bob.hear("hello")
    one = world.acme.direct({"op": "add", "type": "persona", "fields": {"name": "Tim"}}).sets[0]
    assert bob.hear("change")["set"] == one
    assert one["stream"] == str(world.acme.id)


def test_four_threads_write_and_everybody_hears_all_in_order(
    world: SampleWorld, come: Open, other: Server
):
    windows = [
        come(world.alice, world.acme.journey),
        come(world.bob, world.acme.journey),
        come(world.erin, world.acme.journey, other.url),
    ]
    for window in windows:
        window.hear("hello")

    def write(number: int) -> None:
        for turn in range(15):
            rename(world, f"{number}.{turn}")

    assert together(*[lambda n=n: write(n) for n in range(4)]) == [None] * 4
    with tenant_scope([world.acme.id]):
        stored = sets_since(world.acme.id, world.acme.journey, 1)
    assert len(stored) == 60
    for window in windows:
        assert [window.hear("change")["set"] for _ in stored] == stored


def publish_versions(world: SampleWorld, *versions: int) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for version in versions:
            client.publish(
                publish.stream_channel(world.acme.journey), json.dumps({"version": version})
            )


def test_what_is_published_out_of_order_is_heard_in_order_and_once(world: SampleWorld, come: Open):
    alice = come(world.alice, world.acme.journey)
    alice.hear("hello")
    publish_versions(world, 4, 3, 3, 2, 2, 4, 5)
    assert [alice.hear("change")["set"]["version"] for _ in range(4)] == [2, 3, 4, 5]
    publish_versions(world, 9, 8)
    assert [alice.hear("change")["set"]["version"] for _ in range(2)] == [8, 9]
    assert alice.hears_nothing()


def test_what_was_never_told_is_noticed_within_two_looks(world: SampleWorld, come: Open):
    """Redis lost a message, or the publisher was in its cooldown. The stored version reveals it."""
    alice = come(world.alice, world.acme.journey)
    alice.hear("hello")
    with published_by_nobody():
        rename(world, "not published")
    assert alice.hear(within=3.5) == {"t": "resync", "version": 2, "directory": 1}
    assert rename(world, "published") == alice.hear()["set"]


@contextlib.contextmanager
def published_by_nobody() -> Iterator[None]:
    publish.cooldown.start()
    try:
        yield
    finally:
        publish.cooldown = Cooldown()


# -- access


def test_the_twin_workspace_hears_nothing(world: SampleWorld, come: Open):
    charlie = come(world.charlie, world.twin.journey)
    charlie.hear("hello")
    alice = come(world.alice, world.acme.journey)
    alice.hear("hello")
    alice.say({"t": "presence", "sel": [str(world.acme.stages["Buy"])]})
    rename(world, "private")
    world.acme.direct({"op": "add", "type": "persona", "fields": {"name": "Tim"}})
    assert charlie.hears_nothing()


def test_a_stranger_and_an_address_of_nothing_are_closed_alike(world: SampleWorld, come: Open):
    ended = {
        come(world.charlie, world.acme.journey).ends(),
        come(world.alice, uuid7()).ends(),
        come(world.alice, world.acme.id).ends(),  # a directory isn't a journey
    }
    assert ended == {(4403, "This doesn't exist, or you don't have access to it.")}


def test_nobody_is_told_to_sign_in(world: SampleWorld, come: Open):
    assert come(None, world.acme.journey).ends() == (
        4401,
        "You're not signed in. Sign in and reload the page.",
    )


@pytest.mark.parametrize(
    "origin",
    [None, "https://evil.test", "null", "http://127.0.0.1:x", "http://127.0.0.1", "HTTP://{}"],
)
def test_a_page_of_another_origin_does_not_get_in(
    world: SampleWorld, come: Open, server: str, origin: str | None
):
    with pytest.raises(InvalidStatus) as caught:
        come(world.alice, world.acme.journey, origin=origin and origin.format(server[7:]))
    assert caught.value.response.status_code == 403


def test_an_address_without_a_socket_is_refused(server: str):
    with pytest.raises(InvalidStatus) as caught:
        connect(f"{server.replace('http', 'ws')}/ws/nowhere", origin=server).__enter__()
    assert caught.value.response.status_code == 403


def test_a_viewer_hears_and_is_told_that_they_cannot_draw(world: SampleWorld, come: Open):
    bob = come(world.bob, world.acme.journey)
    assert "draw" not in bob.hear("hello")["can"]
    rename(world, "seen by all")
    assert bob.hear("change")


def test_a_removed_member_is_closed_and_a_demoted_one_narrowed_in_time(
    world: SampleWorld, come: Open
):
    alice, bob = (come(one, world.acme.journey) for one in (world.alice, world.bob))
    for window in (alice, bob):
        window.hear("hello")
    began = time.monotonic()
    member_role_set(member=world.alice.member, role="viewer", actor=world.dana.actor)
    member_remove(member=world.bob.member, actor=world.dana.actor)
    assert alice.hear("can", SOON)["can"] == sorted(ROLE_RIGHTS["viewer"])
    assert bob.ends(SOON) == (4403, "You're no longer a member of this workspace.")
    assert time.monotonic() - began < SOON
    rename(world, "after")
    assert alice.hear("change")
    assert come(world.bob, world.acme.journey).ends()[0] == 4403


def test_signing_out_closes_the_sockets_of_that_session_only(world: SampleWorld, come: Open):
    here, there = (come(world.alice, world.acme.journey) for _ in range(2))
    for window in (here, there):
        window.hear("hello")
    here.browser.post("/accounts/logout/")
    assert here.ends(SOON) == (4401, "You have been signed out. Sign in again.")
    there.say({"t": "ping"})
    assert there.hear("pong")


def test_a_new_password_closes_the_sockets_of_the_old(world: SampleWorld, come: Open):
    alice = come(world.alice, world.acme.journey)
    alice.hear("hello")
    user = User.objects.filter(pk=world.alice.user.pk).first()
    user.set_password("another-horse-battery")
    user.save()
    assert alice.ends(SOON) == (4401, "You have been signed out. Sign in again.")


# -- presence


def test_others_see_who_comes_looks_and_goes_in_every_process(
    world: SampleWorld, come: Open, other: Server
):
    alice = come(world.alice, world.acme.journey)
    me = alice.hear("hello")["me"]
    bob = come(world.bob, world.acme.journey, other.url)
    nowhere = {"sel": [], "edit": None, "cur": None, "view": None}
    assert bob.hear("hello")["peers"] == [
        {"c": me, "member": str(world.alice.member.pk), "name": "alice", **nowhere}
    ]
    assert alice.hear("presence")["name"] == "bob"

    stage, step = str(world.acme.stages["Buy"]), str(world.acme.steps["Signs"])
    looks = {
        "sel": [stage],
        "edit": {"id": stage, "field": "title"},
        "cur": {"step": step, "lane": None, "dx": 3, "dy": -0.5},
        "view": [step, step],
    }
    alice.say({"t": "presence", **looks})
    seen = bob.hear("presence")
    assert seen == {
        "t": "presence",
        "c": me,
        "member": str(world.alice.member.pk),
        "name": "alice",
        **looks,
    }
    assert alice.hears_nothing("presence")
    alice.socket.close()
    assert bob.hear("gone") == {"t": "gone", "c": me}


def test_who_vanishes_without_a_word_is_gone_when_their_time_is_over(
    world: SampleWorld, come: Open
):
    """As if a process was killed: its peers are not removed."""
    ghost = {"c": "c_ghostghost", "member": str(world.erin.member.pk), "name": "erin"}
    ghost |= presence.EMPTY_PRESENCE
    row = {"at": time.time() - presence.TTL_SECONDS + 3, "peer": ghost}
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.hset(f"cxmap:here:{world.acme.journey}", "c_ghostghost", json.dumps(row))
        bob = come(world.bob, world.acme.journey)
        assert bob.hear("hello")["peers"] == [ghost]
        assert bob.hear("gone", 3 + 2 * hub.PRESENCE_INTERVAL) == {"t": "gone", "c": "c_ghostghost"}
        stored = client.hgetall(f"cxmap:here:{world.acme.journey}")
        assert len(stored) == 1, "only bob is left"
        assert 0 < client.ttl(f"cxmap:here:{world.acme.journey}") <= presence.TTL_SECONDS


def test_who_was_there_before_the_clock_was_set_back_is_gone(world: SampleWorld, come: Open):
    ghost = {"c": "c_ghostghost", "member": str(world.erin.member.pk), "name": "erin"}
    row = {"at": time.time() + 3600, "peer": ghost | presence.EMPTY_PRESENCE}
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.hset(f"cxmap:here:{world.acme.journey}", "c_ghostghost", json.dumps(row))
    assert come(world.bob, world.acme.journey).hear("hello")["peers"] == []


def test_a_member_has_so_many_sockets_on_all_journeys(
    world: SampleWorld, come: Open, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(consumers, "MAX_SOCKETS_PER_MEMBER", 2)
    for _ in range(2):
        come(world.alice, world.acme.journey).hear("hello")
    code, reason = come(world.alice, world.acme.journey).ends()
    assert code == 4429 and "Close some" in reason
    assert come(world.bob, world.acme.journey).hear("hello")


def ask(browser: Client, world: SampleWorld, **said: Any) -> Any:
    url = f"/api/v1/journeys/{world.acme.journey}/presence"
    return browser.post(url, said, "application/json")


def test_where_sockets_are_blocked_presence_is_asked_for(world: SampleWorld, come: Open):
    bob = come(world.bob, world.acme.journey)
    me = bob.hear("hello")["me"]
    browser = Client()
    browser.force_login(world.alice.user)
    stage = str(world.acme.stages["Buy"])
    answer = ask(browser, world, c="c_polling123", sel=[stage])
    assert answer.status_code == 200
    assert [peer["c"] for peer in answer.json()["peers"]] == [me]
    seen = bob.hear("presence")
    assert (seen["c"], seen["name"], seen["sel"]) == ("c_polling123", "alice", [stage])

    assert ask(browser, world, c="c_polling123").status_code == 200
    taken = ask(browser, world, c=me)
    assert (taken.status_code, taken.json()["code"]) == (409, "id-taken")
    for wrong in ({}, {"c": "x"}, {"c": "c_polling123", "sel": ["x"]}, {"c": 7}):
        assert ask(browser, world, **wrong).status_code == 400
    for number in range(9):
        assert ask(browser, world, c=f"c_polling_{number}").status_code == 200
    full = ask(browser, world, c="c_polling_one_more")
    assert (full.status_code, full.json()["code"]) == (429, "too-many-windows")


def test_a_member_has_ten_windows_at_most(world: SampleWorld, come: Open):
    for _ in range(presence.MAX_CONNECTIONS_PER_MEMBER):
        come(world.alice, world.acme.journey).hear("hello")
    assert come(world.alice, world.acme.journey).ends() == (
        4429,
        "You have this journey open in 10 windows already. Close one.",
    )
    assert come(world.bob, world.acme.journey).hear("hello")


def test_a_journey_has_fifty_windows_at_most_and_hears_nothing_of_the_next(
    world: SampleWorld, come: Open
):
    bob = come(world.bob, world.acme.journey)
    bob.hear("hello")
    others = {}
    for number in range(presence.MAX_CONNECTIONS):
        c = f"c_other{number:05}"
        peer = {"c": c, "member": str(uuid7()), "name": "x", **presence.EMPTY_PRESENCE}
        others[c] = json.dumps({"at": time.time(), "peer": peer})
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.hset(f"cxmap:here:{world.acme.journey}", mapping=others)
        for _ in range(2):
            code, reason = come(world.alice, world.acme.journey).ends()
            assert code == 4429 and reason.startswith("50 windows are already open")
        client.delete(f"cxmap:here:{world.acme.journey}")
    erin = come(world.erin, world.acme.journey)
    erin.hear("hello")
    assert bob.hear("presence")["name"] == "erin", "the first message after the refusals"


# -- bad input


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 60_000,
        "1" * 5_000,
        b"\x00\x01",
        '{"t":"write","ops":[]}',
        '{"t":"ping","x":1}',
        '{"t":"presence","sel":"x"}',
        '{"t":"presence","sel":[null]}',
        json.dumps({"t": "presence", "sel": [str(uuid7())] * 201}),
        '{"t":"presence","edit":{"id":"x","field":"title"}}',
        '{"t":"presence","edit":{"id":"019ab1c2-d3e4-7f50-8a6b-7c8d9e0f1a2b","field":"<b>"}}',
        '{"t":"presence","cur":{"step":null,"lane":null,"dx":NaN,"dy":0}}',
        '{"t":"presence","cur":{"step":null,"lane":null,"dx":1e999,"dy":0}}',
        '{"t":"presence","cur":{"step":null,"lane":null,"dx":0,"dy":1%s}}' % ("0" * 400),
        '{"t":"presence","cur":{"step":[],"lane":{},"dx":1,"dy":0,"x":1}}',
        '{"t":"presence","cur":{"step":null,"lane":["x"],"dx":1,"dy":0}}',
        '{"t":"presence","view":["019ab1c2-d3e4-7f50-8a6b-7c8d9e0f1a2b"]}',
        '{"t":"presence","name":"dana"}',
    ],
)
def test_a_frame_that_cannot_be_read_ends_the_socket_and_nothing_else(
    world: SampleWorld, come: Open, frame: str | bytes
):
    bob, alice = (come(one, world.acme.journey) for one in (world.bob, world.alice))
    for window in (bob, alice):
        window.hear("hello")
    alice.say(frame)
    assert alice.ends()[0] == 4400
    assert bob.hear("gone")
    rename(world, "still alive")
    assert bob.hear("change")


def test_a_frame_that_is_too_big_is_not_read(world: SampleWorld, come: Open):
    alice = come(world.alice, world.acme.journey)
    alice.hear("hello")
    alice.say(json.dumps({"t": "presence", "sel": ["x" * 70_000]}))
    assert alice.ends()[0] == 1009


def test_ten_frames_a_second_pass_and_a_flood_ends(world: SampleWorld, come: Open):
    alice, bob = (come(one, world.acme.journey) for one in (world.alice, world.bob))
    for window in (alice, bob):
        window.hear("hello")
    for _ in range(20):
        alice.say({"t": "presence"})
        time.sleep(0.1)
    alice.say({"t": "ping"})
    assert alice.hear("pong")
    with contextlib.suppress(ConnectionClosed):
        for _ in range(500):
            alice.say({"t": "presence"})
    assert alice.ends() == (4429, "Too many frames. Send at most 10 a second.")
    assert bob.hear("gone")


def test_who_does_not_read_is_closed_and_keeps_nobody_waiting(world: SampleWorld, come: Open):
    alice = come(world.alice, world.acme.journey)
    slow = come(world.bob, world.acme.journey, max_queue=1)
    alice.hear("hello")
    slow.hear("hello")
    big = json.dumps({"version": 0, "stream": "x", "changes": "x" * 60_000})
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for number in range(500):
            text = big.replace('"version": 0', f'"version": {number + 2}')
            client.publish(f"cxmap:stream:{world.acme.journey}", text)
            assert alice.hear("change")["set"]["version"] == number + 2
    versions = []
    with pytest.raises(ConnectionClosed) as caught:
        while True:
            versions.append(slow.hear("change")["set"]["version"])
    assert caught.value.rcvd.code == 4409
    assert versions == list(range(2, 2 + len(versions))), "what came had no gap"


def test_an_idle_socket_is_closed(world: SampleWorld, come: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hub, "IDLE_TIMEOUT", 2.0)
    alice, bob = (come(one, world.acme.journey) for one in (world.alice, world.bob))
    for _ in range(8):
        time.sleep(0.5)
        bob.say({"t": "ping"})
    assert alice.ends(1)[0] == 4408
    assert bob.hear("pong")


# -- outages


def test_a_server_that_ends_says_so(world: SampleWorld, come: Open, other: Server):
    alice = come(world.alice, world.acme.journey, other.url)
    alice.hear("hello")
    ending = threading.Thread(target=other.stop)
    ending.start()
    assert alice.ends()[0] == 1012
    ending.join()


@pytest.fixture
def own_redis(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """Return a Redis server for this test only, used by clients created from now on."""
    home = Path(tempfile.mkdtemp(prefix="cxmap-live-"))
    home.chmod(0o711)
    server = Redis(home / "var", throwaway=True)
    server.start()
    settings.REDIS_URL = server.url
    monkeypatch.setattr(publish, "cooldown", Cooldown())
    get_redis.cache_clear()
    yield server
    get_redis.cache_clear()
    server.stop()
    shutil.rmtree(home, ignore_errors=True)


def test_redis_may_go_and_come_back(
    world: SampleWorld, come: Open, own_redis: Redis, other: Server
):
    alice, bob = (come(one, world.acme.journey, other.url) for one in (world.alice, world.bob))
    alice.hear("hello")
    bob.hear("hello")
    own_redis.stop()
    assert alice.hear("degraded")
    assert bob.hear("degraded")
    rename(world, "while away")
    bob.say({"t": "presence"})
    late = come(world.erin, world.acme.journey, other.url)
    assert late.hear("hello")["version"] == 2
    assert late.hear("degraded")
    assert alice.hears_nothing(within=1.5), "it is said once"

    own_redis.start()
    for window in (alice, bob, late):
        assert window.hear("resync") == {"t": "resync", "version": 2, "directory": 1}
    publish.cooldown = Cooldown()
    changed = rename(world, "after")
    assert [one.hear("change")["set"] for one in (alice, bob, late)] == [changed] * 3
    assert alice.hear("presence", 2 * hub.PRESENCE_INTERVAL)["name"] == "erin"


def test_while_rights_cannot_be_read_nothing_is_passed_on(
    world: SampleWorld, come: Open, monkeypatch: pytest.MonkeyPatch
):
    def fail(entries: Any) -> None:
        raise OperationalError

    alice = come(world.alice, world.acme.journey)
    alice.hear("hello")
    with monkeypatch.context() as broken:
        broken.setattr(hub, "recheck_access", fail)
        assert alice.hear(within=3) == {"t": "degraded"}
        time.sleep(hub.RIGHTS_MAX_AGE)
        rename(world, "unseen")
        assert alice.hears_nothing(within=1)
    assert alice.hear(within=3) == {"t": "resync", "version": 2, "directory": 1}


def test_without_redis_the_endpoint_says_that_nobody_is_there(world: SampleWorld, own_redis: Redis):
    browser = Client()
    browser.force_login(world.alice.user)
    own_redis.stop()
    answer = ask(browser, world, c="c_polling123")
    assert (answer.status_code, answer.json()) == (200, {"peers": []})


def test_a_mistake_of_ours_closes_the_sockets_and_the_next_ones_live(
    world: SampleWorld, come: Open, monkeypatch: pytest.MonkeyPatch
):
    def fail(entries: Any) -> None:
        raise ZeroDivisionError

    alice = come(world.alice, world.acme.journey)
    alice.hear("hello")
    with monkeypatch.context() as broken:
        broken.setattr(hub, "recheck_access", fail)
        assert alice.ends(3)[0] == 1011
    again = come(world.alice, world.acme.journey)
    again.hear("hello")
    rename(world, "after")
    assert again.hear("change")
