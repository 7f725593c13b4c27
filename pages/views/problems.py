"""The page that `type` of a problem leads to: an entry for each code."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pages.problem_codes import all_problems


def problem_list(request: HttpRequest) -> HttpResponse:
    """Show what each code means, to anybody: nothing in it is secret."""
    trail = [("API", "/api/docs/"), ("Problems", "")]
    return render(request, "api_errors.html", {"problems": all_problems(), "trail": trail})
