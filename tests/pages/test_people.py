"""People, library, import and export, members, invitations and tokens, with plain forms."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from journeys.models import Journey, Persona
from people.models import Department, Person, Placement
from tests.support.factories import SampleWorld
from tests.support.html_client import FormParser, send, signed_in
from tests.support.log_invariants import checking_log
from touchpoints.models import Channel
from workspaces.models import Member, Token, User


def slugged(world: SampleWorld, name: str) -> str:
    return reverse(name, args=[world.acme.workspace.slug])


class TestPeople:
    def test_departments_persons_and_placements(self, world: SampleWorld):
        client = signed_in(world.dana)
        with checking_log(world.acme.id):
            send(client, reverse("department_add", args=[world.acme.id]), {"name": "Billing"})
        with checking_log(world.acme.id):
            send(client, reverse("person_add", args=[world.acme.id]), {"name": "Gil Sand"})
        (person,) = world.acme.all(Person, name="Gil Sand")
        (billing,) = world.acme.all(Department, name="Billing")
        answer = send(
            client,
            reverse("placement_add", args=[person.pk]),
            {"department": str(billing.pk), "since": "2026-02-01"},
        )
        assert answer["Location"] == reverse("person", args=[person.pk])
        assert len(world.acme.all(Placement, person=person.pk)) == 1
        send(client, reverse("department_edit", args=[billing.pk]), {"is_archived": "on"})
        assert world.acme.read(Department, billing.pk).is_archived
        assert b"Archived" in client.get(slugged(world, "people")).content

    def test_leaving_ends_placements_in_one_gesture(self, world: SampleWorld):
        with checking_log(world.acme.id):
            send(
                signed_in(world.dana),
                reverse("person_leave", args=[world.frank.person_id]),
                {"left_on": "2026-10-31"},
            )
        (placement,) = world.acme.all(Placement, person=world.frank.person_id)
        assert str(placement.until) == str(world.frank.person.left_on) == "2026-10-31"
        client, anchor = signed_in(world.bob), f'id="person-{world.frank.person_id}"'
        assert anchor not in client.get(slugged(world, "people")).content.decode()
        left = client.get(slugged(world, "people"), {"show": "left"}).content.decode()
        assert anchor in left and "31 Oct 2026" in left

    def test_who_does_not_manage_people_is_refused(self, world: SampleWorld):
        for url in (
            reverse("person_add", args=[world.acme.id]),
            reverse("person_leave", args=[world.frank.person_id]),
            reverse("department_edit", args=[world.acme.departments["Care"]]),
        ):
            client = signed_in(world.alice)
            assert client.post(url, {"left_on": "2026-10-31"}).status_code == 403, url
            assert signed_in(world.charlie).get(url).status_code == 404, url

    def test_personas_and_channels(self, world: SampleWorld):
        client = signed_in(world.alice)
        send(client, reverse("persona_add", args=[world.acme.id]), {"name": "Jo", "age": "40"})
        send(client, reverse("channel_add", args=[world.acme.id]), {"name": "Fax"})
        assert world.acme.all(Persona, name="Jo")
        assert world.acme.all(Channel, name="Fax")


class TestImport:
    def post(self, world: SampleWorld, **sent):
        client = signed_in(world.alice)
        url = slugged(world, "map_import")
        page = client.get(url).content.decode()
        form = next(f for f in FormParser(page).found if "text" in f["fields"])
        return client.post(url, {**form["fields"], **sent})

    def test_pasted_text_becomes_a_journey_and_goes_out_again(self, world: SampleWorld):
        answer = self.post(world, text="journey\n title Tea\n section Make\n  Boil: 3: Me\n")
        assert answer.status_code == 303, answer.content.decode()[-3000:]
        page = signed_in(world.bob).get(answer["Location"]).content.decode()
        assert "Boil" in page
        out = signed_in(world.bob).get(answer["Location"] + "export/mermaid/")
        assert "Boil: 3: Me" in out.content.decode()
        assert out["Content-Disposition"].startswith("attachment")

    def test_a_file_becomes_a_journey(self, world: SampleWorld):
        file = SimpleUploadedFile("tea.mmd", b"journey\n title Tea\n section A\n  Boil: 3: Me\n")
        assert self.post(world, file=file).status_code == 303
        assert world.acme.all(Journey, title="Tea")

    def test_what_cannot_be_read_is_said_with_its_line_and_stays_typed(self, world: SampleWorld):
        answer = self.post(world, text="journey\n title Tea\n  Boil it all away\n")
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "Line 3" in text
        assert "Boil it all away" in text

    def test_nothing_and_both_are_refused(self, world: SampleWorld):
        assert self.post(world, text=" ").status_code == 422
        file = SimpleUploadedFile("a", b"journey\n")
        assert self.post(world, text="journey\n", file=file).status_code == 422
        assert signed_in(world.bob).get(slugged(world, "map_import")).status_code == 403


class TestMembers:
    def invite(self, world: SampleWorld, email: str) -> str:
        client, url = signed_in(world.dana), slugged(world, "members")
        page = client.get(url).content.decode()
        form = next(f for f in FormParser(page).found if "email" in f["fields"])
        sent = {**form["fields"], "email": email, "role": "editor"}
        text = client.post(url, sent).content.decode()
        again = client.post(url, sent).content.decode()
        (link,) = re.findall(r"http://localhost:8000(/invitations/[0-9a-f]+/)", text)
        assert link in again, "a double click creates one invitation"
        return link

    def test_somebody_new_comes_in_by_the_link(self, world: SampleWorld):
        email = f"new@{world.acme.workspace.slug}.test"
        link, client = self.invite(world, email), Client()
        weak = client.post(link, {"name": "New Name", "password": "short"})
        assert weak.status_code == 422
        assert b"New Name" in weak.content
        answer = client.post(link, {"name": "New Name", "password": "a long enough one"})
        assert answer["Location"] == slugged(world, "home")
        assert client.get(answer["Location"]).status_code == 200
        assert Client().get(link).status_code == 410

    def test_somebody_with_a_login_comes_in_and_nobody_else_does(self, world: SampleWorld):
        link = self.invite(world, world.charlie.user.email)
        assert b"Sign in to accept" in Client().get(link).content
        assert signed_in(world.bob).post(link).status_code == 403
        client = signed_in(world.charlie)
        assert client.post(link)["Location"] == slugged(world, "home")
        assert client.get(slugged(world, "home")).status_code == 200

    def test_roles_and_the_last_admin(self, world: SampleWorld):
        client = signed_in(world.dana)
        role = reverse("member_role", args=[world.bob.member.pk])
        send(client, role, {"role": "editor"})
        assert Member.objects.get(pk=world.bob.member.pk).role == "editor"
        last = send(client, reverse("member_end", args=[world.dana.member.pk]), {})
        assert last.status_code == 422
        assert b"at least one admin" in last.content
        for url in (role, reverse("member_end", args=[world.bob.member.pk])):
            assert signed_in(world.alice).post(url, {"role": "admin"}).status_code == 403
            assert signed_in(world.charlie).post(url, {"role": "admin"}).status_code == 404

    def test_who_does_not_manage_sees_members_but_no_invitations(self, world: SampleWorld):
        text = signed_in(world.bob).get(slugged(world, "members")).content.decode()
        assert 'aria-label="Invitations"' not in text
        assert signed_in(world.bob).post(slugged(world, "members"), {}).status_code == 403


class TestTokens:
    def test_a_token_is_shown_once_and_revoked(self, world: SampleWorld):
        client, url = signed_in(world.alice), slugged(world, "tokens")
        page = client.get(url).content.decode()
        fields = next(f for f in FormParser(page).found if "days" in f["fields"])["fields"]
        text = client.post(
            url, {**fields, "name": "Warehouse", "scopes": ["maps:read"]}
        ).content.decode()
        assert re.search(r"cxm_pat_\w{36}", text)
        assert "cxm_pat_" not in client.get(url).content.decode()
        (token,) = Token.objects.filter(member=world.alice.member)
        assert "Warehouse" not in signed_in(world.bob).get(url).content.decode()
        assert (
            signed_in(world.bob).post(reverse("token_revoke", args=[token.pk])).status_code == 403
        )
        client.post(reverse("token_revoke", args=[token.pk]))
        token.refresh_from_db()
        assert token.revoked_at

    def test_a_token_without_scope_is_refused_and_the_name_kept(self, world: SampleWorld):
        answer = signed_in(world.alice).post(
            slugged(world, "tokens"), {"name": "CRM", "days": "90"}
        )
        assert answer.status_code == 422
        assert b'value="CRM"' in answer.content


def test_the_theme_is_kept_with_the_login(world: SampleWorld):
    client = signed_in(world.bob)
    answer = client.post(reverse("theme"), {"theme": "dark", "next": "//elsewhere.test/"})
    assert answer["Location"] == "/"
    assert User.objects.get(pk=world.bob.user.pk).theme == "dark"
    assert b'data-theme="dark"' in client.get(slugged(world, "home")).content
