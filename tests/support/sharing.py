"""Share links, and guests who use them."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from journeys.models import Journey
from sharing.models import ShareLink
from sharing.services import share_create
from tests.support.factories import SampleWorkspace, SampleWorld
from tests.support.html_client import FormParser


def soon(days: int = 30) -> Any:
    return timezone.now() + timedelta(days=days)


def journey(place: SampleWorkspace) -> Journey:
    return place.read(Journey, place.journey)


def shared(world: SampleWorld, **said: Any) -> tuple[ShareLink, str]:
    """Return a link that alice created, and its URL."""
    said = {"expires_at": soon()} | said
    link, secret = share_create(journey=journey(world.acme), actor=world.alice.actor, **said)
    return link, f"/s/{secret}/"


def form(client: Client, url: str, at: Any) -> dict[str, Any]:
    """Return the comment form that a guest gets for one record or thread."""
    (found,) = FormParser(client.get(url, {"at": str(at)}).content.decode()).found
    return found


def speak(url: str, at: Any, client: Client | None = None, **typed: Any) -> Any:
    """Open the form for one record or thread as a guest, fill it in and send it."""
    client = client or Client(enforce_csrf_checks=True)
    one = form(client, url, at)
    said = {"guest_name": "Gus", "body": "Is this so?"} | typed
    return client.post(one["action"], one["fields"] | said)
