"""Cases about the stage “Buy”, and their answers."""

from journeys.models import Journey
from ownership import services
from ownership.models import Case, CaseAnswer
from tests.support.contests import stage_of
from tests.support.factories import SampleMember, SampleWorld
from workspaces.access import system_actor


def open_case(world: SampleWorld, by: str = "oscar", **values: str) -> Case:
    return services.case_open(
        stage=stage_of(world),
        department=world.acme.department("Network"),
        actor=getattr(world, by).actor,
        **{"kind": "neglected", "account": "Nobody called her back."} | values,
    )


def answer(case: Case, who: SampleMember) -> CaseAnswer:
    return services.case_answer(case=case, text="We called her.", actor=who.actor)


def close(case: Case, who: SampleMember, **values: str) -> Case:
    values = {"outcome": "put_right", "reason": "She was called."} | values
    return services.case_close(case=case, actor=who.actor, **values)


def appoint(world: SampleWorld, name: str, office: str) -> None:
    services.appointment_create(
        journey=world.acme.read(Journey, world.acme.journey),
        office=office,
        person=getattr(world, name).person,
        actor=system_actor(world.acme.id),
    )
