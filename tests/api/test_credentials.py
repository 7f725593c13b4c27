"""Authentication: valid and invalid tokens and sessions, and what each can access."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.support.api_client import ApiClient, personal_client, service_client
from tests.support.factories import SampleWorld
from workspaces.access import system_actor
from workspaces.credentials import TOKEN_PATTERN, checksum
from workspaces.models import AccessEvent, Member, Token
from workspaces.services import member_remove, token_create


def test_me_says_who_one_is_taken_for(world: SampleWorld, acme: ApiClient) -> None:
    token = acme.get("me").json()
    assert (token["kind"], token["email"]) == ("token", None)
    assert token["workspaces"][0]["workspace"] == str(world.acme.id)
    session = ApiClient(user=world.bob.user).get("me").json()
    assert (session["kind"], session["email"]) == ("member", world.bob.user.email)
    assert session["workspaces"][0]["rights"] == ["answer", "claim", "comment", "read"]


def test_nobody_is_asked_for_a_credential(world: SampleWorld) -> None:
    answer = ApiClient().get("me")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Content-Type"] == "application/problem+json"


def bad_tokens(world: SampleWorld) -> dict[str, str]:
    actor = system_actor(world.acme.id)
    made = {
        name: token_create(actor=actor, kind="svc", name=name, scopes=["maps:read"])
        for name in ("old", "off")
    }
    Token.objects.filter(id=made["old"][0].id).update(expires_at=timezone.now())
    Token.objects.filter(id=made["off"][0].id).update(revoked_at=timezone.now())
    body = "cxm_svc_" + "0" * 30
    return {
        "token-expired": made["old"][1],
        "token-revoked": made["off"][1],
        "invalid-token": body + checksum(body),
    }


def test_a_token_that_is_not_good_is_refused_with_the_reason(world: SampleWorld) -> None:
    for code, secret in bad_tokens(world).items():
        answer = ApiClient(secret).get("me")
        assert (answer.status_code, answer.json()["code"]) == (401, code)
        assert answer["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    for secret in ("x", "cxm_pat_", "cxm_svc_" + "0" * 36, "é"):
        answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == 401
    assert Client().get("/api/v1/me", headers={"Authorization": "Basic eDp5"}).status_code == 401


def test_a_token_and_a_session_at_once_are_refused(world: SampleWorld, acme: ApiClient) -> None:
    acme.client.force_login(world.bob.user)
    answer = acme.get("me")
    assert (answer.status_code, answer.json()["code"]) == (400, "two-credentials")


def test_a_token_in_the_address_is_refused(world: SampleWorld, acme: ApiClient) -> None:
    secret = acme.headers["Authorization"].split()[1]
    for url in (
        f"/api/v1/me?token={secret}",
        f"/api/v1/{secret}",
        f"/accounts/login/?next={secret}",
    ):
        answer = Client().get(url)
        assert answer.status_code == 400
        assert secret not in answer.content.decode()


def test_a_session_shows_its_csrf_token_to_write(world: SampleWorld) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.alice.user)
    sent = {"content_type": "application/json", "data": {"name": "P"}}
    answer = client.post("/api/v1/personas", **sent)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf-failed")
    client.cookies["csrftoken"] = "a" * 32
    answer = client.post("/api/v1/personas", **sent, headers={"X-CSRFToken": "a" * 32})
    assert answer.status_code == 201, answer.content
    assert client.get("/api/v1/personas").status_code == 200


def test_a_csrf_refusal_sets_the_cookie_to_try_again_with(world: SampleWorld) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.alice.user)
    sent = {"content_type": "application/json", "data": {"name": "P"}}
    stale = {"X-CSRFToken": "b" * 32}
    assert client.post("/api/v1/personas", **sent, headers=stale).status_code == 403
    fresh = {"X-CSRFToken": client.cookies["csrftoken"].value}
    assert client.post("/api/v1/personas", **sent, headers=fresh).status_code == 201


def test_a_page_never_writes_as_another_user_than_the_one_who_opened_it(world: SampleWorld) -> None:
    program = ApiClient(user=world.bob.user)
    mine, alices = str(world.bob.user.pk), str(world.alice.user.pk)
    assert program.get("me", X_Expected_User=mine).status_code == 200
    body = {"subject_type": "journey", "subject_id": str(world.acme.journey), "body": "Alice's"}
    for answer in (
        program.get("me", X_Expected_User=alices),
        program.post("comments", body, X_Expected_User=alices),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "other-user")


def test_scopes_cut_what_a_token_may_do(world: SampleWorld) -> None:
    reader = service_client(world.acme.id, "maps:read")
    assert reader.get("stages").status_code == 200
    for answer in (
        reader.get("touchpoints"),
        reader.get("persons"),
        reader.get(f"journeys/{world.acme.journey}/snapshot"),
        reader.post("personas", {"name": "P"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient-scope")
    writer = service_client(world.acme.id, "maps:write")
    assert writer.post("personas", {"name": "P"}).status_code == 201
    ops = [{"op": "add", "type": "department", "fields": {"name": "X"}}]
    answer = writer.post(f"workspaces/{world.acme.id}/edits", {"ops": ops})
    assert answer.json()["code"] == "insufficient-scope"


def test_a_personal_token_is_cut_to_the_role_as_it_is_now(world: SampleWorld) -> None:
    alice = personal_client(world.alice.actor, "maps:write")
    assert alice.post("personas", {"name": "P"}).status_code == 201
    Member.objects.filter(id=world.alice.member.id).update(role="viewer")
    assert alice.post("personas", {"name": "Q"}).json()["code"] == "insufficient-role"


def test_a_member_who_left_has_no_token_and_no_workspace(world: SampleWorld) -> None:
    bob = personal_client(world.bob.actor)
    signed_in = ApiClient(user=world.bob.user)
    member_remove(member=world.bob.member, actor=world.dana.actor)
    assert bob.get("me").json()["code"] == "token-revoked"
    assert signed_in.get("me").json()["workspaces"] == []
    assert signed_in.get(f"journeys/{world.acme.journey}").status_code == 404


def test_tokens_are_made_listed_and_revoked_in_a_session_only(
    world: SampleWorld, acme: ApiClient
) -> None:
    assert acme.get("tokens").json()["code"] == "session-required"
    dana = ApiClient(user=world.dana.user)
    made = dana.post("tokens", {"name": "CRM", "kind": "svc", "scopes": ["touchpoints:write"]})
    assert made.status_code == 201, made.content
    secret = made.json()["secret"]
    assert TOKEN_PATTERN.fullmatch(secret)
    assert not Token.objects.filter(digest=secret).exists()
    assert ApiClient(secret).get("touchpoints").status_code == 200
    listed = dana.get("tokens").json()["results"]
    assert {row["secret"] for row in listed} == {None}
    assert dana.delete(f"tokens/{made.json()['id']}").status_code == 204
    assert ApiClient(secret).get("touchpoints").json()["code"] == "token-revoked"
    actions = AccessEvent.objects.filter(subject_id=made.json()["id"]).values_list(
        "action", flat=True
    )
    assert list(actions) == ["token.create", "token.revoke"]


def test_a_viewer_makes_personal_tokens_and_sees_own_ones(world: SampleWorld) -> None:
    bob, dana = ApiClient(user=world.bob.user), ApiClient(user=world.dana.user)
    mine = bob.post("tokens", {"name": "mine", "scopes": ["maps:read"]})
    assert mine.status_code == 201
    assert (
        bob.post("tokens", {"name": "s", "kind": "svc", "scopes": ["maps:read"]}).status_code == 403
    )
    theirs = dana.post("tokens", {"name": "theirs", "scopes": ["maps:read"]}).json()
    assert [result["id"] for result in bob.get("tokens").json()["results"]] == [mine.json()["id"]]
    assert bob.delete(f"tokens/{theirs['id']}").status_code == 403
    charlie = ApiClient(user=world.charlie.user)
    assert charlie.delete(f"tokens/{theirs['id']}").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "scopes": ["maps:read"]},
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["root"]},
        {"name": "x", "scopes": "maps:read"},
        {"name": "x", "scopes": ["maps:read"], "days": 400},
        {"name": "x", "scopes": ["maps:read"], "days": "9"},
        {"name": "x", "scopes": ["maps:read"], "kind": "wk"},
        {"name": "\u202ex", "scopes": ["maps:read"]},
        {"name": "x", "scopes": ["maps:read"], "secret": "y"},
    ],
)
def test_a_bad_token_request_is_refused(world: SampleWorld, body: dict) -> None:
    assert ApiClient(user=world.dana.user).post("tokens", body).status_code == 400


def test_last_used_is_kept_about_to_the_minute(world: SampleWorld, acme: ApiClient) -> None:
    acme.get("me")
    token = Token.objects.get(workspace=world.acme.workspace)
    assert timezone.now() - token.last_used_at < timedelta(minutes=1)
