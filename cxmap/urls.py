"""All URLs. Each app declares those of its pages, and api.py adds the API."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from core.app_configs import declared
from cxmap import api, health, metrics
from pages.views import problems

READ_METHODS = ["get", "head"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("accounts/", include("cxmap.accounts")),
    path("api/v1", api.root, name="api_root"),
    path("api", api.root, name="api_root_unversioned"),
    path("api/v1/", include("cxmap.api")),
    path(
        "api/docs",
        RedirectView.as_view(url="/api/docs/", http_method_names=READ_METHODS),
        name="api_docs_unslashed",
    ),
    path(
        "api/problems",
        RedirectView.as_view(url="/api/problems/", http_method_names=READ_METHODS),
        name="api_problems_unslashed",
    ),
    path("api/docs/", api.docs, name="api_docs"),
    path("api/problems/", problems.problem_list, name="api_problems"),
    *(path("", include(urls)) for urls in declared("page_urls")),
]

handler400 = "core.error_responses.bad_request"
handler403 = "core.error_responses.permission_denied"
handler404 = "core.error_responses.page_not_found"
handler429 = "core.error_responses.too_many_requests"  # used by allauth for its own limits
handler500 = "core.error_responses.server_error"
