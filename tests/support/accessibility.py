"""Runs axe on a page in light and dark mode, and creates the content that the pages can show."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from comments.services import comment_create, comment_resolve
from journeys.models import Stage
from ownership import audit
from ownership.models import Claim
from ownership.services import claim_create, directorship_accept, directorship_propose
from tests.support.factories import SampleWorld

SIZES = {"wide": (1440, 900), "narrow": (390, 844)}
# In dark mode, only the rules about colour can give another result than in light mode.
RULES: dict[str, Any] = {
    "light": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]},
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
RUN = """async (rules) => {
  const { violations } = await axe.run({ runOnly: rules, resultTypes: ['violations'] })
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`))
}"""


def accessibility_violations(page: Page) -> list[str]:
    """Return a report for each element and theme that violates WCAG 2.2 AA."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    reports = []
    for theme, rules in RULES.items():
        page.emulate_media(color_scheme=theme)
        reports += [f"{theme}: {report}" for report in page.evaluate(RUN, rules)]
    return reports


def create_ownership_states(world: SampleWorld) -> None:
    """Give the stages different states of ownership, and comments to two of them."""
    for name, who in (("Choose", "alice"), ("Buy", "frank")):
        stage = world.acme.read(Stage, world.acme.stages[name])
        row = directorship_propose(
            stage=stage, person=getattr(world, who).person, actor=world.dana.actor
        )
        directorship_accept(directorship=row, actor=getattr(world, who).actor)
    claim_create(
        stage=stage,
        person=world.alice.person,
        department=world.acme.department("Retail"),
        kind=Claim.Kind.CLAIM,
        statement="Ours",
        actor=world.alice.actor,
    )
    audit.run_audit(world.acme.id)
    for name in ("Buy", "Use"):
        first = comment_create(
            journey_id=world.acme.journey,
            subject_type="stage",
            subject_id=world.acme.stages[name],
            body="Is this so, @dana?",
            mentions=[world.dana.member.pk],
            actor=world.bob.actor,
        )
    comment_resolve(comment=first, actor=world.bob.actor)
