"""Chromium against a running server: the fixtures `server`, `window`, `page` and `sign_in`."""

import asyncio
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.support.factories import SampleMember

SIZES = {"desktop": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"]
PATIENCE = 30  # seconds to wait for uvicorn
INSIDE = ("data:", "blob:", "about:", "ws://127.0.0.1:")
NETWORK = (
    "Failed to load resource",
    "Response Status Error Code",
    "WebSocket connection to",
)  # console errors that tests may cause: error responses and a broken connection


class Server:
    """The application in a thread of this process, so that it uses this test's database."""

    port = 0  # the first start picks a free port, later starts reuse it

    def start(self) -> None:
        """Serve on the same port as before. Raise RuntimeError if uvicorn doesn't start."""
        # Not imported at module level, because it reads the settings.
        from cxmap.asgi import application

        config = uvicorn.Config(
            application,
            port=self.port,
            lifespan="off",
            log_level="warning",
            log_config=None,
            http="cxmap.http_protocol:LimitedHTTPProtocol",  # as in `up`
            proxy_headers=False,
            ws="cxmap.http_protocol:LimitedWebSocketProtocol",
            ws_max_size=65536,
            ws_per_message_deflate=False,
        )
        self.uvicorn = uvicorn.Server(config)
        self.thread = threading.Thread(target=lambda: asyncio.run(self.uvicorn.serve()))
        self.thread.start()
        until = time.monotonic() + PATIENCE
        while not self.uvicorn.started:
            if time.monotonic() > until or not self.thread.is_alive():
                raise RuntimeError("uvicorn did not start")
            time.sleep(0.02)
        if not self.port:
            self.port = self.uvicorn.servers[0].sockets[0].getsockname()[1]
            settings.SOCKET_ORIGINS.append(self.url)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        return self.thread.is_alive()

    def wait_until_idle(self) -> None:
        """Return when no thread serves a request any more, even for a client that has disconnected.

        A page may still save while it closes, and tests that read the log afterwards must see that.
        """
        from cxmap.asgi import requests

        until = time.monotonic() + PATIENCE
        while any(
            pool.running
            for loop, pools in requests.pools.items()
            for pool in pools.values()
            if not loop.is_closed()
        ):
            if time.monotonic() > until:
                raise RuntimeError("the server still serves requests")
            time.sleep(0.01)

    def stop(self) -> None:
        self.uvicorn.should_exit = True
        self.thread.join()


@pytest.fixture(scope="session")
def uvicorn_server(django_db_setup: None) -> Iterator[Server]:
    running = Server()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def server(uvicorn_server: Server, db: None) -> str:
    """Return the address of the running application."""
    return uvicorn_server.url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium isn't installed. Install it, or run script/test.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Browser, server: str, uvicorn_server: Server) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page with its own session.

    It takes Playwright's context options, to emulate other devices, or a `base_url` to use another
    server.

    The test fails if a page sends a request to another host, raises or logs an error, or violates
    the Content Security Policy.
    """
    contexts, wrong, inside = [], [], [server, *INSIDE]

    def see_request(request: Request) -> None:
        if not request.url.startswith(tuple(inside)):
            wrong.append(f"outside: {request.url}")

    def see_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(f"policy: {message.text}")
        elif message.type == "error" and not message.text.startswith(NETWORK):
            wrong.append(f"console: {message.text}")

    def open_window(**device: Any) -> Page:
        usual: Any = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
        usual |= {"base_url": server} | device
        inside.append(usual["base_url"])
        context = chromium.new_context(locale="en-GB", timezone_id="UTC", **usual)
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.on("request", see_request)
        context.on("console", see_console)
        context.on("weberror", lambda error: wrong.append(f"error: {error.error}"))
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
    uvicorn_server.wait_until_idle()
    assert wrong == []


@pytest.fixture
def page(window: Callable[[], Page]) -> Page:
    """Return one page of `window`."""
    return window()


@pytest.fixture
def sign_in(server: str) -> Callable[[Page, SampleMember], None]:
    """Return a function that signs a page in without the form, which has its own test."""

    def sign_in(page: Page, somebody: SampleMember) -> None:
        client = Client()
        client.force_login(somebody.user)
        cookie: Any = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])

    return sign_in


def at_size(window: Callable[..., Page], size: str) -> Page:
    width, height = SIZES[size]
    return window(viewport={"width": width, "height": height})
