"""The page that explains all problem codes. The `type` of each problem links to it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from pages.problem_codes import all_problems


def problem_list(request: HttpRequest) -> HttpResponse:
    """Show what each code means. The page is public."""
    trail = [("API", "/api/docs/"), (gettext("Problems"), "")]
    return render(request, "api_errors.html", {"problems": all_problems(), "trail": trail})
