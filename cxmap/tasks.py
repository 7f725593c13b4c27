"""E-mail for signing in. A worker sends it, so that response times don't reveal who has a login."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from workspaces.models import User


@shared_task(
    name="cxmap.tasks.mail_password_reset",
    autoretry_for=(OSError,),  # includes the mail server's refusals
    retry_backoff=10,  # seconds, doubled each time: ten minutes in total
    max_retries=6,
)
def mail_password_reset(user_ids: list[str]) -> None:
    """Send each user a link to reset the password. Users that are disabled are skipped.

    The task creates the links itself, so they are never in the queue.
    """
    for user in User.objects.filter(pk__in=user_ids, is_active=True):
        uid, key = user_pk_to_url_str(user), default_token_generator.make_token(user)
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
        context: dict[str, Any] = {
            "user": user,
            "password_reset_url": settings.PUBLIC_URL + path,
        }
        with user.override_language():
            subject = render_to_string("account/email/password_reset_key_subject.txt", context)
            body = render_to_string("account/email/password_reset_key_message.txt", context)
        EmailMessage(
            subject=" ".join(subject.split()),
            body=body,
            to=[user.email],
            headers={"Auto-Submitted": "auto-generated"},
        ).send()
