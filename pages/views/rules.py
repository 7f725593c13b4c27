"""The pages of the audit's rules: an index, and for each rule why it matters and what to do."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.actors import MEMBERS
from core.audit_rules import Rule, audit_rules
from core.errors import NotFound
from core.tenancy import ensure_tenant_scope
from ownership.queries import flags
from ownership.thresholds import THRESHOLDS, thresholds
from workspaces.models import Workspace
from workspaces.page_views import WorkspacePageView


class RuleListView(WorkspacePageView):
    """All rules in order of their codes, each with the number of flags that aren't resolved."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, _ = self.enter_workspace_for_slug(slug)
        with ensure_tenant_scope([workspace.pk]):
            counts = dict(
                flags(workspace.pk).order_by().values_list("rule").annotate(n=Count("pk"))
            )
        rules = sorted(audit_rules().values(), key=lambda rule: rule.code)
        context = {"rules": [(rule, counts.get(rule.code, 0)) for rule in rules]}
        return render(request, "ownership/rules.html", context)


class RuleDetailView(WorkspacePageView):
    """A rule: why it matters, how it is computed, what to do, its thresholds and its open flags."""

    def get(self, request: HttpRequest, slug: str, code: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        rule = audit_rules().get(code)
        if rule is None:
            raise NotFound
        with ensure_tenant_scope([workspace.pk]):
            number = flags(workspace.pk, rule=code).order_by().count()
        context = {
            "rule": rule,
            "number": number,
            "may_set": actor.can(MEMBERS),
            **describe_thresholds(rule, workspace),
        }
        return render(request, "ownership/rule.html", context)


def describe_thresholds(rule: Rule, workspace: Workspace) -> dict[str, Any]:
    """Return the rule's `method` with the workspace's values, and its `thresholds` with values and defaults."""
    values = thresholds(workspace)
    amounts = {name: one.unit.amount(values[name]) for name, one in THRESHOLDS.items()}
    return {
        "method": str(rule.method).format_map(amounts),
        "thresholds": [
            {
                "label": THRESHOLDS[name].label,
                "amount": amounts[name],
                "default": THRESHOLDS[name].unit.amount(THRESHOLDS[name].default),
                "is_default": values[name] == THRESHOLDS[name].default,
            }
            for name in rule.thresholds
        ],
    }
