"""Read the Idempotency-Key header, from which the gesture id is derived."""

import re

from django.http import HttpRequest

from core.errors import InvalidRequest

KEY_PATTERN = re.compile(r"[A-Za-z0-9_\-:.]{8,128}")


def read_key(request: HttpRequest) -> str | None:
    """Return the Idempotency-Key without its optional quotes, or None if it wasn't sent.

    Raise InvalidRequest if it is malformed.
    """
    sent = request.headers.get("Idempotency-Key")
    if sent is None:
        return None
    key = sent[1:-1] if len(sent) > 1 and sent[0] == sent[-1] == '"' else sent
    if not KEY_PATTERN.fullmatch(key):
        raise InvalidRequest(
            "This Idempotency-Key isn’t valid. Use 8 to 128 characters of A-Z a-z 0-9 _ - : .",
            code="idempotency-key-invalid",
        )
    return key
