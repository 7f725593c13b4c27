"""Services for share links: create, revoke and open them, and check their passwords."""

from datetime import datetime, timedelta
from secrets import token_urlsafe
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from changes.models import Stream
from core.actors import DRAW, Actor
from core.credentials import LAST_USED_RESOLUTION, secret_digest
from core.errors import AppError, Conflict, Forbidden, InvalidRequest, NotFound
from core.ids import uuid7
from core.rate_limits import RateLimit
from core.tenancy import ensure_tenant_scope
from journeys.models import Journey
from sharing.models import ShareLink
from workspaces.services import MAX_TOKEN_DAYS, access_transaction, log_access_event

MAX_LINKS = 50
MIN_PASSWORD_LENGTH = 8
MAX_PASSWORD_LENGTH = 128
PASSWORD_LIMIT = RateLimit("share-password", 10, 300)  # passwords tried per link


def share_create(
    *,
    journey: Journey,
    actor: Actor,
    expires_at: datetime,
    can: str = ShareLink.Can.VIEW,
    version: int | None = None,
    password: str = "",
    embed: bool = False,
) -> tuple[ShareLink, str]:
    """Create a share link. Return it with its secret, which can't be retrieved later.

    Requires `draw`. Raises InvalidRequest for an invalid value, and Conflict if the journey already
    has 50 active links or the gesture has already created a link. Logs `share.create`.
    """
    actor.require(DRAW)
    if can not in ShareLink.Can.values:
        raise InvalidRequest.at(
            "/can",
            "choice",
            gettext("Use one of {choices}.").format(choices=", ".join(ShareLink.Can.values)),
        )
    now = timezone.now()
    if not now < expires_at <= now + timedelta(days=MAX_TOKEN_DAYS):
        raise InvalidRequest.at(
            "/expires_at",
            "range",
            gettext("Choose a time within the next {n} days.").format(n=MAX_TOKEN_DAYS),
        )
    _check_version(journey, version)
    if password and not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        raise InvalidRequest.at(
            "/password",
            "length",
            gettext("Use {minimum} to {maximum} characters, or no password.").format(
                minimum=MIN_PASSWORD_LENGTH, maximum=MAX_PASSWORD_LENGTH
            ),
        )
    secret = token_urlsafe(32)
    link = ShareLink(
        id=actor.gesture or uuid7(),
        workspace_id=journey.workspace_id,
        journey=journey.pk,
        digest=secret_digest(secret),
        can=can,
        version=version,
        password=make_password(password) if password else "",
        embed=embed,
        made_by_id=actor.member_id,
        expires_at=expires_at,
    )
    with access_transaction(link.workspace_id, actor):
        if ShareLink.objects.filter(id=link.id).exists():
            raise Conflict(
                gettext(
                    "This link was already created. Its URL can’t be shown again. Create another link."
                )
            )
        if live_links(journey.pk).count() >= MAX_LINKS:
            raise Conflict(
                gettext("This journey has {n} active links. Revoke one first.").format(n=MAX_LINKS),
                code="full",
            )
        link.save(force_insert=True)
        log_access_event(
            link.workspace_id,
            actor,
            "share.create",
            link.id,
            journey=str(journey.pk),
            can=can,
            version=version,
            embed=embed,
        )
    return link, secret


def share_revoke(*, link: ShareLink, actor: Actor) -> None:
    """Revoke a link with immediate effect. Requires `draw`. Idempotent. Logs `share.revoke`."""
    actor.require(DRAW)
    with access_transaction(link.workspace_id, actor):
        live = ShareLink.objects.filter(id=link.id, revoked_at=None)
        if live.update(revoked_at=timezone.now()):
            log_access_event(
                link.workspace_id, actor, "share.revoke", link.id, journey=str(link.journey)
            )


def live_links(journey_id: UUID) -> QuerySet[ShareLink]:
    return ShareLink.objects.filter(
        journey=journey_id, revoked_at=None, expires_at__gt=timezone.now()
    )


def _check_version(journey: Journey, version: int | None) -> None:
    with ensure_tenant_scope([journey.workspace_id]):
        (last,) = Stream.objects.filter(pk=journey.pk).values_list("version", flat=True)
    if version is not None and not 1 <= version <= last:
        raise InvalidRequest.at(
            "/version",
            "range",
            gettext("Use a version from 1 to {last}, or none for the current state.").format(
                last=last
            ),
        )


# Access through a link


def get_live_share(secret: str) -> ShareLink:
    """Return the active link with this secret.

    Raises the same NotFound whether the link is unknown, expired or revoked.
    """
    link = ShareLink.objects.filter(
        digest=secret_digest(secret), revoked_at=None, expires_at__gt=timezone.now()
    ).first()
    if link is None:
        raise NotFound(gettext("This link doesn’t exist or no longer works. Ask for a new one."))
    return link


def touch_last_used(link: ShareLink) -> None:
    """Store the time at which the link was used, unless it was used less than LAST_USED_RESOLUTION before."""
    now = timezone.now()
    unseen = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USED_RESOLUTION)
    ShareLink.objects.filter(unseen, id=link.id).update(last_used_at=now)


def check_share_password(link: ShareLink, password: str) -> None:
    """Raise Forbidden unless this is the link's password.

    After ten wrong passwords in five minutes, raise an AppError with status 429 for any password.
    """
    # Count before comparing, so that concurrent guesses are limited too.
    usage = PASSWORD_LIMIT.count_attempt(str(link.id))
    if usage.is_exceeded:
        raise AppError(
            gettext("Too many wrong passwords. Try again in five minutes."),
            code="too-many-tries",
            status=429,
            headers=usage.refusal_headers,
        )
    if not check_password(password[:MAX_PASSWORD_LENGTH], link.password):
        raise Forbidden(
            gettext("This password is wrong. Check it and try again."), code="wrong-password"
        )
    PASSWORD_LIMIT.reset(str(link.id))
