"""Rate limits. An attempt is counted before it is made, so that parallel attempts count too."""

import time
from contextlib import suppress
from dataclasses import dataclass
from math import ceil

from django.conf import settings
from django.core.cache import cache

from core.errors import AppError


@dataclass(frozen=True)
class Usage:
    """The number of attempts in the current window, including this one."""

    limit: "RateLimit"
    count: int
    seconds_left: int

    @property
    def is_exceeded(self) -> bool:
        return self.count > self.limit.amount

    @property
    def headers(self) -> dict[str, str]:
        """The response headers defined by draft-ietf-httpapi-ratelimit-headers."""
        left = max(0, self.limit.amount - self.count)
        policy = f'"{self.limit.name}";q={self.limit.amount};w={self.limit.seconds}'
        return {
            "RateLimit-Policy": policy,
            "RateLimit": f'"{self.limit.name}";r={left};t={self.seconds_left}',
        }

    @property
    def refusal_headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.seconds_left), **self.headers}

    def refusal(self, detail: str) -> AppError:
        return AppError(detail, code="too-many-attempts", status=429, headers=self.refusal_headers)


@dataclass(frozen=True)
class RateLimit:
    """A limit of `amount` attempts per `seconds`. The first attempt starts the window."""

    name: str
    amount: int
    seconds: int

    def count_attempt(self, key: str) -> Usage:
        """Count an attempt for a key. Return the usage, which says if the limit is exceeded."""
        if not settings.RATE_LIMITED:
            return Usage(self, 0, self.seconds)
        now, key = time.time(), f"limit:{self.name}:{key}"
        ends = now + self.seconds
        if not cache.add(f"{key}:ends", ends, self.seconds):
            ends = cache.get(f"{key}:ends") or ends
        cache.add(key, 0, self.seconds)
        try:
            count = int(cache.incr(key))
        except ValueError:  # the window has ended since the line above
            return self.count_attempt(key.removeprefix(f"limit:{self.name}:"))
        # If the clock was set back, the end of the window is too far in the future.
        return Usage(self, count, min(self.seconds, max(1, ceil(ends - now))))

    def uncount_attempt(self, key: str) -> None:
        """Subtract a successful attempt, for limits that count only failures."""
        if settings.RATE_LIMITED:
            with suppress(ValueError):  # the window has ended
                cache.decr(f"limit:{self.name}:{key}")

    def reset(self, key: str) -> None:
        """Forget all attempts for a key. The next attempt starts a new window."""
        key = f"limit:{self.name}:{key}"
        cache.delete_many([key, f"{key}:ends"])
