"""Authorization matrix with a row per (method, route name). A route without a row fails.

`may` names the members who are allowed to use the route on an object of their own workspace. The
other members get a 403, members of other workspaces a 404, and anonymous users a sign-in page or a
401. A `late` page validates the form before its service checks the right, so every member gets as
far as the form.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.ids import uuid7
from tests.api.test_nouns import NOUNS

EVERYBODY = frozenset({"alice", "bob", "dana", "erin", "oscar"})
DRAWERS = frozenset({"alice", "dana"})
ADMIN = frozenset({"dana"})
FLAGGERS = frozenset({"dana", "erin", "oscar"})
ALICE = frozenset({"alice"})
ERIN = frozenset({"erin"})
Body = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True)
class Row:
    method: str
    name: str
    may: frozenset[str] = EVERYBODY
    thing: str = ""  # the object in the URL; empty: none, or a list of the caller's own objects
    body: Body | None = None
    public: bool = False  # works without signing in
    late: bool = False
    session: bool = False  # not available to tokens
    stranger: int = 404  # the status for a member of another workspace

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api_")


def body(**said: Any) -> Body:
    """Return a function that builds a body, in which values like @name become ids of objects."""

    def fill(things: dict[str, Any]) -> dict[str, Any]:
        return {
            name: str(things[value[1:]])
            if isinstance(value, str) and value.startswith("@")
            else value
            for name, value in said.items()
        }

    return fill


def noun(name: str, thing: str, may: frozenset[str], stranger: int) -> list[Row]:
    """Return the five rows of a record type.

    A member of another workspace who posts refers to objects that they can't see, so the status is
    400.
    """
    one, many = f"api_{thing}", f"api_{name}"
    new, change = body(**NOUNS[name]["new"]), body(**NOUNS[name]["change"])
    return [
        Row("GET", many, stranger=200),
        Row("POST", many, may, body=new, stranger=stranger),
        Row("GET", one, thing=thing),
        Row("PATCH", one, may, thing=thing, body=change),
        Row("DELETE", one, may, thing=thing),
    ]


def reading(name: str, thing: str, filed: str = "") -> list[Row]:
    return [
        Row("GET", f"api_{name}", stranger=200),
        Row("GET", f"api_{thing}", thing=filed or thing),
    ]


def act(name: str, may: frozenset[str], thing: str, **said: Any) -> Row:
    return Row("POST", f"api_{name}", may, thing=thing, body=body(**said) if said else None)


def rename(things: dict[str, Any]) -> Any:
    op = {"op": "set", "type": "stage", "id": str(things["stage"]), "fields": {"title": "T"}}
    return {"ops": [op]}


def new_persona(things: dict[str, Any]) -> Any:
    return {"ops": [{"op": "add", "type": "persona", "fields": {"name": "New"}}]}


def window(things: dict[str, Any]) -> Any:
    return {"c": f"c_{uuid7().hex}", "sel": [str(things["stage"])]}


def one_item(things: dict[str, Any]) -> Any:
    item = {"source": "m", "external_id": "1", "stage": str(things["stage"]), "title": "T"}
    return {"items": [item]}


def said_of_item(things: dict[str, Any]) -> Any:
    return {"stage": str(things["stage"]), "title": "T"}


API = [
    Row("GET", "api_schema", public=True),
    Row("GET", "api_docs", public=True),
    Row("GET", "api_docs_unslashed", public=True),
    Row("GET", "api_problems_unslashed", public=True),
    Row("GET", "api_root", public=True),
    Row("GET", "api_root_unversioned", public=True),
    Row("GET", "api_problems", public=True),
    Row("GET", "api_me", stranger=200),
    Row("GET", "api_workspaces", stranger=200),
    Row("GET", "api_workspace", thing="workspace"),
    *noun("departments", "department", ADMIN, 403),
    *noun("persons", "person", ADMIN, 403),
    *noun("placements", "placement", ADMIN, 403),
    *noun("personas", "persona", DRAWERS, 201),
    *noun("channels", "channel", DRAWERS, 201),
    *noun("journeys", "journey", DRAWERS, 201),
    *noun("stages", "stage", DRAWERS, 400),
    *noun("steps", "step", DRAWERS, 400),
    *noun("lanes", "lane", DRAWERS, 400),
    *noun("touchpoints", "touchpoint", DRAWERS, 400),
    *noun("promises", "promise", DRAWERS, 400),
    *noun("notes", "note", DRAWERS, 400),
    *noun("measures", "measure", DRAWERS, 400),
    Row("GET", "api_journey_templates", stranger=200),
    Row(
        "POST",
        "api_journey_duplicate",
        DRAWERS,
        thing="journey",
        body=body(title="Again", **{"as": "copy"}),
    ),
    Row("POST", "api_stage_lock", DRAWERS, thing="stage"),
    Row("POST", "api_stage_unlock", DRAWERS, thing="stage"),
    Row("POST", "api_lane_lock", DRAWERS, thing="lane"),
    Row("POST", "api_lane_unlock", DRAWERS, thing="lane"),
    Row("POST", "api_touchpoint_batch", DRAWERS, body=one_item, stranger=200),
    Row("GET", "api_touchpoint_by_external_id", thing="synced"),
    Row("PUT", "api_touchpoint_by_external_id", DRAWERS, body=said_of_item, stranger=400),
    Row("GET", "api_journey_snapshot", thing="journey"),
    Row("GET", "api_journey_changes", thing="journey"),
    Row("GET", "api_journey_history", thing="journey"),
    Row(
        "POST",
        "api_journey_named_versions",
        DRAWERS,
        thing="journey",
        body=body(name="Draft", number=1),
    ),
    Row("POST", "api_journey_restore", DRAWERS, thing="journey", body=body(version=2)),
    Row("GET", "api_journey_share_links", DRAWERS, thing="journey", session=True),
    Row(
        "POST",
        "api_journey_share_links",
        DRAWERS,
        thing="journey",
        body=body(expires_at="@soon"),
        session=True,
    ),
    Row("DELETE", "api_share_link", DRAWERS, thing="share_link", session=True),
    Row("GET", "api_journey_export", thing="journey"),
    Row("POST", "api_journey_presence", thing="journey", body=window, session=True),
    Row("POST", "api_journey_edits", DRAWERS, thing="journey", body=rename),
    Row("GET", "api_workspace_snapshot", thing="workspace"),
    Row("GET", "api_workspace_feed", thing="workspace"),
    Row("POST", "api_workspace_edits", DRAWERS, thing="workspace", body=new_persona),
    Row("POST", "api_import_mermaid", DRAWERS, body=lambda _: b"journey\n A: 3: B", stranger=201),
    Row("GET", "api_stage_ownership", thing="stage"),
    *reading("directorships", "directorship", "proposed"),
    Row(
        "POST",
        "api_directorships",
        ADMIN,
        body=body(stage="@empty", person="@person"),
        stranger=400,
    ),
    Row("PATCH", "api_directorship", ADMIN, thing="current", body=body(budget="1")),
    act("directorship_accept", ERIN, "proposed"),
    act("directorship_decline", ERIN, "proposed", note="No"),
    act("directorship_withdraw", ADMIN, "proposed"),
    act("directorship_end", ADMIN | ERIN, "current", note="Thanks"),
    *reading("deputies", "deputy"),
    Row(
        "POST",
        "api_deputies",
        ADMIN | ERIN,
        body=body(directorship="@current", person="@other", since="2026-11-01"),
        stranger=400,
    ),
    act("deputy_end", ADMIN | ERIN | {"bob"}, "deputy"),
    *reading("claims", "claim"),
    Row(
        "POST",
        "api_claims",
        ADMIN | ERIN,
        body=body(stage="@empty", person="@person", department="@department"),
        stranger=400,
    ),
    act("claim_withdraw", ADMIN | ERIN, "claim"),
    *reading("appointments", "appointment"),
    Row(
        "POST",
        "api_appointments",
        ADMIN,
        body=body(journey="@journey", office="sponsor", person="@person"),
        stranger=400,
    ),
    act("appointment_end", ADMIN, "appointment"),
    *reading("flags", "flag"),
    act("flag_acknowledge", FLAGGERS, "flag"),
    act("flag_dismiss", FLAGGERS, "flag", reason="Known", until="@soon"),
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
    *reading("members", "member"),
    Row("PATCH", "api_member", ADMIN, thing="member", body=body(role="viewer")),
    Row("DELETE", "api_member", ADMIN | {"alice"}, thing="member"),
    Row("GET", "api_invitations", ADMIN, stranger=403),
    Row("POST", "api_invitations", ADMIN, body=body(email="x@y.test", role="viewer"), stranger=403),
    Row("GET", "api_invitation", ADMIN, thing="invitation"),
    Row("DELETE", "api_invitation", ADMIN, thing="invitation"),
    Row("GET", "api_tokens", stranger=200, session=True),
    Row(
        "POST",
        "api_tokens",
        body=body(name="t", scopes=["maps:read"]),
        stranger=201,
        session=True,
    ),
    Row("GET", "api_token", ADMIN, thing="token", session=True),
    Row("DELETE", "api_token", ADMIN, thing="token", session=True),
]


def page(name: str, thing: str = "slug", may: frozenset[str] = EVERYBODY) -> Row:
    return Row("GET", name, may, thing=thing)


def form(name: str, thing: str, may: frozenset[str], late: bool = False) -> list[Row]:
    """Return the rows of a form, for showing and submitting it."""
    seen = EVERYBODY if late else may
    return [Row("GET", name, seen, thing=thing), Row("POST", name, may, thing=thing, late=late)]


PAGES = [
    Row("GET", "livez", public=True),
    Row("GET", "readyz", public=True),
    Row("GET", "metrics", public=True),
    Row("GET", "design", public=True),
    Row("GET", "start", stranger=302),
    Row("POST", "theme", stranger=400),
    Row("GET", "account", stranger=200),
    Row("POST", "account", stranger=303),
    Row("GET", "invitation", public=True, thing="invited"),
    Row("POST", "invitation", public=True, thing="invited"),
    *[page(name) for name in ("home", "people", "library", "ownership", "inbox")],
    page("person", "person"),
    *[page(name, "journey") for name in ("journey", "journey_map", "journey_print")],
    *[page(name, "journey") for name in ("journey_history", "journey_comments", "map_export")],
    *form("comment_add", "stage", EVERYBODY),
    *form("comment_reply", "comment", EVERYBODY),
    *form("comment_edit", "comment", ALICE),
    *form("comment_remove", "comment", ADMIN | ALICE),
    *form("comment_resolve", "comment", EVERYBODY),
    *form("comment_reopen", "comment", EVERYBODY),
    Row("POST", "comment_mail", thing="slug"),
    *[page(name, "journey") for name in ("journey_version", "journey_compare")],
    *form("version_name", "journey", DRAWERS),
    *form("version_restore", "journey", DRAWERS),
    *form("journey_share", "journey", DRAWERS),
    Row("POST", "share_revoke", DRAWERS, thing="share_link"),
    Row("GET", "shared", public=True, thing="shared"),
    Row("POST", "shared", public=True, thing="shared"),
    Row("GET", "shared_comment", public=True, thing="shared"),
    Row("POST", "shared_comment", public=True, thing="shared"),
    Row("GET", "shared_snapshot", public=True, thing="shared"),
    page("members"),
    Row("POST", "members", ADMIN, thing="slug"),
    Row("POST", "time_zone", ADMIN, thing="slug"),
    page("tokens"),
    Row("POST", "tokens", thing="slug"),
    *form("member_role", "member", ADMIN),
    *form("member_end", "member", ADMIN | {"alice"}),
    Row("POST", "token_revoke", ADMIN, thing="token"),
    Row("POST", "invitation_revoke", ADMIN, thing="invitation"),
    Row("POST", "undo", DRAWERS, thing="workspace"),
    *form("department_add", "workspace", ADMIN),
    *form("person_add", "workspace", ADMIN),
    *form("department_edit", "department", ADMIN),
    *form("person_edit", "person", ADMIN),
    *form("person_leave", "person", ADMIN, late=True),
    *form("person_return", "person", ADMIN, late=True),
    *form("placement_add", "person", ADMIN),
    *form("placement_edit", "placement", ADMIN),
    *form("journey_add", "slug", DRAWERS),
    *form("journey_edit", "journey", DRAWERS),
    *form("stage_add", "journey", DRAWERS),
    *form("lane_add", "journey", DRAWERS),
    *form("promise_add", "journey", DRAWERS),
    *form("stage_edit", "stage", DRAWERS),
    *form("step_add", "stage", DRAWERS),
    *form("step_edit", "step", DRAWERS),
    *form("touchpoint_add", "step", DRAWERS),
    *form("lane_edit", "lane", DRAWERS),
    *form("touchpoint_edit", "touchpoint", DRAWERS),
    *form("stage_lock", "stage", DRAWERS),
    *form("stage_unlock", "stage", DRAWERS),
    *form("lane_lock", "lane", DRAWERS),
    *form("lane_unlock", "lane", DRAWERS),
    *form("promise_edit", "promise", DRAWERS),
    *form("note_add", "step", DRAWERS),
    *form("note_edit", "note", DRAWERS),
    *form("measure_add", "step", DRAWERS),
    *form("measure_edit", "measure", DRAWERS),
    *form("journey_duplicate", "journey", DRAWERS),
    *form("journey_future", "journey", DRAWERS),
    *form("journey_template", "journey", DRAWERS),
    *form("persona_edit", "persona", DRAWERS),
    *form("persona_add", "workspace", DRAWERS),
    *form("channel_edit", "channel", DRAWERS),
    *form("channel_add", "workspace", DRAWERS),
    *form("map_import", "slug", DRAWERS),
    *form("propose", "empty", ADMIN, late=True),
    *form("claim", "empty", ADMIN, late=True),
    *form("accept", "proposed", ERIN, late=True),
    *form("decline", "proposed", ERIN, late=True),
    *form("withdraw", "proposed", ADMIN, late=True),
    *form("directorship_end", "current", ADMIN | ERIN, late=True),
    *form("mandate", "current", ADMIN, late=True),
    *form("deputy_add", "current", ADMIN | ERIN, late=True),
    *form("deputy_end", "deputy", ADMIN | ERIN | {"bob"}, late=True),
    *form("claim_withdraw", "claim", ADMIN | ERIN, late=True),
    *form("appoint", "journey", ADMIN, late=True),
    *form("appointment_end", "appointment", ADMIN, late=True),
    *form("flag_acknowledge", "flag", FLAGGERS, late=True),
    *form("flag_dismiss", "flag", FLAGGERS, late=True),
]
ROWS = [*API, *PAGES]
