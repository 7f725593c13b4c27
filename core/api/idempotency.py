"""Read the Idempotency-Key, which becomes the id of the gesture."""

import re

from django.http import HttpRequest

from core.errors import InvalidRequest

KEY_PATTERN = re.compile(r"[A-Za-z0-9_\-:.]{8,128}")


def read_key(request: HttpRequest) -> str | None:
    """Return the key, sent quoted or bare; None without one."""
    sent = request.headers.get("Idempotency-Key")
    if sent is None:
        return None
    key = sent[1:-1] if len(sent) > 1 and sent[0] == sent[-1] == '"' else sent
    if not KEY_PATTERN.fullmatch(key):
        raise InvalidRequest(
            "An Idempotency-Key has 8 to 128 of A-Z a-z 0-9 _ - : .",
            code="idempotency-key-invalid",
        )
    return key
