"""Members and invitations: roles with If-Match, the last admin, and links that work once."""

from tests.support.api_client import ApiClient, service_client
from tests.support.factories import SampleWorld
from workspaces.models import AccessEvent, Invitation, User
from workspaces.services import invitation_accept


def test_a_role_is_given_under_the_etag_that_was_read(world: SampleWorld) -> None:
    dana = ApiClient(user=world.dana.user)
    path = f"members/{world.bob.member.id}"
    read = dana.get(path)
    assert dana.patch(path, {"role": "editor"}).status_code == 428
    changed = dana.patch(path, {"role": "editor"}, If_Match=read["ETag"])
    assert (changed.status_code, changed.json()["role"]) == (200, "editor")
    stale = dana.patch(path, {"role": "admin"}, If_Match=read["ETag"])
    assert (stale.status_code, stale["ETag"]) == (412, changed["ETag"])
    assert dana.patch(path, {"role": "king"}, If_Match="*").status_code == 400


def test_the_last_admin_neither_goes_nor_steps_down(world: SampleWorld) -> None:
    dana = ApiClient(user=world.dana.user)
    path = f"members/{world.dana.member.id}"
    for answer in (
        dana.patch(path, {"role": "viewer"}, If_Match="*"),
        dana.delete(path, If_Match="*"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "last-admin")
    bob = f"members/{world.bob.member.id}"
    assert dana.patch(bob, {"role": "admin"}, If_Match="*").status_code == 200
    assert dana.delete(path, If_Match="*").status_code == 204


def test_a_viewer_sees_members_changes_none_and_may_leave(world: SampleWorld) -> None:
    bob = ApiClient(user=world.bob.user)
    assert len(bob.get("members").json()["results"]) == 6
    alice = f"members/{world.alice.member.id}"
    assert bob.patch(alice, {"role": "viewer"}, If_Match="*").status_code == 403
    assert bob.delete(alice, If_Match="*").status_code == 403
    assert bob.delete(f"members/{world.charlie.member.id}", If_Match="*").status_code == 404
    assert bob.delete(f"members/{world.bob.member.id}", If_Match="*").status_code == 204


def test_a_membership_is_ended_once_and_the_repeated_request_is_answered_alike(
    world: SampleWorld,
) -> None:
    dana, other = ApiClient(user=world.dana.user), service_client(world.acme.id)
    path = f"members/{world.bob.member.id}"
    for replayed in (False, True):
        answer = dana.delete(path, If_Match="*", Idempotency_Key="end-bob-1")
        assert answer.status_code == 204
        assert ("Idempotency-Replayed" in answer) is replayed
    assert dana.delete(path, If_Match="*").status_code == 404
    assert other.delete(path, If_Match="*", Idempotency_Key="end-bob-1").status_code == 404


def test_a_role_is_given_once_and_the_repeated_request_is_answered_alike(
    world: SampleWorld,
) -> None:
    dana, path = ApiClient(user=world.dana.user), f"members/{world.bob.member.id}"
    headers = {"If_Match": dana.get(path)["ETag"], "Idempotency_Key": "role-bob-1"}
    first, again = (dana.patch(path, {"role": "editor"}, **headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert (again.json(), again["ETag"]) == (first.json(), first["ETag"])
    assert again["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first
    stale = dana.patch(path, {"role": "admin"}, **headers)
    unkeyed = dana.patch(path, {"role": "editor"}, If_Match=headers["If_Match"])
    assert (stale.status_code, unkeyed.status_code) == (412, 412)


def test_an_invitation_works_once_and_for_its_address_only(world: SampleWorld) -> None:
    dana = ApiClient(user=world.dana.user)
    new = {"email": "New@Acme.test", "role": "editor"}
    made = dana.post("invitations", new, Idempotency_Key="invite-0001")
    assert made.status_code == 201, made.content
    again = dana.post("invitations", new, Idempotency_Key="invite-0001")
    assert again.json()["link"] == made.json()["link"]
    other = dana.post("invitations", new | {"role": "admin"}, Idempotency_Key="invite-0001")
    assert other.status_code == 422
    assert dana.get("invitations").json()["results"][0]["link"] is None

    secret = made.json()["link"].split("/")[-2]
    user = User.objects.filter(email="new@acme.test").first() or User.objects.create_user(
        "new@acme.test"
    )
    member = invitation_accept(secret=secret, user=user)
    assert (member.role, member.workspace_id) == ("editor", world.acme.id)
    assert AccessEvent.objects.filter(subject_id=member.id, action="invitation.accept").exists()


def test_a_used_a_revoked_and_a_foreign_invitation_are_refused(world: SampleWorld) -> None:
    dana, charlie = ApiClient(user=world.dana.user), ApiClient(user=world.charlie.user)
    made = dana.post("invitations", {"email": "x@acme.test", "role": "viewer"}).json()
    assert charlie.delete(f"invitations/{made['id']}").status_code == 404
    assert dana.delete(f"invitations/{made['id']}").status_code == 204
    assert Invitation.objects.get(id=made["id"]).revoked_at
    taken = dana.post("invitations", {"email": world.bob.user.email, "role": "viewer"})
    assert taken.json()["code"] == "already-member"
    bob = ApiClient(user=world.bob.user)
    assert bob.get("invitations").status_code == 403
    assert bob.post("invitations", {"email": "y@acme.test", "role": "viewer"}).status_code == 403


def test_a_service_token_invites_nobody(world: SampleWorld) -> None:
    answer = service_client(world.acme.id).post(
        "invitations", {"email": "z@x.test", "role": "viewer"}
    )
    assert answer.status_code == 403
