"""Digests for the secrets of tokens, invitations and share links."""

from datetime import timedelta
from hashlib import sha256

LAST_USED_RESOLUTION = timedelta(minutes=1)  # of `last_used_at`, to save writes


def secret_digest(secret: str) -> str:
    """Return the SHA-256 digest to store. The secrets are random, so they need no salt."""
    return sha256(secret.encode()).hexdigest()
