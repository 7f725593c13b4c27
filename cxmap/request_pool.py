"""A pool of a fixed number of request threads, each with a persistent database connection.

Otherwise, Django under ASGI would start a thread and open a connection for every concurrent
request. See docs/decisions/0035-threads-and-connections.md.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from django.conf import settings

from core.client_address import address_group, client_address
from core.errors import Unavailable
from cxmap.request_limits import header_value, send_error

# Each has its own thread, so that a check of a hanging database does not block /livez.
INTERNAL_PATHS = ("/livez", "/readyz", "/metrics")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_QUEUED_REQUESTS = 400
MAX_WAIT_SECONDS = 10
MAX_UNSENT_BYTES = 64 * 1024 * 1024  # of responses whose thread already serves other requests
MAX_BUFFERED_BYTES = 4 * 1024 * 1024  # of a response that is still being generated
MAX_KNOWN_CREDENTIALS = 10_000
# In the ASGI scope: the ids of the workspaces that the caller may enter
WORKSPACES_SCOPE_KEY = "cxmap.workspaces"


@dataclass(frozen=True)
class ThreadRequest:
    """A request that needs a thread, on behalf of a tenant."""

    tenant: Hashable
    is_write: bool


class RequestPool:
    """Gives threads to requests, so that no tenant can take all of them.

    A tenant gets at most three quarters of the threads, and so do all writes together. A tenant's
    writes get at most half, because they may wait for each other's locks.
    """

    def __init__(self, size: int) -> None:
        self.free: list[Executor] = [ThreadPoolExecutor(max_workers=1) for _ in range(size)]
        self.max_threads = max(1, size * 3 // 4)
        self.max_writers = max(1, size // 2)
        self.running: Counter[Hashable] = Counter()  # by tenant
        self.writing: Counter[Hashable] = Counter()
        self.waiting: OrderedDict[asyncio.Future[Executor], ThreadRequest] = OrderedDict()

    @asynccontextmanager
    async def thread(self, claim: ThreadRequest) -> AsyncIterator[Executor]:
        """Context manager that holds a thread. Raise Unavailable if no thread becomes free in time."""
        executor = await self._acquire(claim)
        try:
            yield executor
        finally:
            self._release_when_idle(executor, claim)

    async def _acquire(self, claim: ThreadRequest) -> Executor:
        granted: asyncio.Future[Executor] = asyncio.get_running_loop().create_future()
        self.waiting[granted] = claim
        self._grant()
        if len(self.waiting) > MAX_QUEUED_REQUESTS:
            self._reject_one()
        try:
            await asyncio.wait([granted], timeout=MAX_WAIT_SECONDS)
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self._release_when_idle(granted.result(), claim)
            raise
        finally:
            self.waiting.pop(granted, None)
        if not granted.done() or granted.cancelled():
            raise _pool_exhausted()
        return granted.result()

    def _reject_one(self) -> None:
        """Reject the newest request of the tenant with the longest queue.

        This keeps a tenant from filling the queue.
        """
        ((busiest, _),) = Counter(claim.tenant for claim in self.waiting.values()).most_common(1)
        latest = next(
            granted for granted, claim in reversed(self.waiting.items()) if claim.tenant == busiest
        )
        del self.waiting[latest]
        latest.cancel()

    def _grant(self) -> None:
        """Give free threads to the requests that have waited longest, within the limits."""
        for granted, claim in list(self.waiting.items()):
            if not self.free:
                return
            if self._may_run(claim):
                del self.waiting[granted]
                self.running[claim.tenant] += 1
                self.writing[claim.tenant] += claim.is_write
                granted.set_result(self.free.pop())

    def _may_run(self, claim: ThreadRequest) -> bool:
        if self.running[claim.tenant] >= self.max_threads:
            return False
        return not claim.is_write or (
            self.writing[claim.tenant] < self.max_writers
            and self.writing.total() < self.max_threads
        )

    def _release_when_idle(self, executor: Executor, claim: ThreadRequest) -> None:
        """Return a thread to the pool when its view has ended.

        A view may run on after its client has disconnected.
        """
        loop = asyncio.get_running_loop()

        def release() -> None:
            self.free.append(executor)  # last in, first out: the remaining threads stay idle
            self.running[claim.tenant] -= 1
            self.writing[claim.tenant] -= claim.is_write
            if not self.running[claim.tenant]:
                del self.running[claim.tenant], self.writing[claim.tenant]
            self._grant()

        def hand_over(_: Any) -> None:
            with suppress(RuntimeError):  # the event loop is closed: the server has stopped
                loop.call_soon_threadsafe(release)

        executor.submit(lambda: None).add_done_callback(hand_over)


def _pool_exhausted() -> Unavailable:
    return Unavailable("The server is busy. Send the same request again in a few seconds.")


class RequestPoolMiddleware:
    """ASGI middleware that runs each request on a thread of the pool.

    A thread is free again when Django has generated the response. Sending it needs no thread, so
    slow readers don't hold any. Health checks and metrics have their own threads.
    """

    def __init__(self, application: Any) -> None:
        self.application = application
        self.pools: dict[asyncio.AbstractEventLoop, dict[str, RequestPool]] = {}
        self.tenants: OrderedDict[int, Hashable] = OrderedDict()  # by hash of the credential
        self.unsent_bytes = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        answer: list[Any] = []

        async def keep(message: Any) -> None:
            answer.append(message)
            # A long stream would not fit in memory, so it is passed on as it is generated.
            if message.get("more_body") and size_of(answer) > MAX_BUFFERED_BYTES:
                await send_all(answer, send)
                answer.clear()

        pool, claim = self.pool(scope["path"]), self.thread_request_of(scope)
        try:
            async with pool.thread(claim) as executor:
                async with ThreadSensitiveContext(executor=executor):
                    await self.application(scope, receive, keep)
                self.remember_tenants(scope)
                size = size_of(answer)
                if self.unsent_bytes + size > MAX_UNSENT_BYTES:
                    await send_all(answer, send)
                    return
        except Unavailable as refusal:
            await send_error(self.application, scope, send, refusal, receive)
            return
        self.unsent_bytes += size
        try:
            await send_all(answer, send)
        finally:
            self.unsent_bytes -= size

    def pool(self, path: str) -> RequestPool:
        """Return the pool for a path in this event loop.

        A process has one loop, except in tests.
        """
        loop = asyncio.get_running_loop()
        if loop not in self.pools:
            internal = {path: RequestPool(1) for path in INTERNAL_PATHS}
            self.pools[loop] = {"": RequestPool(settings.WEB_THREADS), **internal}
        pools = self.pools[loop]
        return pools.get(path, pools[""])

    def thread_request_of(self, scope: Any) -> ThreadRequest:
        """Return the thread request for a scope.

        Its tenant is the set of workspaces that the credential can enter or, if they aren't known
        yet, the client's address.
        """
        tenant = self.tenants.get(credential_of(scope)) or address_of(scope)
        return ThreadRequest(tenant, scope["method"] not in SAFE_METHODS)

    def run_in_thread(self, function: Callable[[Any], None]) -> Callable[[Any], Awaitable[None]]:
        """Return a coroutine function that runs `function(scope)` on a thread of the pool."""

        async def check(scope: Any) -> None:
            async with self.pool("").thread(self.thread_request_of(scope)) as executor:
                await asyncio.get_running_loop().run_in_executor(executor, function, scope)

        return check

    def remember_tenants(self, scope: Any) -> None:
        """Remember which workspaces a credential can enter, as Django has determined."""
        if not scope.get(WORKSPACES_SCOPE_KEY):
            return
        credential = credential_of(scope)
        self.tenants[credential] = scope[WORKSPACES_SCOPE_KEY]
        self.tenants.move_to_end(credential)
        if len(self.tenants) > MAX_KNOWN_CREDENTIALS:
            self.tenants.popitem(last=False)


def size_of(messages: list[Any]) -> int:
    return sum(len(message.get("body", b"")) for message in messages)


async def send_all(messages: list[Any], send: Any) -> None:
    for message in messages:
        await send(message)


def credential_of(scope: Any) -> int:
    """Return a hash that identifies a credential, so that it needn't be stored."""
    return hash((header_value(scope, b"authorization"), header_value(scope, b"cookie")))


def address_of(scope: Any) -> str:
    peer = scope["client"][0] if scope.get("client") else ""
    return address_group(client_address(peer, header_value(scope, b"x-forwarded-for")))
