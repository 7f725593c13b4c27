"""Who lets whom in, below the API: races, limits, and what the log of access keeps."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from tests.world import World
from workspaces.access import machine
from workspaces.errors import Conflict, Forbidden, Refused
from workspaces.models import AccessEvent, Invitation, Member, Token, User
from workspaces.services import (
    MOST_TOKENS,
    invitation_accept,
    invitation_create,
    member_end,
    member_role_set,
    token_create,
)


def test_two_admins_who_leave_at_once_leave_one(world: World) -> None:
    dana, alice = world.dana, world.alice
    member_role_set(member=alice.member, role="admin", actor=dana.actor)
    actors = {one.member.id: one.actor for one in (dana, alice)}

    def leave(somebody: Any) -> str:
        try:
            member_end(member=somebody.member, actor=actors[somebody.member.id])
            return "left"
        except Conflict as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, (dana, alice))) == ["last-admin", "left"]
    admins = Member.objects.filter(workspace=world.acme.workspace, role="admin", left_at=None)
    assert admins.count() == 1


def test_one_invitation_makes_one_member_however_often_it_is_clicked(world: World) -> None:
    email = f"guest@{world.acme.workspace.slug}.test"
    _, secret = invitation_create(email=email, role="editor", actor=world.dana.actor)
    user = User.objects.create_user(email)

    def accept(_: int) -> bool:
        try:
            invitation_accept(secret=secret, user=user)
            return True
        except Refused as refusal:
            assert refusal.status == 410
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(accept, range(4))) == 1
    assert Member.objects.filter(user=user).count() == 1


def test_an_invitation_is_for_its_address_and_its_week(world: World) -> None:
    invitation, secret = invitation_create(email="a@b.test", role="viewer", actor=world.dana.actor)
    with pytest.raises(Forbidden):
        invitation_accept(secret=secret, user=world.charlie.user)
    past = timezone.now() - timedelta(seconds=1)
    Invitation.objects.filter(id=invitation.id).update(expires_at=past)
    with pytest.raises(Refused) as refusal:
        invitation_accept(secret=secret, user=world.charlie.user)
    assert refusal.value.status == 410


def test_there_is_an_end_to_live_tokens(world: World) -> None:
    actor = machine(world.acme.id)
    for number in range(MOST_TOKENS):
        token_create(actor=actor, kind="svc", name=f"t{number}", scopes=["maps:read"])
    with pytest.raises(Conflict) as refusal:
        token_create(actor=actor, kind="svc", name="more", scopes=["maps:read"])
    assert refusal.value.code == "full"
    # Those of programs do not keep a member from a token of their own.
    token_create(actor=world.bob.actor, name="mine", scopes=["maps:read"])


def test_no_secret_is_kept(world: World) -> None:
    token, secret = token_create(
        actor=machine(world.acme.id), kind="svc", name="t", scopes=["maps:read"]
    )
    _, link = invitation_create(email="a@b.test", role="viewer", actor=world.dana.actor)
    rows = [
        *Token.objects.filter(id=token.id).values(),
        *Invitation.objects.filter(workspace=world.acme.workspace).values(),
        *AccessEvent.objects.filter(workspace=world.acme.workspace).values(),
    ]
    assert secret not in str(rows) and link not in str(rows)
    assert token.last4 == secret[-4:]


def test_the_log_of_access_is_never_rewritten(world: World) -> None:
    member_role_set(member=world.bob.member, role="editor", actor=world.dana.actor)
    event = AccessEvent.objects.get(subject_id=world.bob.member.id)
    assert (event.action, event.data) == ("member.role", {"before": "viewer", "after": "editor"})
    with pytest.raises(Exception, match="rows are added"):
        AccessEvent.objects.filter(id=event.id).update(action="x")
