"""`manage workspace_create` creates a usable workspace, or says why it can't."""

import re
import secrets
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.support.api_client import ApiClient, service_client
from workspaces.models import Member, Role, User, Workspace


def make(slug: str, email: str, name: str = "New Company") -> str:
    out = StringIO()
    call_command("workspace_create", name=name, slug=slug, admin=email, stdout=out)
    return out.getvalue()


@pytest.fixture
def slug(db: None) -> str:
    return f"new-{secrets.token_hex(4)}"


def test_a_new_admin_can_sign_in_and_invite(slug: str) -> None:
    printed = make(slug, f"Ada@{slug}.test")
    user = User.objects.get(email=f"ada@{slug}.test")
    password = re.search(r"the password (\S+)", printed)
    assert password
    assert user.check_password(password[1])
    admin = ApiClient(user=user)
    invited = admin.post("invitations", {"email": f"bo@{slug}.test", "role": "editor"})
    assert invited.status_code == 201


def test_a_workspace_is_empty_and_ready_for_a_program(slug: str) -> None:
    make(slug, f"ada@{slug}.test")
    program = service_client(Workspace.objects.get(slug=slug).id)
    assert program.get("departments").json()["results"] == []
    assert program.post("departments", {"name": "Care"}).status_code == 201


def test_somebody_with_a_login_keeps_their_password(slug: str) -> None:
    make(slug, f"ada@{slug}.test")
    assert "password" not in make(f"{slug}-2", f"ada@{slug}.test")
    assert Member.objects.filter(user__email=f"ada@{slug}.test", role=Role.ADMIN).count() == 2


def test_what_cannot_be_made_is_said_and_leaves_nothing(slug: str) -> None:
    make(slug, f"ada@{slug}.test")
    for wrong in (
        {"slug": slug, "email": "eve@new.test"},
        {"slug": "not a slug", "email": "eve@new.test"},
        {"slug": "x" * 61, "email": "eve@new.test"},
        {"slug": f"{slug}-3", "email": "nobody"},
        {"slug": f"{slug}-3", "email": "eve@new.test", "name": " "},
    ):
        with pytest.raises(CommandError):
            make(**wrong)
    assert not User.objects.filter(email="eve@new.test").exists()
    assert not Workspace.objects.filter(slug=f"{slug}-3").exists()
