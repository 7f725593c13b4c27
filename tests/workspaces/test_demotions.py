"""Demotions need two admins, and members who direct or claim stages can't become ombudsmen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import AppError, Conflict
from core.tenancy import tenant_scope
from notifications.services import notice_transaction, sync_notices
from tests.support.api_client import ApiClient
from tests.support.concurrency import together
from tests.support.contests import claim, direct
from tests.support.factories import SampleMember, SampleWorld
from tests.support.html_client import signed_in
from tests.support.notices import waiting_for
from workspaces.demotions import demotion_ask, demotion_confirm, demotion_withdraw
from workspaces.models import AccessEvent, Demotion, Member, Role
from workspaces.services import member_remove, member_role_set


@pytest.fixture
def second(world: SampleWorld) -> SampleMember:
    """Return a second admin who can confirm demotions."""
    Member.objects.filter(pk=world.bob.member.pk).update(role=Role.ADMIN)
    return world.bob


def ask(world: SampleWorld, role: str = "viewer") -> Demotion:
    return demotion_ask(
        member=world.oscar.member,
        role=role,
        reason="He rules for his friends.",
        actor=world.dana.actor,
    )


def role_of(who: SampleMember) -> str:
    member = Member.objects.get(pk=who.member.pk)
    return "gone" if member.left_at else member.role


def code_of(action: Callable[[], Any]) -> str:
    with pytest.raises(AppError) as refusal:
        action()
    return refusal.value.code


def test_one_admin_cannot_demote_or_remove_an_ombudsman(
    world: SampleWorld, second: SampleMember
) -> None:
    oscar, admin = world.oscar.member, world.dana.actor
    codes = [
        code_of(lambda: member_role_set(member=oscar, role="viewer", actor=admin)),
        code_of(lambda: member_remove(member=oscar, actor=admin)),
    ]
    demotion = ask(world)
    codes += [code_of(lambda: ask(world))]
    codes += [code_of(lambda: demotion_confirm(demotion=demotion, actor=admin))]
    assert codes == ["two-admins", "two-admins", "demotion-pending", "own-demotion"]
    assert role_of(world.oscar) == "ombudsman"


@pytest.mark.parametrize(("role", "after"), [("editor", "editor"), ("", "gone")])
def test_two_admins_can(world: SampleWorld, second: SampleMember, role: str, after: str) -> None:
    demotion = ask(world, role)
    results = together(*[lambda: demotion_confirm(demotion=demotion, actor=second.actor)] * 2)
    assert sorted(getattr(result, "code", "done") for result in results) == [
        "demotion-over",
        "done",
    ]
    assert role_of(world.oscar) == after
    actions = AccessEvent.objects.filter(subject_id=demotion.pk).order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["demotion.ask", "demotion.confirm"]


@pytest.mark.parametrize("cause", ["withdrawn", "expired", "asker demoted"])
def test_a_request_that_is_over_cannot_be_confirmed(
    world: SampleWorld, second: SampleMember, cause: str
) -> None:
    demotion = ask(world)
    if cause == "withdrawn":
        demotion_withdraw(demotion=demotion, actor=second.actor)
    elif cause == "expired":
        with notice_transaction(world.acme.id):
            Demotion.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        member_role_set(member=world.dana.member, role="editor", actor=second.actor)
    assert code_of(lambda: demotion_confirm(demotion=demotion, actor=second.actor)) == (
        "demotion-over"
    )
    assert role_of(world.oscar) == "ombudsman"


def test_an_only_admin_cannot_appoint_a_second_one_to_confirm(world: SampleWorld) -> None:
    assert code_of(lambda: ask(world)) == "no-second-admin"
    member_role_set(member=world.bob.member, role="admin", actor=world.dana.actor)
    demotion = ask(world)
    bob = world.bob.actor
    assert code_of(lambda: demotion_confirm(demotion=demotion, actor=bob)) == "new-admin"


def test_an_ombudsman_can_leave(world: SampleWorld) -> None:
    member_remove(member=world.oscar.member, actor=world.oscar.actor)
    assert role_of(world.oscar) == "gone"


@pytest.mark.parametrize("tie", [direct, claim])
def test_nobody_becomes_an_ombudsman_who_directs_or_claims_a_stage(
    world: SampleWorld, tie: Callable[..., Any]
) -> None:
    tie(world, "frank")
    with pytest.raises(Conflict, match="Buy") as refusal:
        member_role_set(member=world.frank.member, role="ombudsman", actor=world.dana.actor)
    assert refusal.value.code == "answers-for-stages"


def test_a_demotion_is_asked_for_and_confirmed_from_the_list_of_members(
    world: SampleWorld, second: SampleMember
) -> None:
    slug = world.acme.workspace.slug
    url = reverse("member_demote", args=[world.oscar.member.pk])
    dana, members = signed_in(world.dana), reverse("members", args=[slug])
    assert url in dana.get(members).content.decode()
    assert dana.post(url, {"role": "none", "reason": "No trust."}).status_code == 303
    again = dana.post(url, {"role": "viewer", "reason": "No trust, as I wrote."})
    assert (again.status_code, b"No trust, as I wrote." in again.content) == (422, True)
    sync_notices(world.acme.id)
    asked = {name for name in world.acme.people if waiting_for(getattr(world, name))}
    assert asked == {"bob", "oscar"}
    with tenant_scope([world.acme.id]):
        (demotion,) = Demotion.objects.all()
    confirm = reverse("demotion_confirm", args=[demotion.pk])
    assert confirm not in dana.get(members).content.decode()
    bob = signed_in(world.bob)
    assert b"No trust." in bob.get(reverse("inbox", args=[slug])).content
    assert confirm in bob.get(members).content.decode()
    bob.post(confirm)
    assert role_of(world.oscar) == "gone"
    sync_notices(world.acme.id)
    assert waiting_for(world.bob) == []


def test_a_demotion_in_the_api(world: SampleWorld, second: SampleMember) -> None:
    dana, bob = ApiClient(user=world.dana.user), ApiClient(user=second.user)
    body = {"member": str(world.oscar.member.pk), "role": "viewer", "reason": "No trust."}
    made = dana.post("demotions", body)
    assert made.status_code == 201
    url = f"demotions/{made.json()['id']}"
    assert dana.post(f"{url}/confirm").json()["code"] == "own-demotion"
    assert bob.post(f"{url}/confirm").json()["confirmed_by"] == str(second.member.pk)
    assert bob.post(f"{url}/withdraw").json()["code"] == "demotion-over"
    assert [row["id"] for row in bob.get("demotions").json()["results"]] == [made.json()["id"]]
