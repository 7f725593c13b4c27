"""Read a request's body as JSON that can be read in one way only."""

import json
import math
import re
from typing import Any, NoReturn

from django.http import HttpRequest

from core.errors import InvalidRequest, TooLarge, UnsupportedMediaType
from core.integers import parse_integer

MIB = 1024 * 1024
MAX_DEPTH = 32
MAX_NODES = 20_000
MAX_TEXT_BYTES = 64 * 1024  # bytes of one text
MAX_SAFE_INTEGER = 2**53 - 1  # beyond this, other languages read another number
UNSTORABLE_CHARACTERS = re.compile("[\x00\ud800-\udfff]")
JSON_MEDIA_TYPES = frozenset({"application/json", "application/merge-patch+json"})


def read_body(request: HttpRequest, limit: int = MIB, note: str = "") -> bytes:
    """Return the raw body, chunked or not; TooLarge beyond the limit, before it is all read.

    `note` says what else the refusal tells.
    """
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        raise UnsupportedMediaType(
            f"Send the body as it is, not “{encoding}”.", code="unsupported-content-encoding"
        )
    sent = request.headers.get("Content-Length") or "0"
    length = parse_integer(sent.lstrip("0") or "0", maximum=limit)
    if length is None:
        raise _too_large_error(limit, note)
    stream: Any = request
    if request.META.get("wsgi.input_terminated") and not length:
        stream = request.META["wsgi.input"]  # chunked: Django would read nothing
    body = stream.read(limit + 1)
    if len(body) > limit:
        raise _too_large_error(limit, note)
    return bytes(body)


def require_media_type(request: HttpRequest, allowed: frozenset[str] = JSON_MEDIA_TYPES) -> None:
    """Raise Unsupported for another media type or charset than UTF-8 JSON."""
    media, charset = request.content_type, request.content_params.get("charset", "utf-8")
    if media not in allowed:
        raise UnsupportedMediaType(
            f"Send {' or '.join(sorted(allowed))}, not “{media or 'nothing'}”."
        )
    if charset.lower().replace("_", "-") not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType(f"Send UTF-8, not “{charset}”.")


def read_json(raw: bytes, nodes: int = MAX_NODES) -> Any:
    """Return the value of a JSON text; Invalid for what parsers read in different ways."""
    if not raw:
        raise _malformed_error("The body is empty. Send JSON.")
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_reject_constant,
            parse_int=_integer,
            parse_float=_float,
        )
    except UnicodeDecodeError as error:
        raise _malformed_error(f"The body is not UTF-8 (byte {error.start}).") from None
    except json.JSONDecodeError as error:
        raise _malformed_error(
            f"This is not JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        ) from None
    except RecursionError:
        raise _too_deep_error() from None
    _check_size(value, nodes)
    return value


def _check_size(value: Any, nodes: int) -> None:
    waiting, count = [(value, 1)], 0
    while waiting:
        one, depth = waiting.pop()
        count += 1
        if count > nodes:
            raise TooLarge(f"There are more than {nodes:,} values in this. Send it in parts.")
        if isinstance(one, str):
            check_text(one)
        elif isinstance(one, dict | list):
            if depth > MAX_DEPTH:
                raise _too_deep_error()
            if isinstance(one, dict):
                for key in one:
                    check_text(key)
            children = one.values() if isinstance(one, dict) else one
            waiting.extend((child, depth + 1) for child in children)


def check_text(text: str) -> None:
    if UNSTORABLE_CHARACTERS.search(text):
        raise _malformed_error("A text has a NUL or half of a character (a lone surrogate) in it.")
    if len(text) > MAX_TEXT_BYTES or len(text.encode()) > MAX_TEXT_BYTES:
        raise TooLarge(f"A text is longer than {MAX_TEXT_BYTES:,} bytes.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _malformed_error(f"The key {json.dumps(twice[:60])} stands twice in one object.")
    return found


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MAX_SAFE_INTEGER:
        raise _malformed_error(
            f"A whole number is beyond ±{MAX_SAFE_INTEGER} and would be read differently."
        )
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _malformed_error("A number is too large.")
    return value


def _reject_constant(name: str) -> NoReturn:
    raise _malformed_error(f"{name} is not JSON.")


def _malformed_error(detail: str) -> InvalidRequest:
    return InvalidRequest(detail, code="malformed-json")


def _too_deep_error() -> InvalidRequest:
    return _malformed_error(f"Objects and lists stand more than {MAX_DEPTH} deep in each other.")


def _too_large_error(limit: int, note: str) -> TooLarge:
    return TooLarge(f"The body may have at most {limit:,} bytes. {note}".strip())
