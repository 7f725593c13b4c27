"""The choices that the forms of the directory offer."""

from people.forms import GLYPHS, DepartmentForm, PersonForm
from people.models import Department, Person
from tests.support.factories import SampleWorld
from workspaces.services import member_remove


def test_a_person_can_be_linked_to_a_current_member_of_the_workspace(world: SampleWorld) -> None:
    member_remove(member=world.frank.member, actor=world.dana.actor)
    form = PersonForm(instance=Person(), workspace_id=world.acme.id)
    offered = {member.pk for member in form.fields["member"].queryset}
    staying = {person.member.pk for name, person in world.acme.people.items() if name != "frank"}
    assert offered == staying


def test_a_department_keeps_a_symbol_that_is_not_offered(world: SampleWorld) -> None:
    def choices(glyph: str) -> list[str]:
        form = DepartmentForm(instance=Department(glyph=glyph), workspace_id=world.acme.id)
        return [value for value, _ in form.fields["glyph"].choices]

    offered = [value for value, _ in GLYPHS]
    assert choices("store") == offered
    assert sorted(choices("anchor")) == sorted([*offered, "anchor"])
