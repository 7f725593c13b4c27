"""Helpers to run coroutines from synchronous tests."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connections


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in a thread of its own, and return its result.

    The thread of the tests may already have a running loop: Playwright keeps one.
    """
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, coroutine).result()


async def read_stream(answer: Any) -> bytes:
    """Return the body of a streamed response, and close the connections used to read it."""
    body = b"".join([part async for part in answer])
    await sync_to_async(connections.close_all)()
    return body
