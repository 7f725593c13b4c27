"""Read request bodies as strict JSON: accept only what all JSON parsers read the same way."""

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
MAX_TEXT_BYTES = 64 * 1024  # per string
MAX_SAFE_INTEGER = 2**53 - 1  # larger numbers lose precision in other languages
UNSTORABLE_CHARACTERS = re.compile("[\x00\ud800-\udfff]")
JSON_MEDIA_TYPES = frozenset({"application/json", "application/merge-patch+json"})


def read_body(request: HttpRequest, limit: int = MIB, note: str = "") -> bytes:
    """Return the raw body of a request.

    Raise TooLarge if the body is longer than `limit` bytes, without reading much beyond the limit.
    `note` ends the detail of this error and says what to do. Raise UnsupportedMediaType for a
    compressed body.
    """
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        raise UnsupportedMediaType(
            f"The content encoding “{encoding}” isn’t supported. Send the body uncompressed.",
            code="unsupported-content-encoding",
        )
    sent = request.headers.get("Content-Length") or "0"
    length = parse_integer(sent.lstrip("0") or "0", maximum=limit)
    if length is None:
        raise _too_large_error(limit, note)
    stream: Any = request
    if request.META.get("wsgi.input_terminated") and not length:
        stream = request.META["wsgi.input"]  # chunked: Django would read an empty body
    body = stream.read(limit + 1)
    if len(body) > limit:
        raise _too_large_error(limit, note)
    return bytes(body)


def require_media_type(request: HttpRequest, allowed: frozenset[str] = JSON_MEDIA_TYPES) -> None:
    """Raise UnsupportedMediaType unless the body is UTF-8 and of one of the allowed media types."""
    media, charset = request.content_type, request.content_params.get("charset", "utf-8")
    if media not in allowed:
        raise UnsupportedMediaType(
            f"The content type “{media or 'none'}” isn’t supported here. "
            f"Send {' or '.join(sorted(allowed))}."
        )
    if charset.lower().replace("_", "-") not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType(f"The charset “{charset}” isn’t supported. Send UTF-8.")


def read_json(raw: bytes, nodes: int = MAX_NODES, text_bytes: int = MAX_TEXT_BYTES) -> Any:
    """Parse a JSON text.

    Raise InvalidRequest for malformed JSON and for JSON that parsers interpret differently, such as
    duplicate keys. Raise TooLarge if it has more than `nodes` values, or a string longer than
    `text_bytes`.
    """
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
        raise _malformed_error(
            f"The body isn’t valid UTF-8 (byte {error.start}). Encode it as UTF-8."
        ) from None
    except json.JSONDecodeError as error:
        raise _malformed_error(
            f"The body isn’t valid JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        ) from None
    except RecursionError:
        raise _too_deep_error() from None
    _check_size(value, nodes, text_bytes)
    return value


def _check_size(value: Any, nodes: int, text_bytes: int) -> None:
    waiting, count = [(value, 1)], 0
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if count > nodes:
            raise TooLarge(f"The body has more than {nodes:,} values. Send it in parts.")
        if isinstance(node, str):
            check_text(node, text_bytes)
        elif isinstance(node, dict | list):
            if depth > MAX_DEPTH:
                raise _too_deep_error()
            if isinstance(node, dict):
                for key in node:
                    check_text(key)
            children = node.values() if isinstance(node, dict) else node
            waiting.extend((child, depth + 1) for child in children)


def check_text(text: str, limit: int = MAX_TEXT_BYTES) -> None:
    if UNSTORABLE_CHARACTERS.search(text):
        raise _malformed_error(
            "A string contains a NUL or a lone surrogate (half of a character). Remove it."
        )
    if len(text) > limit or len(text.encode()) > limit:
        raise TooLarge(f"A string is longer than {limit:,} bytes. Shorten it.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        keys = [key for key, _ in pairs]
        duplicate = next(key for key in keys if keys.count(key) > 1)
        raise _malformed_error(
            f"The key {json.dumps(duplicate[:60])} appears twice in one object. Send it once."
        )
    return result


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MAX_SAFE_INTEGER:
        raise _malformed_error(
            f"An integer is beyond ±{MAX_SAFE_INTEGER}, where parsers lose precision. "
            "Send a smaller one."
        )
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _malformed_error("A number is too large. Send a smaller one.")
    return value


def _reject_constant(name: str) -> NoReturn:
    raise _malformed_error(f"{name} isn’t valid JSON. Send a finite number or null.")


def _malformed_error(detail: str) -> InvalidRequest:
    return InvalidRequest(detail, code="malformed-json")


def _too_deep_error() -> InvalidRequest:
    return _malformed_error(f"The JSON is nested more than {MAX_DEPTH} levels deep. Flatten it.")


def _too_large_error(limit: int, note: str) -> TooLarge:
    return TooLarge(f"The body is larger than {limit:,} bytes. {note or 'Send a smaller one.'}")
