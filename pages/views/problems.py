"""The page that the `type` of a problem links to, with an entry for each code."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from pages.problem_codes import all_problems


def problem_list(request: HttpRequest) -> HttpResponse:
    """Show the meaning of each code. Public."""
    trail = [("API", "/api/docs/"), (gettext("Problems"), "")]
    return render(request, "api_errors.html", {"problems": all_problems(), "trail": trail})
