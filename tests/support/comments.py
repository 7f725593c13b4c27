"""Comments as members write them, and the e-mails about them."""

from typing import Any
from uuid import UUID

from django.core import mail

from changes.followers import run_followers
from comments.models import Comment
from comments.queries import threads_awaiting
from comments.services import comment_create, comment_reply
from core.tenancy import tenant_scope
from notifications.emails import send_due_emails
from tests.support.factories import SampleWorld


def say(world: SampleWorld, who: str = "bob", about: str = "Buy", **more: Any) -> Comment:
    place = world.acme
    said: dict[str, Any] = {
        "subject_type": "stage",
        "subject_id": place.stages[about],
        "body": "Is this so?",
        "mentions": [],
    } | more
    return comment_create(journey_id=place.journey, actor=getattr(world, who).actor, **said)


def reply(world: SampleWorld, thread: Comment, who: str = "alice", **more: Any) -> Comment:
    said: dict[str, Any] = {"body": "It is.", "mentions": []} | more
    return comment_reply(thread=thread, actor=getattr(world, who).actor, **said)


def waits_for(world: SampleWorld, who: str) -> list[UUID]:
    with tenant_scope([world.acme.id]):
        return list(threads_awaiting(getattr(world, who).actor).values_list("pk", flat=True))


def deliver(world: SampleWorld) -> list[Any]:
    """Run the follower and the sender, as Celery does. Return the messages that were sent."""
    mail.outbox.clear()
    run_followers(world.acme.id)
    send_due_emails(world.acme.id)
    return sorted(mail.outbox, key=lambda one: one.to)
