"""Idempotency of forms: the form's id determines the gesture, so a double submit writes once."""

from hashlib import sha256
from urllib.parse import urlencode
from uuid import UUID, uuid5

from django.http import HttpRequest

from core.actors import Actor
from core.ids import derive_uuid7, parse_uuid, uuid7

FORM_ID_FIELD = "gesture"  # the hidden field that the tag `idempotency_input` renders


def find_form_id(request: HttpRequest) -> UUID | None:
    """Return the id of the submitted form, or None if it is missing or invalid."""
    try:
        return parse_uuid(request.POST.get(FORM_ID_FIELD))
    except ValueError:
        return None


def with_form_idempotency(request: HttpRequest, actor: Actor) -> Actor:
    """Return the actor with this form's gesture, so that a double submit has no second effect.

    The gesture is derived from the form's id, the actor and the submitted values. The same form
    with other values (for example, after going back) is another gesture. A form without an id gets
    a new gesture each time.
    """
    sent = [(k, v) for k, vs in request.POST.lists() if k != "csrfmiddlewaretoken" for v in vs]
    for name, files in request.FILES.lists():
        for file in files:
            sent.append((name, sha256(file.read()).hexdigest()))
            file.seek(0)
    submission = f"{actor.id} {request.path}?{urlencode(sorted(sent))}"
    fingerprint = sha256(submission.encode()).hexdigest()
    form_id = find_form_id(request) or uuid7()
    return actor.with_idempotency(derive_uuid7(form_id, uuid5(form_id, fingerprint)), fingerprint)
