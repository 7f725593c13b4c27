from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.invariants import invariants, violations
from core.tenancy import tenant_scope
from journey_templates.demo.build import build_demo
from journey_templates.demo.sign_in import new_password
from journeys.models import Journey, Measure, Note, Step
from ownership.models import Appeal, Case, StageStanding
from people.models import Department, Person
from tests.support.log_invariants import checking_log
from touchpoints.models import Touchpoint
from workspaces.models import User, Workspace


@pytest.mark.slow
def test_the_demo_is_the_company_it_says_it_is(db: None, settings: Any, tmp_path: Path) -> None:
    roles = {role for role, _, _ in build_demo(new_password())}
    assert roles == {"editor", "executive", "ombudsman", "admin"}
    workspace = Workspace.objects.get(slug="fjordline")
    with tenant_scope([workspace.id]):
        journeys = list(Journey.objects.order_by("id"))
        counts = [Touchpoint.objects.filter(stream=j.pk).count() for j in journeys]
        covered = Counter(StageStanding.objects.values_list("state", flat=True))
        assert len(journeys) == 5
        # All but the short journey that opens inside a step.
        assert all(12 <= count <= 30 for count in sorted(counts)[1:]), counts
        pairs = [(journey.title, journey.pair_of.title) for journey in journeys if journey.pair_of]
        inside = [(step.title, step.opens.title) for step in Step.objects.exclude(opens=None)]
        assert Note.objects.count() > 15 and Measure.objects.count() > 12
    move = "Moving house with broadband"
    assert pairs == [(f"{move}, without a gap", move)]
    assert inside == [("Waits 61 hours", "Taking a number along")]
    with tenant_scope([workspace.id]):
        assert (Department.objects.count(), Person.objects.count()) == (6, 20)
    states = ("claimed", "vacant", "contested", "orphaned")
    assert [covered[state] for state in states] == [1, 1, 2, 1]
    with tenant_scope([workspace.id], snapshot=True):
        assert [(one.invariant.code, one.description) for one in violations(invariants())] == []
        assert Appeal.objects.filter(decided_at=None).count() == 1
        cases = Case.objects.order_by("due_on")
        assert [case.answered_at is None for case in cases] == [True, False]
    with checking_log(workspace.id):
        pass
    settings.VAR = tmp_path
    see_its_password_renewed(tmp_path / "demo-sign-in.txt")


def see_its_password_renewed(note: Path) -> None:
    with pytest.raises(CommandError, match="already exists"):
        call_command("demo")
    assert not note.exists()
    call_command("demo", renew=True, stdout=StringIO())
    assert note.stat().st_mode & 0o777 == 0o600
    password = note.read_text().split("password ")[1].split()[0]
    assert User.objects.get(email="mina@fjordline.example").check_password(password)
