from tests.authz.row import ADMIN, ALICE, EVERYBODY, Row, act, body, form, reading

ROWS = [
    *reading("comments", "comment"),
    Row(
        "POST",
        "api_comments",
        body=body(journey="@journey", subject_type="stage", subject_id="@stage", body="So?"),
        stranger=400,
    ),
    Row("PATCH", "api_comment", ALICE, thing="comment", body=body(body="Is it?")),
    Row("DELETE", "api_comment", ADMIN | ALICE, thing="comment"),
    act("comment_resolve", EVERYBODY, "comment"),
    act("comment_reopen", EVERYBODY, "comment"),
    *form("comment_add", "stage", EVERYBODY),
    *form("comment_reply", "comment", EVERYBODY),
    *form("comment_edit", "comment", ALICE),
    *form("comment_remove", "comment", ADMIN | ALICE),
    *form("comment_resolve", "comment", EVERYBODY),
    *form("comment_reopen", "comment", EVERYBODY),
]
