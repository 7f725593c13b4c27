"""Runs axe on a page in light and dark mode, and creates the content that the pages can show."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SIZES = {"wide": (1440, 900), "narrow": (390, 844)}
# In dark mode, only the rules about color can give another result than in light mode.
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
