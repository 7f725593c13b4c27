"""Threads and connections are shared fairly, and never exceed their limit."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any
from urllib.request import Request, urlopen

import pytest
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.db import connection, connections

from core.errors import Unavailable
from cxmap import request_pool
from cxmap.request_pool import RequestPool, ThreadRequest
from tests.support.api_client import service_client
from tests.support.chromium import Server
from tests.support.event_loop import run
from tests.support.factories import SampleWorld


@pytest.fixture
def briefly(monkeypatch: Any) -> None:
    """Shorten the wait for a thread."""
    monkeypatch.setattr(request_pool, "MAX_WAIT_SECONDS", 0.01)


async def granted(pool: RequestPool, held: AsyncExitStack, *claims: ThreadRequest) -> list[bool]:
    """Return for each request whether it gets a thread, which it then holds."""
    answers = []
    for claim in claims:
        try:
            await held.enter_async_context(pool.thread(claim))
        except Unavailable:
            answers.append(False)
        else:
            answers.append(True)
    return answers


@pytest.mark.usefixtures("briefly")
@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([ThreadRequest("acme", True)] * 6, [True] * 4 + [False] * 2),
        ([ThreadRequest("acme", False)] * 8, [True] * 6 + [False] * 2),
        # Writers of all tenants together leave room for readers.
        ([ThreadRequest(n, True) for n in range(8)], [True] * 6 + [False] * 2),
        # Whatever one tenant does, another can read and write.
        (
            [ThreadRequest("acme", True)] * 9 + [ThreadRequest("twin", True)],
            [True] * 4 + [False] * 5 + [True],
        ),
        (
            [ThreadRequest("acme", False)] * 9 + [ThreadRequest("twin", False)],
            [True] * 6 + [False] * 3 + [True],
        ),
    ],
)
def test_no_tenant_and_no_writers_hold_all_threads(
    claims: list[ThreadRequest], expected: list[bool]
):
    async def ask() -> list[bool]:
        async with AsyncExitStack() as held:
            return await granted(RequestPool(8), held, *claims)

    assert run(ask()) == expected


def test_who_waits_gets_the_thread_that_is_given_back():
    async def take_turns() -> list[int]:
        pool, turns = RequestPool(1), list[int]()

        async def one(number: int) -> None:
            async with pool.thread(ThreadRequest("acme", False)):
                turns.append(number)
                await asyncio.sleep(0)

        await asyncio.gather(*(one(number) for number in range(5)))
        assert not pool.waiting
        return turns

    assert run(take_turns()) == [0, 1, 2, 3, 4]


def test_a_tenant_that_fills_the_queue_takes_no_place_of_another(monkeypatch: Any):
    monkeypatch.setattr(request_pool, "MAX_QUEUED_REQUESTS", 4)

    async def fill() -> list[str]:
        pool, served, ends = RequestPool(1), list[str](), asyncio.Event()

        async def one(tenant: str) -> None:
            async with pool.thread(ThreadRequest(tenant, False)):
                served.append(tenant)
                await ends.wait()

        tasks = [asyncio.create_task(one("acme")) for _ in range(5)]
        await asyncio.sleep(0)
        tasks.append(asyncio.create_task(one("twin")))
        tasks.append(asyncio.create_task(one("acme")))
        while sum(task.done() for task in tasks) < 2:
            await asyncio.sleep(0)
        ends.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert [isinstance(answer, Unavailable) for answer in answers] == [False] * 4 + [
            True,
            False,
            True,
        ]
        return served

    assert run(asyncio.wait_for(fill(), 20)) == ["acme"] * 4 + ["twin"]


@pytest.mark.usefixtures("briefly")
@pytest.mark.parametrize("leaves", [False, True])
def test_no_thread_is_lost_to_those_who_wait_in_vain(leaves: bool):
    async def compete() -> tuple[int, int, int]:
        pool, claim = RequestPool(2), ThreadRequest("acme", False)

        async def one() -> None:
            try:
                async with pool.thread(claim):
                    await asyncio.sleep(0.003)
            except Unavailable:
                pass

        tasks = [asyncio.create_task(one()) for _ in range(60)]
        while leaves and not all(task.done() for task in tasks):
            next(task for task in tasks if not task.done()).cancel()
            await asyncio.sleep(0)
        await asyncio.wait(tasks)
        while len(pool.free) < 2:
            await asyncio.sleep(0)
        return len(pool.waiting), pool.running.total(), pool.writing.total()

    assert run(asyncio.wait_for(compete(), 20)) == (0, 0, 0)


@pytest.mark.usefixtures("briefly")
def test_a_thread_that_still_works_for_a_client_who_left_is_not_given_out():
    async def leave_and_come() -> list[bool]:
        pool, works, ends = RequestPool(1), threading.Event(), threading.Event()

        def view() -> None:
            works.set()
            ends.wait()

        async def request() -> None:
            async with (
                pool.thread(ThreadRequest("acme", False)) as executor,
                ThreadSensitiveContext(executor=executor),
            ):
                await sync_to_async(view)()

        task = asyncio.create_task(request())
        while not works.is_set():
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        async with AsyncExitStack() as held:
            first = await granted(pool, held, ThreadRequest("acme", False))
        ends.set()
        while not pool.free:
            await asyncio.sleep(0)
        async with AsyncExitStack() as held:
            return first + await granted(pool, held, ThreadRequest("acme", False))

    assert run(leave_and_come()) == [False, True]


@pytest.fixture
def kept_connections(uvicorn_server: Server) -> Iterator[None]:
    """Make the server keep its connections, as it does outside tests."""
    from cxmap.asgi import requests

    connections.settings["default"]["CONN_MAX_AGE"] = 600
    yield
    connections.settings["default"]["CONN_MAX_AGE"] = 0
    for pools in requests.pools.values():
        for pool in pools.values():
            for executor in pool.free:
                executor.submit(connections.close_all).result()


def ask(server: Server, path: str, token: str = "") -> int:
    headers = {"Authorization": token} if token else {}
    with urlopen(Request(server.url + path, headers=headers)) as answer:  # noqa: S310
        return int(answer.status)


def test_requests_share_a_few_connections_that_stay_open(
    uvicorn_server: Server, kept_connections: None, world: SampleWorld
):
    token = service_client(world.acme.id).headers["Authorization"]

    def backends() -> set[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return {pid for (pid,) in cursor.fetchall()}

    before = backends()
    for _ in range(20):
        assert ask(uvicorn_server, "/api/v1/me", token) == 200
    # A request may use a second thread if the first was not returned yet.
    assert 1 <= len(backends() - before) <= 4


def test_the_workspaces_of_a_credential_are_learned(uvicorn_server: Server, world: SampleWorld):
    from cxmap.asgi import requests

    token = service_client(world.acme.id).headers["Authorization"]
    ask(uvicorn_server, "/api/v1/me", token)
    assert (world.acme.id,) in requests.tenants.values()


def test_an_answer_that_is_streamed_is_passed_on_before_it_is_whole():
    sent: list[int] = []
    waiting: list[int] = []

    async def stream(scope: Any, receive: Any, send: Any) -> None:
        part = b"x" * (request_pool.MAX_BUFFERED_BYTES // 2)
        for number in range(1, 9):
            await send({"type": "http.response.body", "body": part, "more_body": number < 8})
            waiting.append(number - len(sent))

    async def send(message: Any) -> None:
        sent.append(len(message["body"]))

    scope = {"type": "http", "path": "/", "method": "GET", "headers": [], "client": ("::1", 1)}
    run(request_pool.RequestPoolMiddleware(stream)(scope, None, send))
    assert len(sent) == 8
    assert max(waiting) <= 3


@pytest.mark.parametrize("path", request_pool.INTERNAL_PATHS)
def test_what_is_asked_from_inside_waits_for_nothing_else(path: str):
    """A database that hangs blocks only the thread of the endpoint that queries it."""

    async def hang() -> list[str]:
        hangs, answered = asyncio.Event(), list[str]()

        async def application(scope: Any, receive: Any, send: Any) -> None:
            if scope["path"] != path:
                await hangs.wait()
            answered.append(scope["path"])

        middleware = request_pool.RequestPoolMiddleware(application)
        base = {"type": "http", "method": "GET", "headers": [], "client": ("::1", 1)}
        others = [
            asyncio.create_task(middleware({**base, "path": other}, None, None))
            for other in (*request_pool.INTERNAL_PATHS, *["/"] * 40)
            if other != path
        ]
        await asyncio.sleep(0)
        await asyncio.wait_for(middleware({**base, "path": path}, None, None), 20)
        hangs.set()
        await asyncio.gather(*others)
        return answered

    assert run(hang())[0] == path
