"""The pages of the audit's rules, with the workspace's thresholds and the number of open flags."""

from string import Formatter

import pytest
from django.urls import reverse

from core.audit_rules import Rule, audit_rules
from ownership import audit
from ownership.services import thresholds_update
from ownership.thresholds import THRESHOLDS
from tests.support.factories import SampleWorld
from tests.support.html_client import count, signed_in


@pytest.mark.parametrize("rule", audit_rules().values(), ids=lambda rule: rule.code)
def test_each_rule_explains_itself_with_the_thresholds_that_it_reads(rule: Rule) -> None:
    assert rule.why and rule.method and rule.remedy
    named = {name for _, name, *_ in Formatter().parse(str(rule.method)) if name}
    read = {name for name in THRESHOLDS if f"%({name})s" in rule.sql}
    assert read == named <= set(rule.thresholds) <= THRESHOLDS.keys()


def test_a_rules_page_has_its_threshold_here_and_the_number_of_flags(world: SampleWorld) -> None:
    slug = world.acme.workspace.slug
    audit.run_audit(world.acme.id)
    values = {"attestation_days": 45}
    thresholds_update(workspace=world.acme.workspace, values=values, actor=world.dana.actor)
    dana, bob = signed_in(world.dana), signed_in(world.bob)
    for client, may_set in ((dana, True), (bob, False)):
        html = client.get(reverse("rule", args=[slug, "OWN-10"])).content.decode()
        assert "More than 45 days have passed" in html and "Default: 90 days" in html
        assert (reverse("settings", args=[slug]) in html) is may_set
    page = bob.get(reverse("rule", args=[slug, "OWN-01"]))
    assert page.context["number"] == 3
    assert f"{reverse('ownership', args=[slug])}?rule=OWN-01#flags" in page.content.decode()
    assert bob.get(reverse("rule", args=[slug, "OWN-99"])).status_code == 404


def test_the_index_has_every_rule_and_flags_link_to_theirs(world: SampleWorld) -> None:
    slug, bob = world.acme.workspace.slug, signed_in(world.bob)
    few = count(bob, reverse("rules", args=[slug]))
    audit.run_audit(world.acme.id)
    assert count(bob, reverse("rules", args=[slug])) == few
    index = bob.get(reverse("rules", args=[slug])).content.decode()
    urls = {reverse("rule", args=[slug, code]) for code in audit_rules()}
    assert all(url in index for url in urls)
    listed = bob.get(reverse("ownership", args=[slug])).content.decode()
    assert reverse("rule", args=[slug, "OWN-14"]) in listed
