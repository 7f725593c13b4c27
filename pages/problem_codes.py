"""What each code of a refusal means and what to do: the page that a problem's `type` leads to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from changes.models import record_types


@dataclass(frozen=True)
class Problem:
    """A code as a program's author reads it. `retry`: may the same request be sent again?"""

    status: int
    meaning: str
    remedy: str
    retry: str = "No"


AFTER_REMEDY = "Yes, once that is done"
READ_AGAIN = "Read it again and decide anew"
PROBLEMS: Mapping[str, Problem] = {
    "validation-failed": Problem(
        400,
        "A value is not valid.",
        "See `errors`: each points at one value and says what it may be.",
    ),
    "malformed-json": Problem(
        400,
        "The body is no JSON, or JSON that programs read in different ways: a key twice, NaN, a"
        " number too large.",
        "Send strict JSON in UTF-8.",
    ),
    "unknown-field": Problem(
        400,
        "A field or a query parameter means nothing here, or stands twice.",
        "Leave it out; `errors` names those that are known.",
    ),
    "invalid-cursor": Problem(
        400, "The cursor is damaged or of another list.", "Begin again without it."
    ),
    "idempotency-key-invalid": Problem(
        400, "The Idempotency-Key has another form.", "Use 8 to 128 of A-Z a-z 0-9 _ - : ."
    ),
    "bad-request": Problem(
        400, "The request could not be read.", "Compare it with the description of the API."
    ),
    "token-in-url": Problem(
        400,
        "A token stood in the address, where logs keep it.",
        "Revoke that token, make another, and send it in the Authorization header.",
    ),
    "two-credentials": Problem(
        400,
        "There was a token and also the cookie of somebody signed in.",
        "Send one of them. In a browser: sign out to use the token.",
    ),
    "unauthenticated": Problem(
        401, "Nobody is signed in, and there was no token.", "Send “Authorization: Bearer cxm_…”."
    ),
    "invalid-token": Problem(
        401, "This is no token of this server.", "Look whether all of it was sent."
    ),
    "token-revoked": Problem(
        401, "The token was revoked, or its member has left.", "Make another on the page Tokens."
    ),
    "token-expired": Problem(
        401, "The token is past its last day.", "Make another on the page Tokens."
    ),
    "insufficient-role": Problem(
        403,
        "Your role, or what you answer for, does not allow this.",
        "Ask an admin of the workspace, or somebody who may.",
    ),
    "insufficient-scope": Problem(
        403, "The token lacks a scope, which the detail names.", "Make a token that has it."
    ),
    "session-required": Problem(
        403, "This is for somebody signed in, not for a token.", "Do it on the page Tokens."
    ),
    "csrf-failed": Problem(
        403,
        "A session that writes must prove that the request comes from our pages.",
        "Send the token of the cookie that this answer sets; a program uses a Bearer token.",
        AFTER_REMEDY,
    ),
    "other-user": Problem(
        403,
        "`X-Expected-User` names another user than the one who is signed in.",
        "Sign in as the user named there, or leave the header out.",
        AFTER_REMEDY,
    ),
    "https-required": Problem(
        403,
        "The request came without https, so what was in it may have been read.",
        "Use https, and revoke the token that was sent.",
    ),
    "locked": Problem(
        403,
        "A stage or a lane is locked against accidents; the detail names it.",
        "Unlock it, if it is to be changed.",
        AFTER_REMEDY,
    ),
    "other-email": Problem(
        403, "The invitation is for another e-mail address.", "Sign in with that address."
    ),
    "not-found": Problem(
        404,
        "There is nothing here that you can see: it is absent, or in another workspace.",
        "Look at the id, and at whose token it is.",
    ),
    "method-not-allowed": Problem(
        405, "This address does not take this method.", "Use one that `Allow` names."
    ),
    "not-acceptable": Problem(406, "Only JSON is served.", "Accept application/json."),
    "conflict": Problem(409, "The present state forbids this.", READ_AGAIN + "."),
    "gone": Problem(409, "What this is about was removed in the meantime.", READ_AGAIN + "."),
    "id-taken": Problem(409, "This id is in use.", "Make a new UUID."),
    "not-undoable": Problem(
        409,
        "The gesture cannot be taken back; the detail says why.",
        "Make the change you want instead.",
    ),
    "protected": Problem(
        409,
        "Others still use what was to be removed.",
        "Change or remove these first.",
        AFTER_REMEDY,
    ),
    "built-on": Problem(
        409,
        "Somebody has built on what was to be taken back.",
        "Remove that first.",
        AFTER_REMEDY,
    ),
    "cycle": Problem(
        409,
        "A journey would open inside itself, perhaps by way of others.",
        "Let the step open another journey, or none.",
    ),
    "journey-full": Problem(
        409,
        "The journey holds as many records of one type as it may: 10,000.",
        "Remove some, or divide it into several journeys.",
        AFTER_REMEDY,
    ),
    "directory-full": Problem(
        409,
        "The workspace holds as many records of one type as it may: 10,000, or 100,000 persons.",
        "Remove some that are no longer needed.",
        AFTER_REMEDY,
    ),
    "already-future": Problem(
        409,
        "The journey is as it should be already: it has no other future.",
        "Duplicate it, or draw the future of the one as it is.",
    ),
    "has-a-future": Problem(
        409,
        "Another journey says how this one should be, so this one is as it is.",
        "Unpair the two first.",
        AFTER_REMEDY,
    ),
    "not-restorable": Problem(
        409,
        "Something stands in the way of bringing an earlier version back; `detail` names it.",
        "Take it out of the way, or bring back by hand what you need.",
        AFTER_REMEDY,
    ),
    "answered": Problem(
        409,
        "Others have answered the comment, so it is no longer its author's alone.",
        "Resolve the thread, or ask an admin to remove it.",
    ),
    "too-many-attempts": Problem(
        429,
        "Too many wrong tokens came from your address within a minute.",
        "Send a good token, which is not refused; else wait as long as `Retry-After` says.",
        "Yes, after `Retry-After`",
    ),
    "too-many-windows": Problem(
        429,
        "More windows are open on this journey than can be live at once.",
        "Close one, or read without being seen.",
        AFTER_REMEDY,
    ),
    "password-needed": Problem(
        403, "The shared journey has a password.", "Open the link in a browser and give it."
    ),
    "wrong-password": Problem(403, "This is not the password of the link.", "Ask who shared it."),
    "too-many-tries": Problem(
        429,
        "The password of a link was tried too often from here.",
        "Wait; `Retry-After` says how long.",
        "Yes, after `Retry-After`",
    ),
    "look-only": Problem(
        403, "The link is to look, or shows a version of the past.", "Ask for one to comment."
    ),
    "too-many-comments": Problem(
        429,
        "Too much was said by a link within some minutes, from here or in all.",
        "Wait; `Retry-After` says how long.",
        "Yes, after `Retry-After`",
    ),
    "last-step": Problem(
        409, "A stage keeps at least one step.", "Remove the stage, or add a step.", AFTER_REMEDY
    ),
    "stage-has-director": Problem(
        409,
        "The stage has a director.",
        "Hand the directorship over, or end it.",
        AFTER_REMEDY,
    ),
    "person-left": Problem(409, "This person has left the company.", "Name somebody who is there."),
    "not-an-executive": Problem(409, "A sponsor is an executive.", "Name one."),
    "already-answered": Problem(
        409, "The proposal was accepted, declined or withdrawn.", READ_AGAIN + "."
    ),
    "already-member": Problem(409, "This person is a member already.", "Nothing is left to do."),
    "last-admin": Problem(
        409, "A workspace keeps an admin.", "Make somebody else admin first.", AFTER_REMEDY
    ),
    "slug-taken": Problem(409, "There is a workspace of this slug.", "Choose another."),
    "full": Problem(
        409, "There are as many live tokens as there may be.", "Revoke one.", AFTER_REMEDY
    ),
    "other-journey": Problem(
        409,
        "The touchpoint of this external id stands in another journey.",
        "Write it there, or give the new one another id.",
    ),
    "invitation-over": Problem(
        410, "The invitation was used, taken back, or is too old.", "Ask for another link."
    ),
    "precondition-failed": Problem(
        412,
        "It was changed since the version that If-Match names; `ETag` has the present one.",
        READ_AGAIN + ".",
    ),
    "request-timeout": Problem(
        408,
        "The body did not arrive in time.",
        "Send the request again, over a faster connection or in parts.",
        "Yes",
    ),
    "payload-too-large": Problem(
        413,
        "The body is larger than is read here; the detail says the limit.",
        "Send less at once.",
    ),
    "unsupported-media-type": Problem(
        415, "This kind of content is not read here.", "Send what the detail names, in UTF-8."
    ),
    "unsupported-content-encoding": Problem(
        415, "Compressed bodies are not read.", "Send the body as it is."
    ),
    "batch-rejected": Problem(
        422,
        "Items of a batch are not valid, and it was to be written as a whole.",
        "Mend the items in `errors`, or send the batch without `atomic`.",
    ),
    "idempotency-key-reused": Problem(
        422, "The key was used for another request.", "Make a new key."
    ),
    "precondition-required": Problem(
        428,
        "This needs If-Match, so that nobody's change is overwritten unseen.",
        "Send the ETag of what you read.",
        AFTER_REMEDY,
    ),
    "internal": Problem(
        500, "A mistake of ours.", "Tell us the request id.", "Yes, under the same key"
    ),
    "service-unavailable": Problem(
        503,
        "The database is away, or did not answer in time.",
        "Wait as long as `Retry-After` says.",
        "Yes, under the same key: it is done once",
    ),
}


def all_problems() -> Iterator[tuple[str, Problem]]:
    """Return every code with its meaning: those above, then one for each rule of the data."""
    yield from PROBLEMS.items()
    for model in record_types().values():
        for rule in model._meta.constraints:
            says = "A value is outside of its range."
            if rule.violation_error_message != rule.default_violation_error_message:
                says = str(rule.get_violation_error_message())
            code = rule.name.replace("_", "-")
            yield code, Problem(409, says, "Mend it, or read again what is there.", AFTER_REMEDY)
