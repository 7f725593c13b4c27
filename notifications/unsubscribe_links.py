"""Signed links in e-mail that turn off topics without signing in."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext

from core.errors import NotFound
from core.notices import Topic
from workspaces.models import Member

SALT = "cxmap.unsubscribe"


def unsubscribe_url(member: Member, topics: Iterable[Topic]) -> str:
    """Return a link that turns off e-mail about these topics. The link doesn't expire."""
    return settings.PUBLIC_URL + reverse("unsubscribe", args=[unsubscribe_secret(member, topics)])


def unsubscribe_secret(member: Member, topics: Iterable[Topic]) -> str:
    return signing.dumps([str(member.pk), sorted(topics)], salt=SALT)


def read_unsubscribe_secret(secret: str) -> tuple[Member, list[Topic]]:
    """Return the member and topics of a link. Topics that no longer exist are left out.

    Raise NotFound if the signature is wrong or the member doesn't exist.
    """
    try:
        member_id, topics = signing.loads(secret, salt=SALT)
    except signing.BadSignature:
        raise NotFound(
            gettext("This link is incomplete. Copy the whole link from the e-mail.")
        ) from None
    member = Member.objects.filter(pk=UUID(member_id)).select_related("workspace", "user").first()
    if member is None:
        raise NotFound
    return member, [Topic(topic) for topic in topics if topic in Topic.values]
