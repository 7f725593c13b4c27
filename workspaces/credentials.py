"""The secrets of API tokens: how they are made, told from other text, and looked up."""

import re
import secrets
import zlib
from datetime import timedelta
from hashlib import sha256

from django.db.models import Q
from django.utils import timezone

from core.errors import Unauthenticated
from workspaces.models import Token

BASE62_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Published, so that secret scanners find what leaked.
TOKEN_PATTERN = re.compile(r"cxm_(?:pat|svc|wk)_[0-9A-Za-z]{36}")
LAST_USED_RESOLUTION = timedelta(minutes=1)  # how exact `last_used_at` is


def generate_token(kind: str) -> str:
    """Return a new secret: 30 random digits (178 bits) and 6 that check them."""
    body = f"cxm_{kind}_" + "".join(secrets.choice(BASE62_DIGITS) for _ in range(30))
    return body + checksum(body)


def checksum(body: str) -> str:
    value, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        value, digit = divmod(value, 62)
        digits = BASE62_DIGITS[digit] + digits
    return digits


def token_digest(secret: str) -> str:
    """Return what is stored of a secret. It is random enough for a plain hash."""
    return sha256(secret.encode()).hexdigest()


def authenticate_token(secret: str) -> Token:
    """Return the token of a secret; Unauthenticated unless it is good at this moment."""
    if not TOKEN_PATTERN.fullmatch(secret) or checksum(secret[:-6]) != secret[-6:]:
        raise Unauthenticated("This is not a token of cxmap.", code="invalid-token")
    token = Token.objects.filter(digest=token_digest(secret)).select_related("member__user").first()
    now = timezone.now()
    if token is None:
        raise Unauthenticated("This token is not known.", code="invalid-token")
    if token.revoked_at:
        raise Unauthenticated("This token was revoked.", code="token-revoked")
    if token.expires_at <= now:
        raise Unauthenticated("This token has expired. Make a new one.", code="token-expired")
    if token.member and (token.member.left_at or not token.member.user.is_active):
        raise Unauthenticated("The member of this token has left.", code="token-revoked")
    unseen = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USED_RESOLUTION)
    if token.last_used_at is None or token.last_used_at < now - LAST_USED_RESOLUTION:
        Token.objects.filter(unseen, id=token.id).update(last_used_at=now)
    return token
