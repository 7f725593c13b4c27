"""Time from an edit until other editors see it, with many editors on one journey.

    script/bench live [--editors 1 20 50] [--rate 20] [--seconds 10]

`edit` is the whole path: POST, commit, Redis, hub, socket. `post` is the time until the sender has
its response. `push` is the part after the commit, from Redis to the sockets. The baseline for
`edit` and `push` is a bare relay on the same machine in the same run: the `websockets` package, one
Redis subscription and `broadcast`, without storage or checks. If there is only one editor, it waits
for its own edit. This process reads all sockets, so above a few hundred messages per second, its
own work counts too.
"""

import argparse
import asyncio
import http.client
import json
import logging
import multiprocessing
import os
import socket
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.test import Client
from redis.asyncio import Redis
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, broadcast, serve

from changes.publish import stream_channel
from core.ids import uuid7
from core.redis_client import get_redis
from core.tenancy import tenant_scope
from cxmap.management.commands.up import _commands
from journeys.models import Stage
from journeys.services import journey_create
from workspaces.access import system_actor
from workspaces.models import Member, User, Workspace

CSRF = "c" * 32
Send = Callable[[int], Awaitable[str]]  # sends as an editor; returns a key that the others see


@dataclass
class Watch:
    """The times at which messages were sent, and the delays until other editors saw them."""

    sent: dict[str, float] = field(default_factory=dict)
    by: dict[str, int] = field(default_factory=dict)
    seen: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)  # response times of the edits' POSTs

    def see(self, key: str, who: int, alone: bool) -> None:
        if key in self.sent and (alone or who != self.by[key]):
            self.seen.append(time.monotonic() - self.sent[key])


def parts(times: list[float]) -> list[float]:
    """Return p50, p95 and p99 in milliseconds."""
    ordered = sorted(times)
    return [1000 * ordered[int(len(ordered) * part)] for part in (0.5, 0.95, 0.99)]


@dataclass
class Journey:
    """A journey in its own workspace, and the cookies of its editors."""

    id: UUID
    stage: str
    cookies: list[str]


def prepare(editors: int) -> Journey:
    workspace = Workspace.objects.create(name="Bench", slug=f"bench-{uuid7()}")
    made = journey_create(actor=system_actor(workspace.id), title="Journey", first_stage="Begin")
    with tenant_scope([workspace.id]):
        stage = str(Stage.objects.filter(stream_id=made.id).values_list("pk", flat=True)[0])
    return Journey(made.id, stage, add_editors(workspace, editors))


def add_editors(workspace: Workspace, editors: int) -> list[str]:
    """Add members, and return the cookies of their sessions."""
    cookies = []
    for number in range(editors):
        user = User.objects.create_user(f"{number}@{workspace.slug}.test")
        Member.objects.create(workspace=workspace, user=user, role="editor")
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={CSRF}")
    return cookies


# -- The baseline


async def relay(port: int) -> None:
    logging.getLogger("websockets").setLevel(logging.WARNING)
    client = Redis.from_url(settings.REDIS_URL, decode_responses=True)
    there: set[ServerConnection] = set()

    async def come(socket: ServerConnection) -> None:
        there.add(socket)
        async for text in socket:
            await client.publish("bench", text)
        there.discard(socket)

    async with serve(come, "127.0.0.1", port, compression=None), client.pubsub() as subscription:
        await subscription.subscribe("bench")
        async for message in subscription.listen():
            if message["type"] == "message":
                broadcast(there, message["data"])


# -- One run


@asynccontextmanager
async def connected(
    watch: Watch, urls: list[str], options: list[dict], read_key: Callable[[dict], str | None]
) -> AsyncIterator[list[ClientConnection]]:
    """Open a socket for each editor, and read from all of them until the context ends."""

    async def read(who: int, socket: ClientConnection) -> None:
        async for text in socket:
            key = read_key(json.loads(text))
            if key is not None:
                watch.see(key, who, len(urls) == 1)

    async with AsyncExitStack() as stack:
        sockets = []
        for url, said in zip(urls, options, strict=True):
            sockets.append(await stack.enter_async_context(connect(url, compression=None, **said)))
        readers = [asyncio.create_task(read(*pair)) for pair in enumerate(sockets)]
        await asyncio.sleep(2)
        yield sockets
        for reader in readers:
            if reader.done():
                reader.result()  # raises what closed the socket
            reader.cancel()


async def send_at(rate: float, seconds: float, editors: int, send: Send) -> None:
    """Send at a fixed rate, with the editors in turn, without waiting for earlier sends."""
    began, tasks = time.monotonic(), []
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0, began + number / rate - time.monotonic()))
        tasks.append(asyncio.ensure_future(send(number % editors)))
    await asyncio.gather(*tasks)
    await asyncio.sleep(1)


def change_key(message: dict) -> str | None:
    return message["set"]["gesture"] if message["t"] == "change" else None


