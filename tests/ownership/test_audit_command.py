import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ownership.models import Flag
from tests.support.factories import SampleWorld


def audit(slug: str, **options: bool) -> str:
    call_command("audit", workspace=slug, stdout=(out := StringIO()), **options)
    return out.getvalue()


def test_it_counts_the_flags_of_each_rule(world: SampleWorld) -> None:
    slug = world.acme.workspace.slug
    header, *lines = audit(slug).splitlines()
    assert header.split() == ["rule", "opened", "kept", "resolved", "seconds"]
    opened = {line.split()[0]: int(line.split()[1]) for line in lines}
    assert opened["OWN-01"] == len(world.acme.all(Flag, rule="OWN-01")) > 0
    again = json.loads(audit(slug, json=True))
    assert again.keys() == opened.keys()
    assert (again["OWN-01"]["opened"], again["OWN-01"]["kept"]) == (0, opened["OWN-01"])


def test_it_needs_a_workspace(db: None) -> None:
    with pytest.raises(CommandError):
        audit("nowhere")
