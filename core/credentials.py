"""What tokens, invitations and share links have in common: a secret that is stored as a digest."""

from datetime import timedelta
from hashlib import sha256

LAST_USED_RESOLUTION = timedelta(minutes=1)  # of `last_used_at`, to save writes


def secret_digest(secret: str) -> str:
    """Return the digest to store. Secrets are random enough for a hash without salt."""
    return sha256(secret.encode()).hexdigest()
