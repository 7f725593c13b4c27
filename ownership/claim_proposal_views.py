"""The page that turns claims that nobody disputes into proposals."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext

from core.errors import InvalidRequest
from core.ids import parse_uuid
from core.integers import parse_integer
from ownership.claim_proposals import claimed_stages, claims_propose, count_claimed_stages
from workspaces.page_views import WorkspacePageView, see_other

ROWS_PER_PAGE = 200


class ClaimProposalsView(WorkspacePageView):
    """Lists claimed stages and who would be proposed. POST proposes the chosen ones, or all."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        _workspace, actor = self.enter_workspace_for_slug(slug)
        counts = count_claimed_stages(actor)
        numbers = Paginator(range(counts.stages), ROWS_PER_PAGE)
        page = numbers.get_page(parse_integer(request.GET.get("page", "")))
        context = {
            "page": page,
            "rows": claimed_stages(
                actor, limit=ROWS_PER_PAGE, offset=(page.number - 1) * ROWS_PER_PAGE
            ),
            "ready": counts.ready,
            "skipped": counts.stages - counts.ready,
        }
        return render(request, "ownership/claim_proposals.html", context)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        _workspace, actor = self.enter_workspace_for_slug(slug)
        try:
            chosen = [parse_uuid(text) for text in request.POST.getlist("stage")]
        except ValueError:
            raise InvalidRequest(
                gettext("One of the stages isn’t valid. Reload the page, then choose again.")
            ) from None
        proposed = claims_propose(stage_ids=None if "all" in request.POST else chosen, actor=actor)
        messages.success(
            request,
            ngettext(
                "{n} director was proposed. They can accept or decline.",
                "{n} directors were proposed. They can accept or decline.",
                proposed,
            ).format(n=proposed),
        )
        return see_other(request.path)