class Bench:
    def __init__(self, port: int, relay_port: int, rate: float, seconds: float) -> None:
        self.port, self.relay_port, self.rate, self.seconds = port, relay_port, rate, seconds
        self.redis = Redis.from_url(settings.REDIS_URL)

    async def run(self, editors: int) -> None:
        journeys = [await asyncio.to_thread(prepare, editors) for _ in range(2)]
        rows = {
            "edit": (await self.edits(journeys[0]), await self.relayed(editors)),
            "push": (await self.pushes(journeys[1]), await self.relayed(editors, published=True)),
        }
        for name, (ours, theirs) in rows.items():
            expected = int(self.rate * self.seconds) * max(1, editors - 1)
            both = parts(ours.seen), parts(theirs.seen)
            line = "".join(f"{value:7.1f}" for value in (*both[0], *both[1]))
            ratios = [a / b for a, b in zip(*both, strict=True)]
            lost = expected - len(ours.seen)
            print(
                f"{editors:7} {name}{line}   {ratios[0]:5.2f} {ratios[1]:5.2f} {lost:6}", flush=True
            )
            if ours.answered:
                print("        post" + "".join(f"{value:7.1f}" for value in parts(ours.answered)))

    def ours(self, journey: Journey) -> tuple[list[str], list[dict]]:
        url = f"ws://127.0.0.1:{self.port}/ws/journeys/{journey.id}"
        origin = f"http://127.0.0.1:{self.port}"
        options = [
            {"origin": origin, "additional_headers": {"Cookie": cookie}}
            for cookie in journey.cookies
        ]
        return [url] * len(options), options

    async def edits(self, journey: Journey) -> Watch:
        watch, pool, own = Watch(), ThreadPoolExecutor(16), threading.local()

        def post(who: int) -> None:
            gesture = str(uuid7())
            op = {"op": "set", "type": "stage", "id": journey.stage, "fields": {"title": gesture}}
            body = json.dumps({"id": gesture, "ops": [op]})
            headers = {
                "Content-Type": "application/json",
                "Cookie": journey.cookies[who],
                "X-CSRFToken": CSRF,
            }
            watch.by[gesture], watch.sent[gesture] = who, time.monotonic()
            if not hasattr(own, "link"):
                own.link = http.client.HTTPConnection("127.0.0.1", self.port)
            own.link.request("POST", f"/api/v1/journeys/{journey.id}/edits", body, headers)
            answer = own.link.getresponse()
            content = answer.read()
            watch.answered.append(time.monotonic() - watch.sent[gesture])
            if answer.status != 200:
                raise RuntimeError(content.decode())

        async def send(who: int) -> str:
            await asyncio.get_running_loop().run_in_executor(pool, post, who)
            return ""

        async with connected(watch, *self.ours(journey), change_key):
            await send_at(self.rate, self.seconds, len(journey.cookies), send)
        return watch

    async def pushes(self, journey: Journey) -> Watch:
        watch, version = Watch(), 1

        async def send(who: int) -> str:
            nonlocal version
            version += 1
            key = str(uuid7())
            watch.by[key], watch.sent[key] = who, time.monotonic()
            change_set = {"gesture": key, "version": version, "changes": ["x" * 300]}
            await self.redis.publish(stream_channel(journey.id), json.dumps(change_set))
            return key

        async with connected(watch, *self.ours(journey), change_key):
            await send_at(self.rate, self.seconds, len(journey.cookies), send)
        return watch

    async def relayed(self, editors: int, published: bool = False) -> Watch:
        watch = Watch()
        urls = [f"ws://127.0.0.1:{self.relay_port}"] * editors
        async with connected(
            watch, urls, [{}] * editors, lambda message: message["gesture"]
        ) as sockets:

            async def send(who: int) -> str:
                key = str(uuid7())
                text = json.dumps({"gesture": key, "changes": ["x" * 300]})
                watch.by[key], watch.sent[key] = who, time.monotonic()
                if published:
                    await self.redis.publish("bench", text)
                else:
                    await sockets[who].send(text)
                return key

            await send_at(self.rate, self.seconds, editors, send)
        return watch


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_port(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing listens on port {port}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--editors", type=int, nargs="+", default=[1, 20, 50])
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    get_redis().ping()
    port, relay_port = free_port(), free_port()
    settings.PORT = port
    server = subprocess.Popen(_commands()["web"], env=os.environ | {"PORT": str(port)})
    bare_relay = multiprocessing.Process(target=lambda: asyncio.run(relay(relay_port)), daemon=True)
    bare_relay.start()
    try:
        await_port(port)
        await_port(relay_port)
        print("milliseconds   ours              relay               ratio")
        print("editors         p50    p95    p99    p50    p95    p99     p50   p95   lost")
        bench = Bench(port, relay_port, options.rate, options.seconds)

        async def all_of_them() -> None:
            for editors in options.editors:
                await bench.run(editors)

        asyncio.run(all_of_them())
    finally:
        server.terminate()
        server.wait()
        bare_relay.terminate()


if __name__ == "__main__":
    main()
