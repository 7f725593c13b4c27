"""The secrets of endpoints: generate and encrypt them, and sign events as in Standard Webhooks 1.0."""

import hmac
from base64 import b64decode, b64encode, urlsafe_b64encode
from hashlib import sha256
from secrets import token_bytes

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

PREFIX = "whsec_"
SECRET_BYTES = 32


def generate_secret() -> str:
    return PREFIX + b64encode(token_bytes(SECRET_BYTES)).decode()


def encrypt(secret: str) -> str:
    return _cipher().encrypt(secret.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Return the secret in plain text.

    Raise InvalidToken if it was encrypted with a key that is neither SECRET_KEY nor one of its fallbacks.
    """
    return _cipher().decrypt(encrypted).decode()


def sign(secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """Return a signature of the event: `v1,` and the HMAC-SHA256 of id, timestamp and body."""
    key = b64decode(secret.removeprefix(PREFIX))
    message = f"{event_id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.digest(key, message, "sha256")).decode()


def _cipher() -> MultiFernet:
    """Return the cipher that encrypts with SECRET_KEY and also decrypts with its fallbacks."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    derived = [hmac.digest(force_bytes(key), b"cxmap.webhooks.secrets", sha256) for key in keys]
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in derived])
