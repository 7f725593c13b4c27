"""Generate, recognize and authenticate the secrets of API tokens."""

import re
import secrets
import zlib

from django.db.models import Q
from django.utils import timezone

from core.credentials import LAST_USED_RESOLUTION, secret_digest
from core.errors import Unauthenticated
from workspaces.models import Token

BASE62_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Documented, so that secret scanners can find leaked tokens.
TOKEN_PATTERN = re.compile(r"cxm_(?:pat|svc|wk)_[0-9A-Za-z]{36}")


def generate_token(kind: str) -> str:
    """Return a new secret: `cxm_<kind>_`, 30 random base-62 characters (178 bits), and a checksum.

    The checksum of all that precedes it has 6 base-62 characters.
    """
    body = f"cxm_{kind}_" + "".join(secrets.choice(BASE62_DIGITS) for _ in range(30))
    return body + checksum(body)


def checksum(body: str) -> str:
    value, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        value, digit = divmod(value, 62)
        digits = BASE62_DIGITS[digit] + digits
    return digits


def authenticate_token(secret: str) -> Token:
    """Return the token with this secret, and record its use.

    Raise Unauthenticated unless the token is currently valid.
    """
    if not TOKEN_PATTERN.fullmatch(secret) or checksum(secret[:-6]) != secret[-6:]:
        raise Unauthenticated(
            "This isn’t a cxmap token. Check that you copied all of it.", code="invalid-token"
        )
    token = (
        Token.objects.filter(digest=secret_digest(secret)).select_related("member__user").first()
    )
    now = timezone.now()
    if token is None:
        raise Unauthenticated("This token doesn’t exist. Create a new one.", code="invalid-token")
    if token.revoked_at:
        raise Unauthenticated("This token was revoked. Create a new one.", code="token-revoked")
    if token.expires_at <= now:
        raise Unauthenticated("This token has expired. Create a new one.", code="token-expired")
    if token.member and (token.member.left_at or not token.member.user.is_active):
        raise Unauthenticated(
            "This token’s member has left. Use a token of a current member.", code="token-revoked"
        )
    unseen = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USED_RESOLUTION)
    if token.last_used_at is None or token.last_used_at < now - LAST_USED_RESOLUTION:
        Token.objects.filter(unseen, id=token.id).update(last_used_at=now)
    return token
