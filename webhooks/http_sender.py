"""POST events to endpoints: many at once, each with limits on its time and on the size of the response.

The requests run in an event loop in its own thread, so that a deadline can end a request wherever
it hangs: while a name is resolved, in a handshake, or in a response that arrives too slowly.
"""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpcore

from webhooks.models import Failure
from webhooks.targets import find_url_problem, is_allowed_address

TIMEOUT_SECONDS = 10  # of an attempt: from resolving the name to the end of the response
MAX_ANSWER_BYTES = 64 * 1024  # of a response that are read
MAX_ANSWER_CHARS = 1_000  # of a response that are stored
MAX_CONNECTIONS = 128
RESOLVER_THREADS = 32  # a name server that doesn't respond blocks a thread for each host name
KEEPALIVE_SECONDS = 5


class NameNotResolved(Exception):
    pass


class AddressRefused(Exception):
    pass


@dataclass(frozen=True)
class Answer:
    """The result of an attempt: the response's status and the beginning of its text, or a failure.

    If the response isn't a success, `failure` is set in addition to `status` and `text`.
    """

    status: int | None = None
    failure: str = ""
    text: str = ""
    retry_after: int = 0  # seconds, from the header Retry-After; 0 without one

    @property
    def is_success(self) -> bool:
        return not self.failure


class PublicNetworkBackend(httpcore.AsyncNetworkBackend):
    """Connects to a host, and refuses it unless all of its addresses are allowed.

    The name is resolved only once, so the name server can't return another address after the check
    (DNS rebinding). TLS still checks the certificate against the host's name.
    """

    def __init__(self) -> None:
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await resolve(host, port)
        for address in addresses[:-1]:
            try:
                return await self._backend.connect_tcp(address, port, timeout)
            except httpcore.ConnectError:
                continue  # for example, IPv6 on a network without it
        return await self._backend.connect_tcp(addresses[-1], port, timeout)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host.

    Raise NameNotResolved, or AddressRefused if there are none or one of them isn't allowed.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameNotResolved from error
    addresses = list(dict.fromkeys(str(row[4][0]) for row in found))
    if not addresses or not all(is_allowed_address(address) for address in addresses):
        raise AddressRefused
    return addresses


class HttpSender:
    """Sends requests in the background. Use it as a context manager."""

    def __enter__(self) -> "HttpSender":
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(RESOLVER_THREADS))
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=PublicNetworkBackend(),
        )
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._pool.aclose(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def post(self, url: str, headers: dict[str, str], body: bytes) -> "Future[Answer]":
        """Start a request, and return a future of its result. The future never raises an error."""
        request = self._post(url, headers, body)
        return asyncio.run_coroutine_threadsafe(request, self._loop)

    async def _post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        if find_url_problem(url):
            return Answer(failure=Failure.URL)
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                async with self._pool.stream(
                    "POST", url, headers=list(headers.items()), content=body
                ) as response:
                    return await _read_answer(response)
        except TimeoutError:
            return Answer(failure=Failure.TIMEOUT)
        except NameNotResolved:
            return Answer(failure=Failure.NAME)
        except AddressRefused:
            return Answer(failure=Failure.ADDRESS)
        except Exception:  # noqa: BLE001 (what a broken or hostile server can provoke in HTTP, TLS and sockets)
            return Answer(failure=Failure.CONNECTION)


async def _read_answer(response: httpcore.Response) -> Answer:
    read = b""
    async for chunk in response.aiter_stream():
        read += chunk
        if len(read) >= MAX_ANSWER_BYTES:
            break
    text = read[: MAX_ANSWER_CHARS * 4].decode(errors="replace").replace("\0", "\ufffd")
    return Answer(
        status=response.status,
        failure=_failure_of(response.status),
        text=text[:MAX_ANSWER_CHARS],
        retry_after=_retry_after(response),
    )


def _failure_of(status: int) -> str:
    if 200 <= status < 300:
        return ""
    return Failure.REDIRECT if 300 <= status < 400 else Failure.STATUS


def _retry_after(response: Any) -> int:
    values = [value for name, value in response.headers if name.lower() == b"retry-after"]
    return int(values[0]) if values and values[0].isdigit() and len(values[0]) < 6 else 0
