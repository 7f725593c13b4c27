"""Read a request's body as JSON that can be read in one way only."""

import json
import math
import re
from typing import Any, NoReturn

from django.http import HttpRequest

from workspaces.errors import Invalid, TooLarge, Unsupported
from workspaces.integers import parse_integer

MIB = 1024 * 1024
DEPTH = 32
NODES = 20_000
LONGEST = 64 * 1024  # bytes of one text
BIGGEST = 2**53 - 1  # beyond this, other languages read another number
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
MEDIA = frozenset({"application/json", "application/merge-patch+json"})


def read_body(request: HttpRequest, limit: int = MIB, note: str = "") -> bytes:
    """Return the raw body, chunked or not; TooLarge beyond the limit, before it is all read.

    `note` says what else the refusal tells.
    """
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        raise Unsupported(
            f"Send the body as it is, not “{encoding}”.", code="unsupported-content-encoding"
        )
    sent = request.headers.get("Content-Length") or "0"
    length = parse_integer(sent.lstrip("0") or "0", maximum=limit)
    if length is None:
        raise _too_large(limit, note)
    stream: Any = request
    if request.META.get("wsgi.input_terminated") and not length:
        stream = request.META["wsgi.input"]  # chunked: Django would read nothing
    body = stream.read(limit + 1)
    if len(body) > limit:
        raise _too_large(limit, note)
    return bytes(body)


def check_media(request: HttpRequest, allowed: frozenset[str] = MEDIA) -> None:
    """Raise Unsupported for another media type or charset than UTF-8 JSON."""
    media, charset = request.content_type, request.content_params.get("charset", "utf-8")
    if media not in allowed:
        raise Unsupported(f"Send {' or '.join(sorted(allowed))}, not “{media or 'nothing'}”.")
    if charset.lower().replace("_", "-") not in {"utf-8", "utf8"}:
        raise Unsupported(f"Send UTF-8, not “{charset}”.")


def read_json(raw: bytes, nodes: int = NODES) -> Any:
    """Return the value of a JSON text; Invalid for what parsers read in different ways."""
    if not raw:
        raise _malformed("The body is empty. Send JSON.")
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_int=_integer,
            parse_float=_float,
        )
    except UnicodeDecodeError as error:
        raise _malformed(f"The body is not UTF-8 (byte {error.start}).") from None
    except json.JSONDecodeError as error:
        raise _malformed(
            f"This is not JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        ) from None
    except RecursionError:
        raise _too_deep() from None
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
            if depth > DEPTH:
                raise _too_deep()
            if isinstance(one, dict):
                for key in one:
                    check_text(key)
            children = one.values() if isinstance(one, dict) else one
            waiting.extend((child, depth + 1) for child in children)


def check_text(text: str) -> None:
    if UNSTORABLE.search(text):
        raise _malformed("A text has a NUL or half of a character (a lone surrogate) in it.")
    if len(text) > LONGEST or len(text.encode()) > LONGEST:
        raise TooLarge(f"A text is longer than {LONGEST:,} bytes.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _malformed(f"The key {json.dumps(twice[:60])} stands twice in one object.")
    return found


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > BIGGEST:
        raise _malformed(f"A whole number is beyond ±{BIGGEST} and would be read differently.")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _malformed("A number is too large.")
    return value


def _no_constant(name: str) -> NoReturn:
    raise _malformed(f"{name} is not JSON.")


def _malformed(detail: str) -> Invalid:
    return Invalid(detail, code="malformed-json")


def _too_deep() -> Invalid:
    return _malformed(f"Objects and lists stand more than {DEPTH} deep in each other.")


def _too_large(limit: int, note: str) -> TooLarge:
    return TooLarge(f"The body may have at most {limit:,} bytes. {note}".strip())
