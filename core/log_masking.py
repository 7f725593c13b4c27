"""Mask secrets in all log output, including that of libraries."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

MASK = "***"
# The first group of each pattern is kept. The rest of the match is masked.
SECRET_PATTERNS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # URLs that grant access to anyone who has them, also as a parameter of another URL:
        # share links, invitations, password resets.
        r"""((?:/|%2F)(?:s|invitations|unsubscribe|password(?:/|%2F)reset(?:/|%2F)key)(?:/|%2F))"""
        r"""(?:(?!%2F|%3F|%23|%26)[^/\s?#&"'<>\\])+""",
        r"""((?:[?&;]|%3F|%26)(?:[\w-]*(?:token|secret|password|key|signature|seal)|code)(?:=|%3D))"""
        r"""(?:(?!%26|%23)[^&;#\s"'<>\\])+""",
        # Cookies of sessions, forms and share links, under each of their names.
        r"""(\b(?:(?:__Host-)?(?:sessionid|csrftoken)|(?:share|guest)-[0-9a-f]{32})["']?[=:]\s*)"""
        r"""["']?[^\s"';,]+""",
        r"""(\bBearer\s+|\bAuthorization["']?[:=]\s*["']?\w+\s+)[A-Za-z0-9._~+/=-]+""",
        r"""(\bcxm_(?:pat|svc|wk)_)[0-9A-Za-z]+""",
        r"""(://[^/\s:@]*:)[^/\s@]+(?=@)""",  # passwords in DATABASE_URL and REDIS_URL
    )
]


def mask_secrets(text: str) -> str:
    """Return the text with all secrets in URLs, headers and cookies masked."""
    for pattern in SECRET_PATTERNS:
        text = pattern.sub(rf"\1{MASK}", text)
    return text


def mask_event(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Mask the secrets in all values of a log event. A structlog processor."""
    for name, value in event.items():
        event[name] = _mask_value(value)
    return event


class MaskedLogRecord(logging.LogRecord):
    """A log record that masks secrets in its message, its arguments and the formatted text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.msg = _mask_value(self.msg)
        if isinstance(self.args, tuple):
            self.args = tuple(_mask_value(value) for value in self.args)

    def getMessage(self) -> str:  # noqa: N802
        return mask_secrets(super().getMessage())


def _mask_value(value: Any) -> Any:
    match value:
        case str():
            return mask_secrets(value)
        case dict():
            return {name: _mask_value(item) for name, item in value.items()}
        case _:
            return value
