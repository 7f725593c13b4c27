"""Keep secrets out of the log, whoever writes to it."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

MASK = "***"
# Each pattern has what stays in its first group; what is matched after it is masked.
SECRET_PATTERNS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # Addresses that let in whoever has them, also as a parameter of another address:
        # share links, invitations, password resets.
        r"""((?:/|%2F)(?:s|invitations|password(?:/|%2F)reset(?:/|%2F)key)(?:/|%2F))"""
        r"""(?:(?!%2F|%3F|%23|%26)[^/\s?#&"'<>\\])+""",
        r"""((?:[?&;]|%3F|%26)(?:[\w-]*(?:token|secret|password|key|signature|seal)|code)(?:=|%3D))"""
        r"""(?:(?!%26|%23)[^&;#\s"'<>\\])+""",
        # Cookies, however they are named: of sessions, forms and share links.
        r"""(\b(?:(?:__Host-)?(?:sessionid|csrftoken)|(?:share|guest)-[0-9a-f]{32})["']?[=:]\s*)"""
        r"""["']?[^\s"';,]+""",
        r"""(\bBearer\s+|\bAuthorization["']?[:=]\s*["']?\w+\s+)[A-Za-z0-9._~+/=-]+""",
        r"""(\bcxm_(?:pat|svc|wk)_)[0-9A-Za-z]+""",
        r"""(://[^/\s:@]*:)[^/\s@]+(?=@)""",  # of DATABASE_URL and REDIS_URL
    )
]


def mask_secrets(text: str) -> str:
    """Return a text without the secrets that addresses, headers and cookies carry."""
    for pattern in SECRET_PATTERNS:
        text = pattern.sub(rf"\1{MASK}", text)
    return text


def mask_event(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Mask every text of a log line: a structlog processor."""
    for name, value in event.items():
        event[name] = _mask_value(value)
    return event


class MaskedLogRecord(logging.LogRecord):
    """A log record without secrets, for every handler: message, arguments, and both together."""

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
            return {name: _mask_value(one) for name, one in value.items()}
        case _:
            return value
