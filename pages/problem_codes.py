"""The reference for all problem codes. The `type` of each problem links to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from changes.models import record_types


@dataclass(frozen=True)
class Problem:
    """A problem code, explained to API clients. `retry` says whether to send the request again."""

    status: int
    meaning: str
    remedy: str
    retry: str = "No"


AFTER_REMEDY = "Yes, after that"
READ_AGAIN = "Fetch the current state and decide again"
PROBLEMS: Mapping[str, Problem] = {
    "validation-failed": Problem(
        400,
        "A value isn't valid.",
        "See `errors`: each entry points to one value and says what is allowed.",
    ),
    "malformed-json": Problem(
        400,
        "The body isn't valid JSON, or is ambiguous: a duplicate key, NaN, or a number that is too"
        " large.",
        "Send strict JSON in UTF-8.",
    ),
    "unknown-field": Problem(
        400,
        "A field or query parameter is unknown, or appears more than once.",
        "Remove it. `errors` lists the known ones.",
    ),
    "invalid-cursor": Problem(
        400, "The cursor is invalid or belongs to another list.", "Start again without a cursor."
    ),
    "idempotency-key-invalid": Problem(
        400, "The Idempotency-Key is malformed.", "Use 8 to 128 of A-Z a-z 0-9 _ - : ."
    ),
    "bad-request": Problem(
        400, "The request could not be read.", "Compare it with the API reference."
    ),
    "token-in-url": Problem(
        400,
        "The URL contained a token. Logs keep URLs.",
        "Revoke the token, create a new one, and send it in the Authorization header.",
    ),
    "two-credentials": Problem(
        400,
        "The request had both a token and a session cookie.",
        "Send only one of them. In a browser, sign out to use the token.",
    ),
    "unauthenticated": Problem(
        401, "You aren't signed in, and no token was sent.", "Send “Authorization: Bearer cxm_…”."
    ),
    "invalid-token": Problem(
        401, "The token is unknown to this server.", "Check that you sent all of it."
    ),
    "token-revoked": Problem(
        401,
        "The token was revoked, or its member has left.",
        "Create a new one on the Tokens page.",
    ),
    "token-expired": Problem(401, "The token has expired.", "Create a new one on the Tokens page."),
    "insufficient-role": Problem(
        403,
        "Your role or your appointments don't allow this.",
        "Ask a workspace admin, or someone who has the right.",
    ),
    "insufficient-scope": Problem(
        403, "The token lacks the scope named in `detail`.", "Create a token that has it."
    ),
    "session-required": Problem(
        403, "This requires a signed-in user, not a token.", "Use the Tokens page."
    ),
    "csrf-failed": Problem(
        403,
        "A write with a session cookie lacks a valid CSRF token.",
        "Send the token from the cookie set by this response. Programs should use a Bearer token.",
        AFTER_REMEDY,
    ),
    "other-user": Problem(
        403,
        "`X-Expected-User` differs from the user who is signed in.",
        "Sign in as that user, or remove the header.",
        AFTER_REMEDY,
    ),
    "https-required": Problem(
        403,
        "The request was sent without https, so it may have been read in transit.",
        "Use https, and revoke the token.",
    ),
    "locked": Problem(
        403,
        "The stage or lane named in `detail` is locked.",
        "Unlock it before you change it.",
        AFTER_REMEDY,
    ),
    "other-email": Problem(
        403, "The invitation is for another e-mail address.", "Sign in with that address."
    ),
    "not-found": Problem(
        404,
        "The resource doesn't exist, or you don't have access to it.",
        "Check the id, and which workspace your token belongs to.",
    ),
    "method-not-allowed": Problem(
        405, "This URL doesn't support the method.", "Use a method listed in `Allow`."
    ),
    "not-acceptable": Problem(
        406, "The API returns only JSON.", "Send “Accept: application/json”."
    ),
    "conflict": Problem(409, "The current state doesn't allow this.", READ_AGAIN + "."),
    "gone": Problem(409, "A record involved was removed in the meantime.", READ_AGAIN + "."),
    "id-taken": Problem(409, "This id is already in use.", "Generate a new UUID."),
    "not-undoable": Problem(
        409,
        "The change can't be undone. `detail` says why.",
        "Make a new change instead.",
    ),
    "protected": Problem(
        409,
        "Other records still use the record.",
        "Change or remove them first.",
        AFTER_REMEDY,
    ),
    "built-on": Problem(
        409,
        "Later records depend on the change to be undone.",
        "Remove them first.",
        AFTER_REMEDY,
    ),
    "cycle": Problem(
        409,
        "A journey would open inside itself, directly or through other journeys.",
        "Choose another journey for the step, or none.",
    ),
    "journey-full": Problem(
        409,
        "The journey has the maximum of 10,000 records of one type.",
        "Remove some, or split it into several journeys.",
        AFTER_REMEDY,
    ),
    "drawing-full": Problem(
        409,
        "The drawing has the maximum of 5,000 elements or 4 MB.",
        "Remove some elements, or draw in another frame.",
        AFTER_REMEDY,
    ),
    "directory-full": Problem(
        409,
        "The workspace has the maximum number of records of one type: 10,000, or 100,000 persons.",
        "Remove some that you no longer need.",
        AFTER_REMEDY,
    ),
    "already-future": Problem(
        409,
        "The journey is already a future state, so it can't have another.",
        "Duplicate it, or create the future state from its current-state journey.",
    ),
    "has-a-future": Problem(
        409,
        "The journey is the current state of a pair, so its state can't change.",
        "Unpair the two journeys first.",
        AFTER_REMEDY,
    ),
    "not-restorable": Problem(
        409,
        "The earlier version can't be restored because of the record named in `detail`.",
        "Change or remove that record, or make the changes you need by hand.",
        AFTER_REMEDY,
    ),
    "answered": Problem(
        409,
        "The comment has replies from others, so its author can't remove it.",
        "Resolve the thread, or ask an admin to remove it.",
    ),
    "too-many-attempts": Problem(
        429,
        "Your IP address sent too many invalid tokens within a minute.",
        "Send a valid token, which is still accepted, or wait for `Retry-After`.",
        "Yes, after `Retry-After`",
    ),
    "too-many-windows": Problem(
        429,
        "Too many windows have this journey open live.",
        "Close a window, or read the journey without a live connection.",
        AFTER_REMEDY,
    ),
    "password-needed": Problem(
        403, "The shared journey has a password.", "Open the link in a browser and enter it."
    ),
    "wrong-stream": Problem(
        409,
        "This type of record can't be in this kind of stream.",
        "Add it to the stream where its type belongs: a journey or the directory.",
    ),
    "wrong-password": Problem(
        403, "The link's password is wrong.", "Ask the person who shared it."
    ),
    "too-many-tries": Problem(
        429,
        "There were too many wrong passwords for this link.",
        "Wait for `Retry-After`.",
        "Yes, after `Retry-After`",
    ),
    "look-only": Problem(
        403,
        "The link is view-only or shows a fixed version.",
        "Ask for a link that allows comments.",
    ),
    "too-many-comments": Problem(
        429,
        "There were too many comments through this link, from your address or in total.",
        "Wait for `Retry-After`.",
        "Yes, after `Retry-After`",
    ),
    "last-step": Problem(
        409, "A stage needs at least one step.", "Remove the stage, or add a step.", AFTER_REMEDY
    ),
    "stage-has-director": Problem(
        409,
        "The stage has a director.",
        "Hand over or end the directorship first.",
        AFTER_REMEDY,
    ),
    "not-the-director": Problem(
        409, "The directorship isn’t current, so nobody can attest for it.", READ_AGAIN + "."
    ),
    "stage-contested": Problem(
        409, "The stage is contested.", "Settle its contest first.", AFTER_REMEDY
    ),
    "talk-first": Problem(
        409,
        "The parties of the contest still have time to talk.",
        "Wait until the day after `talk_until`, or until every party has asked for a ruling.",
        AFTER_REMEDY,
    ),
    "already-settled": Problem(409, "The contest has been settled.", READ_AGAIN + "."),
    "already-decided": Problem(409, "The appeal has been decided.", READ_AGAIN + "."),
    "already-appealed": Problem(
        409, "You have already appealed in this contest.", "There is nothing to do."
    ),
    "superseded": Problem(
        409,
        "Since the ruling, the stage has been decided or contested again.",
        "Reject the appeal.",
    ),
    "appeal-too-late": Problem(
        409,
        "An appeal is possible within 14 days of the latest ruling only.",
        "Talk to the ombudsman.",
    ),
    "ruled-against": Problem(
        409,
        "A ruling within the last 90 days gave the stage to someone else.",
        "Appeal against the ruling.",
    ),
    "no-handoff-needed": Problem(
        409,
        "These stages need no hand-off.",
        "Name a stage and the one right after it, which another person directs.",
    ),
    "handoff-changed": Problem(
        409, "The hand-off has a newer revision.", "Read it, then sign that revision."
    ),
    "handoff-incomplete": Problem(
        409, "A criterion of the hand-off is empty.", "Write both criteria first.", AFTER_REMEDY
    ),
    "handoff-asleep": Problem(
        409,
        "The hand-off isn’t in force: the stages aren’t adjacent, or don’t have two directors.",
        "Move the stages together, or write another hand-off.",
    ),
    "handoff-not-agreed": Problem(
        409, "The directors haven’t both signed the hand-off.", "Let both sign first.", AFTER_REMEDY
    ),
    "already-signed": Problem(409, "You have already signed.", "There is nothing to do."),
    "ombudsman": Problem(
        409,
        "The person is an ombudsman, who can’t answer for stages.",
        "Choose someone else, or give the person another role first.",
    ),
    "answers-for-stages": Problem(
        409,
        "The member directs or claims stages, so they can't become an ombudsman.",
        "Hand over the stages and withdraw the claims.",
        AFTER_REMEDY,
    ),
    "two-admins": Problem(
        409,
        "The member is an ombudsman, so two admins have to agree to end the role.",
        "Create a demotion at `/demotions`, and let another admin confirm it.",
    ),
    "not-ombudsman": Problem(
        409, "The member isn't an ombudsman.", "Change the role at `/members/{id}`."
    ),
    "no-second-admin": Problem(
        409,
        "There is no other admin who could confirm the demotion.",
        "Make somebody else an admin. They can confirm it after 14 days.",
        AFTER_REMEDY,
    ),
    "demotion-pending": Problem(
        409, "The demotion has already been requested.", "Let another admin confirm it."
    ),
    "demotion-over": Problem(
        409, "The demotion was confirmed or withdrawn, or it has expired.", READ_AGAIN + "."
    ),
    "own-demotion": Problem(
        403, "You requested the demotion yourself.", "Let another admin confirm it."
    ),
    "new-admin": Problem(
        403, "You've been an admin for less than 14 days.", "Let another admin confirm it."
    ),
    "may-not-rule": Problem(
        403,
        "You can’t decide this contest: it takes an ombudsman or the journey’s sponsor, without a part in it.",
        "Ask an ombudsman.",
    ),
    "no-casting-call": Problem(
        409,
        "The stage has a director, or several people claim it, so nobody can volunteer.",
        READ_AGAIN + ".",
    ),
    "offer-ended": Problem(
        409,
        "The offer was withdrawn, or somebody accepted the directorship.",
        READ_AGAIN + ".",
    ),
    "case-closed": Problem(409, "The case has been closed.", READ_AGAIN + "."),
    "reorganization-outdated": Problem(
        409,
        "Records that the reorganization changes have changed since the dry run.",
        "Repeat the dry run, review it, and send the new digest.",
        AFTER_REMEDY,
    ),
    "reorganization-too-large": Problem(
        409,
        "The reorganization would change more journeys than can change at once.",
        "Move some of the department's lanes first.",
        AFTER_REMEDY,
    ),
    "stage-has-case": Problem(
        409, "The stage has an open case.", "Close the case first.", AFTER_REMEDY
    ),
    "department-concerned": Problem(
        403,
        "The case concerns your own department, so you can’t close it.",
        "Ask another ombudsman.",
    ),
    "absence-over": Problem(
        409, "The absence is over, so it can't be changed.", "Record a new one."
    ),
    "absence-overlaps": Problem(
        409,
        "The person is already away on one of these days.",
        "Change that absence, or choose other days.",
    ),
    "person-left": Problem(409, "This person has left the company.", "Choose someone else."),
    "not-an-executive": Problem(409, "Sponsors must be executives.", "Choose an executive."),
    "already-answered": Problem(
        409, "The proposal was already accepted, declined or withdrawn.", READ_AGAIN + "."
    ),
    "own-mandate": Problem(
        403,
        "You direct the stage, so you can't agree to the mandate.",
        "Appoint another sponsor first.",
    ),
    "already-agreed": Problem(
        409, "A sponsor has already agreed to the current mandate.", "There is nothing to do."
    ),
    "term-ended": Problem(
        409,
        "The proposed term has already ended.",
        "Ask for another proposal with a later `term_until`.",
    ),
    "already-member": Problem(409, "This person is already a member.", "There is nothing to do."),
    "last-admin": Problem(
        409,
        "A workspace needs at least one admin.",
        "Make someone else an admin first.",
        AFTER_REMEDY,
    ),
    "slug-taken": Problem(409, "Another workspace has this slug.", "Choose another."),
    "full": Problem(
        409,
        "The maximum number of active tokens or links is reached.",
        "Revoke one first.",
        AFTER_REMEDY,
    ),
    "other-journey": Problem(
        409,
        "The touchpoint with this external id is in another journey.",
        "Update it there, or use another external id for the new one.",
    ),
    "invitation-over": Problem(
        410, "The invitation was used or revoked, or has expired.", "Ask for a new invitation."
    ),
    "precondition-failed": Problem(
        412,
        "The record has changed since the version in If-Match. `ETag` has the current one.",
        READ_AGAIN + ".",
    ),
    "request-timeout": Problem(
        408,
        "The body didn't arrive in time.",
        "Send the request again, over a faster connection or in smaller parts.",
        "Yes",
    ),
    "payload-too-large": Problem(
        413,
        "The body is larger than the limit stated in `detail`.",
        "Send less data in one request.",
    ),
    "unsupported-media-type": Problem(
        415, "The content type isn't supported.", "Send the type named in `detail`, in UTF-8."
    ),
    "unsupported-content-encoding": Problem(
        415, "Compressed request bodies aren't supported.", "Send the body uncompressed."
    ),
    "batch-rejected": Problem(
        422,
        "Some items of an atomic batch aren't valid, so nothing was written.",
        "Fix the items in `errors`, or send the batch without `atomic`.",
    ),
    "idempotency-key-reused": Problem(
        422, "The key was used for a different request.", "Generate a new key."
    ),
    "precondition-required": Problem(
        428,
        "The request needs If-Match, so that it can't overwrite someone else's change.",
        "Send the ETag of the version that you read.",
        AFTER_REMEDY,
    ),
    "internal": Problem(
        500,
        "The server failed unexpectedly.",
        "If it keeps happening, report the request id.",
        "Yes, with the same key",
    ),
    "service-unavailable": Problem(
        503,
        "The database is unavailable or didn't answer in time.",
        "Wait for `Retry-After`.",
        "Yes. With the same key it is applied only once",
    ),
}


def all_problems() -> Iterator[tuple[str, Problem]]:
    """Yield (code, explanation) for each of PROBLEMS, and for each database constraint of a record type."""
    yield from PROBLEMS.items()
    for model in record_types().values():
        for rule in model._meta.constraints:
            meaning = "A value is outside its range."
            if rule.violation_error_message != rule.default_violation_error_message:
                meaning = str(rule.get_violation_error_message())
            code = rule.name.replace("_", "-")
            yield (
                code,
                Problem(409, meaning, "Fix the value, or fetch the current state.", AFTER_REMEDY),
            )
